import BrasaModel

/// Comparisons as HTTP makes them for names of headers.
enum ASCIIText {
    /// Whether both are the same but for the case of ASCII letters.
    static func isEqual(_ left: String, _ right: String) -> Bool {
        guard left.utf8.count == right.utf8.count else { return false }
        return ByteWriter.withUTF8(left) { left in
            ByteWriter.withUTF8(right) { right in
                for index in 0..<left.count where Self.lowercased(left[index]) != Self.lowercased(right[index]) {
                    return false
                }
                return true
            }
        }
    }

    private static func lowercased(_ byte: UInt8) -> UInt8 { byte >= 65 && byte <= 90 ? byte | 32 : byte }
}
