@_spi(_Unicode) import Swift

/// An e-mail address, also an internationalised one (RFC 6531): `ada@example.org`, `用户@例子.中国`.
package struct EmailAddress: Hashable, Sendable {
    /// As the client wrote it.
    package let text: String

    /// An address that obeys the rules.
    init(unchecked text: String) { self.text = text }

    /// The address if it obeys the rules.
    package init?(_ text: String) {
        guard Self.rules(text).isEmpty else { return nil }
        self.text = text
    }

    /// What tells addresses apart: two users never have the same.
    ///
    /// Case does not count, nor whether `é` is written as one character or as two (Unicode NFC, which the standard library
    /// only offers to itself and its friends so far).
    package var key: String {
        var composed = String.UnicodeScalarView()
        composed.append(contentsOf: self.text.lowercased()._nfc)
        return String(composed)
    }
}

extension EmailAddress: Codable {
    /// Reads the text of an address that was checked before it was kept.
    package init(from decoder: any Decoder) throws {
        self.init(unchecked: try decoder.singleValueContainer().decode(String.self))
    }

    /// Writes the text.
    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(self.text)
    }
}
