import BrasaTesting

@testable import BrasaTables

/// A condition that writes itself down and decides by itself: what conditions are compared with.
///
/// Decides on texts and numbers by means of its own, and shares with what it checks the values alone.
indirect enum ConditionModel {
    case and(ConditionModel, ConditionModel)
    case or(ConditionModel, ConditionModel)
    case not(ConditionModel)
    case compare(String, OperandModel, OperandModel)
    case between(OperandModel, OperandModel, OperandModel)
    case `in`(OperandModel, [OperandModel])
    case function(String, [OperandModel])
}

/// An operand that writes itself down.
enum OperandModel: Equatable {
    case path([String])
    case value(AttributeValue)
    case size([String])
}

extension ConditionModel {
    /// The names and values that a written condition refers to.
    struct Page {
        var names: [ByteText: ByteText] = [:]
        var values = AttributeMap()
    }

    static func random(_ random: inout SeededRandom, depth: Int = 0) -> ConditionModel {
        switch Int.random(in: 0..<(depth < 5 ? 9 : 6), using: &random) {
        case 0, 1:
            let (left, right) = self.distinct(&random)
            return .compare(["=", "<>", "<", "<=", ">", ">="].randomElement(using: &random)!, left, right)
        case 2: return .between(.path(self.path(&random)), self.scalar(&random), .path(self.path(&random)))
        case 3:
            return .in(.path(self.path(&random)), (0...2).map { _ in .value(RandomValues.value(&random, depth: 2)) })
        case 4:
            return .function(
                ["attribute_exists", "attribute_not_exists"].randomElement(using: &random)!, [.path(self.path(&random))]
            )
        case 5:
            return .function("contains", [.path(self.path(&random)), .value(RandomValues.value(&random, depth: 2))])
        case 6: return .not(self.random(&random, depth: depth + 1))
        case 7: return .and(self.random(&random, depth: depth + 1), self.random(&random, depth: depth + 1))
        default: return .or(self.random(&random, depth: depth + 1), self.random(&random, depth: depth + 1))
        }
    }

    private static func path(_ random: inout SeededRandom) -> [String] {
        (0..<Int.random(in: 1...2, using: &random)).map { index in
            let name = ["a", "b", "c", "id", "x.y"].randomElement(using: &random)!
            return index > 0 && Bool.random(using: &random) ? "[\(Int.random(in: 0...2, using: &random))]" : name
        }
    }

    private static func scalar(_ random: inout SeededRandom) -> OperandModel {
        Bool.random(using: &random)
            ? .value(.number(RandomValues.number(&random))) : .value(.string(RandomValues.text(&random)))
    }

    private static func distinct(_ random: inout SeededRandom) -> (OperandModel, OperandModel) {
        let left = Bool.random(using: &random) ? OperandModel.path(self.path(&random)) : .size(self.path(&random))
        return (
            left,
            Bool.random(using: &random) || left == .path([])
                ? self.scalar(&random) : .value(.number(RandomValues.number(&random)))
        )
    }

    // MARK: - Written down

    /// The expression; parentheses where they are needed, and sometimes where not.
    func text(_ page: inout Page, _ random: inout SeededRandom, strength: Int = 0) -> String {
        let and = ["AND", "and", "And"].randomElement(using: &random)!
        let (text, own): (String, Int) =
            switch self {
            case .or(let left, let right):
                (left.text(&page, &random, strength: 1) + " OR " + right.text(&page, &random, strength: 2), 1)
            case .and(let left, let right):
                (left.text(&page, &random, strength: 2) + " \(and) " + right.text(&page, &random, strength: 3), 2)
            case .not(let condition): ("not " + condition.text(&page, &random, strength: 3), 3)
            case .compare(let sign, let left, let right):
                (
                    left.text(&page, &random) + [" \(sign) ", sign].randomElement(using: &random)!
                        + right.text(&page, &random), 4
                )
            case .between(let operand, let lower, let upper):
                (
                    "\(operand.text(&page, &random)) between \(lower.text(&page, &random)) \(and) \(upper.text(&page, &random))",
                    4
                )
            case .in(let operand, let candidates):
                (
                    "\(operand.text(&page, &random)) IN (\(candidates.map { $0.text(&page, &random) }.joined(separator: ",")))",
                    4
                )
            case .function(let name, let operands):
                ("\(name)( \(operands.map { $0.text(&page, &random) }.joined(separator: " , ")))", 4)
            }
        return own < strength || own == 4 && Int.random(in: 0..<5, using: &random) == 0 ? "(\(text))" : text
    }

    // MARK: - Decided

