/// Sizes as the service counts them, for its limits and for consumed capacity.
///
/// The developer guide ("DynamoDB item sizes and formats") gives the rules but for numbers, of which it says about one byte
/// for two digits and one more; the exact count is that of digits in pairs from the decimal point.
package enum ItemSize {
    /// Most bytes of an item: 400 KB.
    package static let maximumBytes = 409_600
    /// Most bytes of a page of Query and Scan, and of what BatchGetItem reads of one partition: 1 MB.
    package static let maximumPageBytes = 1_048_576
}

extension AttributeMap {
    /// Bytes of all names and values.
    package var sizeBytes: Int {
        self.attributes.reduce(0) { $0 + $1.name.byteCount + $1.value.sizeBytes }
    }
}

extension AttributeValue {
    /// Bytes of the value without its name.
    package var sizeBytes: Int {
        switch self {
        case .string(let text): text.byteCount
        case .number(let number): number.sizeBytes
        case .binary(let bytes): bytes.count
        case .bool, .null: 1
        case .map(let map): 3 + map.count + map.sizeBytes
        case .list(let values): values.reduce(3) { $0 + 1 + $1.sizeBytes }
        case .stringSet(let texts): texts.reduce(0) { $0 + $1.byteCount }
        case .numberSet(let numbers): numbers.reduce(0) { $0 + $1.sizeBytes }
        case .binarySet(let values): values.reduce(0) { $0 + $1.count }
        }
    }
}

extension ExactNumber {
    /// A byte for sign and magnitude, one for every two digits, and one more below zero.
    package var sizeBytes: Int {
        guard !self.isZero else { return 1 }
        let digits = Int(self.digitCount)
        // Pairs are those of the decimal point: the first digit stands alone where its power of ten is even.
        let pairs = (digits + (self.magnitude.isMultiple(of: 2) ? 2 : 1)) / 2
        return 1 + pairs + (self.isNegative ? 1 : 0)
    }
}
