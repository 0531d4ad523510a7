/// Sequence numbers of records as the API writes them: 21 digits, which sort as texts as the numbers do.
package enum SequenceNumber {
    private static let digits = 20

    /// The text of a number, which is at least 0.
    package static func text(_ sequence: Int64) -> String {
        let number = String(sequence)
        return "1" + String(repeating: "0", count: self.digits - number.utf8.count) + number
    }

    /// The number of a text; nil: it is none of ours.
    package static func number(_ text: String) -> Int64? {
        let bytes = text.utf8
        guard bytes.count == self.digits + 1, bytes.first == UInt8(ascii: "1"),
            bytes.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) })
        else { return nil }
        return Int64(text.dropFirst())
    }
}
