import Glibc

/// A text that equals, hashes and sorts by its UTF-8 bytes, as tables compare texts.
///
/// `String` takes é written as one character and é written as two for the same text; a table does not.
package struct ByteText: Sendable, Hashable, Comparable {
    package let string: String

    package init(_ string: String) {
        self.string = string
    }

    /// Length in UTF-8, which is what size limits count.
    package var byteCount: Int { self.string.utf8.count }

    /// Lends the UTF-8; strings that came from elsewhere in another form are copied first.
    package func withBytes<Result>(_ body: (UnsafeRawBufferPointer) -> Result) -> Result {
        if let result = self.string.utf8.withContiguousStorageIfAvailable({ body(UnsafeRawBufferPointer($0)) }) {
            return result
        }
        return Array(self.string.utf8).withUnsafeBytes(body)
    }

    /// Whether `prefix` is what the text begins with.
    package func hasPrefix(_ prefix: ByteText) -> Bool {
        self.withBytes { text in prefix.withBytes { ByteOrder.hasPrefix(text, $0) } }
    }

    /// Whether `part` stands anywhere in the text.
    package func contains(_ part: ByteText) -> Bool {
        self.withBytes { text in part.withBytes { ByteOrder.contains(text, $0) } }
    }

    package static func == (left: ByteText, right: ByteText) -> Bool {
        left.string.utf8.count == right.string.utf8.count
            && left.withBytes { left in right.withBytes { ByteOrder.compare(left, $0) == 0 } }
    }

    package static func < (left: ByteText, right: ByteText) -> Bool {
        left.withBytes { left in right.withBytes { ByteOrder.compare(left, $0) < 0 } }
    }

    package func hash(into hasher: inout Hasher) {
        self.withBytes { hasher.combine(bytes: $0) }
    }
}

extension ByteText: ExpressibleByStringLiteral, CustomStringConvertible {
    package init(stringLiteral value: String) {
        self.init(value)
    }

    package var description: String { self.string }
}
