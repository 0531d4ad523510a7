extension EmailAddress {
    /// RFC 5321, section 4.5.3.1, in bytes.
    private static let maximumBytes = 254
    private static let maximumLocalBytes = 64
    private static let maximumLabelBytes = 63

    /// What an address has to obey.
    ///
    /// Stricter than the standard, which allows comments, quoted names and address literals that nobody has.
    static let rules: TextRules = { text in
        var faults: [Fault] = []
        if text.utf8.count > Self.maximumBytes {
            faults.append(
                Fault(
                    .size, "An e-mail address has at most \(Self.maximumBytes) bytes; this one has \(text.utf8.count).")
            )
        }
        guard let at = text.unicodeScalars.lastIndex(of: "@") else {
            faults.append(Fault(.format, "An e-mail address is name@domain; this one has no @."))
            return faults
        }
        let scalars = text.unicodeScalars
        faults += Self.name(scalars[..<at])
        faults += Self.domain(scalars[scalars.index(after: at)...])
        return faults
    }

    private static func name(_ name: Substring.UnicodeScalarView) -> [Fault] {
        var faults: [Fault] = []
        if name.isEmpty { faults.append(Fault(.format, "The part of an e-mail address before the @ is not empty.")) }
        if Substring(name).utf8.count > Self.maximumLocalBytes {
            faults.append(
                Fault(.size, "The part of an e-mail address before the @ has at most \(Self.maximumLocalBytes) bytes."))
        }
        if name.contains(where: { $0 != "." && !Self.isWord($0) && !"!#$%&'*+-/=?^_`{|}~".unicodeScalars.contains($0) })
        {
            faults.append(
                Fault(
                    .characters,
                    "The part of an e-mail address before the @ has letters, digits and !#$%&'*+-/=?^_`{|}~ and dots."))
        }
        if !name.isEmpty, name.split(separator: ".", omittingEmptySubsequences: false).contains(where: \.isEmpty) {
            faults.append(Fault(.format, "The dots before the @ of an e-mail address stand between other characters."))
        }
        return faults
    }

    private static func domain(_ domain: Substring.UnicodeScalarView) -> [Fault] {
        var faults: [Fault] = []
        let labels = domain.split(separator: ".", omittingEmptySubsequences: false)
        if labels.count < 2 || labels.contains(where: \.isEmpty) {
            faults.append(
                Fault(.format, "The domain of an e-mail address has parts with dots between them: example.org."))
        }
        if labels.contains(where: { Substring($0).utf8.count > Self.maximumLabelBytes }) {
            faults.append(
                Fault(.size, "Each part of an e-mail address's domain has at most \(Self.maximumLabelBytes) bytes."))
        }
        if domain.contains(where: { $0 != "." && $0 != "-" && !Self.isWord($0) }) {
            faults.append(Fault(.characters, "The domain of an e-mail address has letters, digits, hyphens and dots."))
        }
        if labels.contains(where: { $0.first == "-" || $0.last == "-" }) {
            faults.append(Fault(.format, "The parts of an e-mail address's domain do not begin or end with a hyphen."))
        }
        return faults
    }

    /// Whether it is a letter or a digit of any script, or one of the marks that some scripts write letters with.
    private static func isWord(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter, .decimalNumber,
            .nonspacingMark, .spacingMark:
            true
        default: false
        }
    }
}
