/// The value of an attribute.
///
/// Sets are kept sorted and without duplicates, so `==` compares them as sets.
package enum AttributeValue: Sendable, Hashable {
    case string(ByteText)
    case number(ExactNumber)
    case binary([UInt8])
    case bool(Bool)
    case null
    case map(AttributeMap)
    case list([AttributeValue])
    /// Never empty.
    case stringSet([ByteText])
    /// Never empty.
    case numberSet([ExactNumber])
    /// Never empty.
    case binarySet([[UInt8]])

    /// Levels of lists and maps that a value can have inside each other, the attribute itself included.
    package static let maximumDepth = 32

    package var type: AttributeType {
        switch self {
        case .string: .string
        case .number: .number
        case .binary: .binary
        case .bool: .bool
        case .null: .null
        case .map: .map
        case .list: .list
        case .stringSet: .stringSet
        case .numberSet: .numberSet
        case .binarySet: .binarySet
        }
    }

    /// Whether this comes before `other`: numbers by value, texts and binaries by their bytes.
    ///
    /// Nil when the two cannot be ordered, because their types differ or have no order.
    package func precedes(_ other: AttributeValue) -> Bool? {
        switch (self, other) {
        case (.string(let left), .string(let right)): left < right
        case (.number(let left), .number(let right)): left < right
        case (.binary(let left), .binary(let right)): ByteOrder.compare(left, right) < 0
        default: nil
        }
    }
}
