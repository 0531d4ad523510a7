/// Sizes as people write them: `4096` (bytes), `6MiB`, `6MB`.
///
/// Units with an i are powers of 1,024, the others of 1,000.
enum SizeText {
    private static let units: [(name: String, bytes: Int)] = [
        ("B", 1), ("KB", 1_000), ("kB", 1_000), ("KiB", 1 << 10), ("MB", 1_000_000), ("MiB", 1 << 20),
        ("GB", 1_000_000_000), ("GiB", 1 << 30), ("", 1),
    ]

    /// Bytes; nil when it is no size, is below zero, or is not a whole number of bytes.
    static func parse(_ text: String) -> Int? {
        UnitText.parse(text, units: Self.units.map { ($0.name, $0.bytes) })
    }

    /// The shortest exact way to write it, in powers of 1,024.
    static func format(_ bytes: Int) -> String {
        for (name, size) in [("GiB", 1 << 30), ("MiB", 1 << 20), ("KiB", 1 << 10)]
        where bytes > 0 && bytes.isMultiple(of: size) {
            return "\(bytes / size)\(name)"
        }
        return "\(bytes) bytes"
    }
}
