/// What the operators and functions of a condition work on.
package indirect enum Operand: Sendable, Hashable {
    case path(DocumentPath)
    case value(AttributeValue)
    case size(Operand)

    /// The type that the operand has whatever the item is; nil when it depends on the item.
    var knownType: AttributeType? {
        switch self {
        case .path: nil
        case .value(let value): value.type
        case .size: .number
        }
    }

    /// The value for an item; nil when there is none.
    func value(in item: AttributeMap) -> AttributeValue? {
        switch self {
        case .path(let path): item[path]
        case .value(let value): value
        case .size(let operand): operand.value(in: item).flatMap { $0.elementCount.map { .number(ExactNumber($0)) } }
        }
    }
}

extension AttributeValue {
    /// What the function size gives: characters of a text, bytes, or elements; nil for types that have no size.
    var elementCount: Int? {
        switch self {
        // Java counts what UTF-16 has.
        case .string(let text): text.string.utf16.count
        case .binary(let bytes): bytes.count
        case .list(let values): values.count
        case .map(let map): map.count
        case .stringSet(let texts): texts.count
        case .numberSet(let numbers): numbers.count
        case .binarySet(let values): values.count
        case .number, .bool, .null: nil
        }
    }
}
