/// Yams gives up at the first duplicate key, so one such slip would hide every other mistake in the file. Its error says
/// where the first of the two keys stands: that key's first character is replaced by one from the private use area, which
/// makes it unique and keeps all columns, and the text is read again. The reader turns the name back and reports it.
extension YAMLComposer {
    static let firstMarker: UInt32 = 0xF700
    static let maximumDuplicates = 32

    /// The text with the key at a place marked; nil when the key does not stand there as it reads, such as behind an alias.
    static func mark(
        _ name: String, with marker: Unicode.Scalar, line: Int, column: Int, in text: String
    ) -> String? {
        var scalars = text.unicodeScalars
        guard var index = Self.index(line: line, column: column, in: text), index < scalars.endIndex else { return nil }
        if scalars[index] == "\"" || scalars[index] == "'" { index = scalars.index(after: index) }
        guard let first = name.unicodeScalars.first, index < scalars.endIndex, scalars[index] == first else {
            return nil
        }
        scalars.replaceSubrange(index...index, with: CollectionOfOne(marker))
        return String(scalars)
    }

    /// The character at a place; nil at the end of the text.
    static func scalar(line: Int, column: Int, in text: String) -> Unicode.Scalar? {
        guard let index = Self.index(line: line, column: column, in: text), index < text.endIndex else { return nil }
        return text.unicodeScalars[index]
    }

    /// Counts lines as libyaml does, which also breaks them at CR, NEL, LS and PS.
    private static func index(line: Int, column: Int, in text: String) -> String.Index? {
        let scalars = text.unicodeScalars
        var index = scalars.startIndex
        var current = 1
        while current < line {
            guard index < scalars.endIndex else { return nil }
            let scalar = scalars[index]
            index = scalars.index(after: index)
            switch scalar {
            case "\r":
                if index < scalars.endIndex, scalars[index] == "\n" { index = scalars.index(after: index) }
                current += 1
            case "\n", "\u{85}", "\u{2028}", "\u{2029}":
                current += 1
            default:
                break
            }
        }
        return scalars.index(index, offsetBy: column - 1, limitedBy: scalars.endIndex)
    }
}
