/// What a user's name has to obey: people's names have few rules, so these only keep out what breaks lists and terminals.
enum NameRules {
    /// In Unicode scalars, since one character may be made of any number of them.
    static let lengths = 1...100

    static let rules: TextRules = { name in
        var faults: [Fault] = []
        let scalars = name.unicodeScalars
        if !Self.lengths.contains(scalars.count) {
            faults.append(
                Fault(
                    .size,
                    "A name has \(Self.lengths.lowerBound) to \(Self.lengths.upperBound) characters; this one has"
                        + " \(scalars.count)."))
        }
        if scalars.contains(where: Self.isForbidden) {
            faults.append(
                Fault(
                    .characters,
                    "A name has no control characters, line breaks or marks that turn the direction of text."))
        }
        if let first = name.first, let last = name.last, first.isWhitespace || last.isWhitespace {
            faults.append(Fault(.format, "A name does not begin or end with white space."))
        }
        return faults
    }

    private static func isForbidden(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .lineSeparator, .paragraphSeparator: true
        default: scalar.properties.isBidiControl || scalar.properties.isNoncharacterCodePoint
        }
    }
}
