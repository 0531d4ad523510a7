/// The bytes of composite keys between two ends.
///
/// A composite key is the partition key's bytes (`KeyBytes`), in which 0 is written 0, 255, then 0, 1, then the sort key's
/// bytes: no partition's bytes begin those of another, and inside of one the bytes sort as the sort key does.
package struct KeyRange: Sendable, Hashable {
    /// The lowest key of the range.
    package var lower: [UInt8]
    /// The first key beyond it; nil: the range has no end.
    package var upper: [UInt8]?

    package init(lower: [UInt8], upper: [UInt8]?) {
        self.lower = lower
        self.upper = upper
    }

    /// Every key of a table or index.
    package static let all = KeyRange(lower: [], upper: nil)

    /// The keys of one partition, of which `predicate` may leave some.
    package init(partition: AttributeValue, sort predicate: KeyCondition.Predicate? = nil) {
        let prefix = Self.partitionBytes(partition)
        // The separator's last byte is 1: the next one is beyond all keys of the partition.
        let end = Array(prefix.dropLast()) + [2]
        func key(_ value: AttributeValue) -> [UInt8] { prefix + (KeyBytes.encode(value) ?? []) }
        // The first bytes after some: no key is between.
        func after(_ value: AttributeValue) -> [UInt8] { key(value) + [0] }
        switch predicate {
        case nil: self.init(lower: prefix, upper: end)
        case .equal(let value): self.init(lower: key(value), upper: after(value))
        case .less(let value): self.init(lower: prefix, upper: key(value))
        case .lessOrEqual(let value): self.init(lower: prefix, upper: after(value))
        case .greater(let value): self.init(lower: after(value), upper: end)
        case .greaterOrEqual(let value): self.init(lower: key(value), upper: end)
        case .between(let lower, let upper): self.init(lower: key(lower), upper: after(upper))
        case .beginsWith(let value):
            let start = key(value)
            self.init(lower: start, upper: Self.successor(of: start))
        }
    }

    /// The first bytes that do not begin with `prefix` and come after it; all 255 has none, which no key begins with.
    private static func successor(of prefix: [UInt8]) -> [UInt8]? {
        var bytes = prefix
        while let last = bytes.popLast() {
            if last < 255 { return bytes + [last + 1] }
        }
        return nil
    }

    /// The bytes of an item's key; nil when an attribute of it is missing or of another type.
    static func bytes(of item: AttributeMap, _ schema: KeySchema) -> [UInt8]? {
        guard let partition = item[schema.partition.name], partition.type == schema.partition.type else { return nil }
        guard let sort = schema.sort else { return self.partitionBytes(partition) }
        guard let value = item[sort.name], value.type == sort.type, let bytes = KeyBytes.encode(value) else {
            return nil
        }
        return self.partitionBytes(partition) + bytes
    }

    private static func partitionBytes(_ value: AttributeValue) -> [UInt8] {
        var bytes: [UInt8] = []
        for byte in KeyBytes.encode(value) ?? [] {
            bytes.append(byte)
            if byte == 0 { bytes.append(255) }
        }
        return bytes + [0, 1]
    }

    /// One of `total` parts of a table that are about as large, from 0.
    ///
    /// Partition keys are spread by their first two bytes, which for texts alone are not spread well: parallel scans are right
    /// with any division.
    package static func segment(_ index: Int, of total: Int) -> KeyRange {
        func bound(_ index: Int) -> [UInt8] {
            let value = index * 65_536 / total
            return [UInt8(value >> 8), UInt8(value & 255)]
        }
        return KeyRange(
            lower: index == 0 ? [] : bound(index), upper: index + 1 == total ? nil : bound(index + 1))
    }
}