    func holds(_ item: AttributeMap) -> Bool {
        switch self {
        case .and(let left, let right): return left.holds(item) && right.holds(item)
        case .or(let left, let right): return left.holds(item) || right.holds(item)
        case .not(let condition): return !condition.holds(item)
        case .compare(let sign, let left, let right): return Self.compare(sign, left.value(item), right.value(item))
        case .between(let operand, let lower, let upper):
            let value = operand.value(item)
            return Self.compare(">=", value, lower.value(item)) && Self.compare("<=", value, upper.value(item))
        case .in(let operand, let candidates):
            return candidates.contains { Self.compare("=", operand.value(item), $0.value(item)) }
        case .function("attribute_exists", let operands): return operands[0].value(item) != nil
        case .function("attribute_not_exists", let operands): return operands[0].value(item) == nil
        case .function(_, let operands): return Self.contains(operands[0].value(item), operands[1].value(item))
        }
    }

    private static func compare(_ sign: String, _ left: AttributeValue?, _ right: AttributeValue?) -> Bool {
        guard let left, let right else { return sign == "<>" }
        if sign == "=" { return left == right }
        if sign == "<>" { return left != right }
        let order: Int
        switch (left, right) {
        case (.number(let a), .number(let b)):
            let (a, b) = (BigDecimal(a.text), BigDecimal(b.text))
            order = a < b ? -1 : b < a ? 1 : 0
        case (.string(let a), .string(let b)): order = self.compare(Array(a.string.utf8), Array(b.string.utf8))
        case (.binary(let a), .binary(let b)): order = self.compare(a, b)
        default: return false
        }
        switch sign {
        case "<": return order < 0
        case "<=": return order <= 0
        case ">": return order > 0
        default: return order >= 0
        }
    }

    private static func compare(_ left: [UInt8], _ right: [UInt8]) -> Int {
        left.lexicographicallyPrecedes(right) ? -1 : left == right ? 0 : 1
    }

    private static func contains(_ value: AttributeValue?, _ part: AttributeValue?) -> Bool {
        func windows(_ bytes: [UInt8], _ part: [UInt8]) -> Bool {
            bytes.count >= part.count
                && (0...(bytes.count - part.count)).contains { Array(bytes[$0..<($0 + part.count)]) == part }
        }
        switch (value, part) {
        case (.string(let text), .string(let part)): return windows(Array(text.string.utf8), Array(part.string.utf8))
        case (.binary(let bytes), .binary(let part)): return windows(bytes, part)
        case (.stringSet(let set), .string(let text)): return set.contains(text)
        case (.numberSet(let set), .number(let number)): return set.contains(number)
        case (.binarySet(let set), .binary(let bytes)): return set.contains(bytes)
        case (.list(let list), .some(let part)): return list.contains(part)
        default: return false
        }
    }
}

extension OperandModel {
    func text(_ page: inout ConditionModel.Page, _ random: inout SeededRandom) -> String {
        switch self {
        case .path(let steps):
            let path = steps.enumerated().map { index, step in
                if step.hasPrefix("[") { return step }
                // Names with a point need a reference, others may have one.
                guard step.contains(".") || Bool.random(using: &random) else { return (index > 0 ? "." : "") + step }
                let reference = "#n\(page.names.count)"
                page.names[ByteText(reference)] = ByteText(step)
                return (index > 0 ? "." : "") + reference
            }.joined()
            return Int.random(in: 0..<6, using: &random) == 0 ? "(\(path))" : path
        case .size(let steps): return "size(\(OperandModel.path(steps).text(&page, &random)))"
        case .value(let value):
            let reference = ":v\(page.values.count)"
            page.values[ByteText(reference)] = value
            return reference
        }
    }

    func value(_ item: AttributeMap) -> AttributeValue? {
        switch self {
        case .value(let value): return value
        case .size(let steps):
            switch OperandModel.path(steps).value(item) {
            case .string(let text): return .number(ExactNumber(Array(text.string.utf16).count))
            case .binary(let bytes): return .number(ExactNumber(bytes.count))
            case .list(let list): return .number(ExactNumber(list.count))
            case .map(let map): return .number(ExactNumber(map.count))
            case .stringSet(let set): return .number(ExactNumber(set.count))
            case .numberSet(let set): return .number(ExactNumber(set.count))
            case .binarySet(let set): return .number(ExactNumber(set.count))
            default: return nil
            }
        case .path(let steps):
            var value = AttributeValue.map(item)
            for step in steps {
                switch value {
                case .map(let map) where !step.hasPrefix("["):
                    guard let member = map.attributes.first(where: { $0.name == ByteText(step) }) else { return nil }
                    value = member.value
                case .list(let list) where step.hasPrefix("["):
                    let index = Int(step.dropFirst().dropLast())!
                    guard list.indices.contains(index) else { return nil }
                    value = list[index]
                default: return nil
                }
            }
            return value
        }
    }
}
