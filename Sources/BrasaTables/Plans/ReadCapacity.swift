/// Units that reading takes: one for each begun four kilobytes.
package enum ReadCapacity {
    /// How a read sees writes, which is what makes its price.
    package enum Kind: Sendable, Hashable {
        case eventual, consistent, transactional
    }

    /// Units for an item of so many bytes, or for all those of a page; no item costs as much as a small one.
    package static func units(bytes: Int, _ kind: Kind) -> Double {
        let begun = Double(max(1, (bytes + 4_095) / 4_096))
        return switch kind {
        case .eventual: begun / 2
        case .consistent: begun
        case .transactional: begun * 2
        }
    }
}
