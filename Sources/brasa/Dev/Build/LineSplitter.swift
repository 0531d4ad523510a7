/// Bytes as they come -> lines.
struct LineSplitter: Sendable {
    /// What has no end after so many bytes is shown in pieces.
    private static let limit = 65_536

    private var partial: [UInt8] = []

    /// The lines that these bytes complete, without their ends.
    mutating func add(_ bytes: some Sequence<UInt8>) -> [String] {
        var lines: [String] = []
        for byte in bytes {
            let isEnd = byte == UInt8(ascii: "\n")
            if !isEnd { self.partial.append(byte) }
            if isEnd || self.partial.count >= Self.limit {
                lines.append(String(decoding: self.partial, as: UTF8.self))
                self.partial.removeAll(keepingCapacity: true)
            }
        }
        return lines
    }

    /// What is left without an end; nil: nothing.
    mutating func finish() -> String? {
        defer { self.partial = [] }
        return self.partial.isEmpty ? nil : String(decoding: self.partial, as: UTF8.self)
    }
}
