/// A condition on an item, with its names and values in place.
package indirect enum Condition: Sendable, Hashable {
    case and(Condition, Condition)
    case or(Condition, Condition)
    case not(Condition)
    case comparison(Comparator, Operand, Operand)
    case between(Operand, lower: Operand, upper: Operand)
    case `in`(Operand, [Operand])
    case exists(DocumentPath)
    case notExists(DocumentPath)
    case type(Operand, AttributeType)
    case beginsWith(Operand, Operand)
    case contains(Operand, Operand)

    /// Whether the condition holds for an item; for one that is not there, ask with an empty map.
    package func holds(for item: AttributeMap) -> Bool {
        switch self {
        case .and(let left, let right): left.holds(for: item) && right.holds(for: item)
        case .or(let left, let right): left.holds(for: item) || right.holds(for: item)
        case .not(let condition): !condition.holds(for: item)
        case .comparison(let comparator, let left, let right):
            comparator.holds(left.value(in: item), right.value(in: item))
        case .between(let operand, let lower, let upper):
            operand.value(in: item).map { value in
                Comparator.lessOrEqual.holds(lower.value(in: item), value)
                    && Comparator.lessOrEqual.holds(value, upper.value(in: item))
            } ?? false
        case .in(let operand, let candidates):
            operand.value(in: item).map { value in candidates.contains { $0.value(in: item) == value } } ?? false
        case .exists(let path): item[path] != nil
        case .notExists(let path): item[path] == nil
        case .type(let operand, let type): operand.value(in: item)?.type == type
        case .beginsWith(let operand, let prefix):
            Self.begins(operand.value(in: item), with: prefix.value(in: item))
        case .contains(let operand, let part): Self.contains(operand.value(in: item), part.value(in: item))
        }
    }

    private static func begins(_ value: AttributeValue?, with prefix: AttributeValue?) -> Bool {
        switch (value, prefix) {
        case (.string(let text), .string(let prefix)): text.hasPrefix(prefix)
        case (.binary(let bytes), .binary(let prefix)): bytes.starts(with: prefix)
        default: false
        }
    }

    /// Part of a text or binary, element of a list, or member of a set.
    private static func contains(_ value: AttributeValue?, _ part: AttributeValue?) -> Bool {
        switch (value, part) {
        case (.string(let text), .string(let part)): text.contains(part)
        case (.binary(let bytes), .binary(let part)):
            bytes.withUnsafeBytes { bytes in part.withUnsafeBytes { ByteOrder.contains(bytes, $0) } }
        case (.stringSet(let texts), .string(let text)): texts.contains(text)
        case (.numberSet(let numbers), .number(let number)): numbers.contains(number)
        case (.binarySet(let values), .binary(let bytes)): values.contains(bytes)
        case (.list(let values), .some(let element)): values.contains(element)
        default: false
        }
    }

    /// Visits every path that the condition reads.
    package func visitPaths(_ visit: (DocumentPath) -> Void) {
        switch self {
        case .and(let left, let right), .or(let left, let right):
            left.visitPaths(visit)
            right.visitPaths(visit)
        case .not(let condition): condition.visitPaths(visit)
        case .comparison(_, let left, let right), .beginsWith(let left, let right), .contains(let left, let right):
            Self.visitPaths(of: [left, right], visit)
        case .between(let operand, let lower, let upper): Self.visitPaths(of: [operand, lower, upper], visit)
        case .in(let operand, let candidates): Self.visitPaths(of: [operand] + candidates, visit)
        case .exists(let path), .notExists(let path): visit(path)
        case .type(let operand, _): Self.visitPaths(of: [operand], visit)
        }
    }

    private static func visitPaths(of operands: [Operand], _ visit: (DocumentPath) -> Void) {
        for operand in operands {
            switch operand {
            case .path(let path): visit(path)
            case .size(let operand): self.visitPaths(of: [operand], visit)
            case .value: break
            }
        }
    }
}

extension Comparator {
    /// Whether two values compare so; a value that is not there equals nothing and has no place in the order.
    func holds(_ left: AttributeValue?, _ right: AttributeValue?) -> Bool {
        guard let left, let right else { return self == .notEqual }
        switch self {
        case .equal: return left == right
        case .notEqual: return left != right
        case .less: return left.precedes(right) ?? false
        case .greater: return right.precedes(left) ?? false
        case .lessOrEqual: return right.precedes(left).map { !$0 } ?? false
        case .greaterOrEqual: return left.precedes(right).map { !$0 } ?? false
        }
    }
}
