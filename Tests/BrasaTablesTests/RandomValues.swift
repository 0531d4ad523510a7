import BrasaTesting

@testable import BrasaTables

/// Attribute values of all types, small enough to meet each other again.
enum RandomValues {
    static let names: [ByteText] = ["a", "b", "c", "id", "e\u{301}", "\u{e9}", "a b", "\"", "x.y", ""]

    static func map(_ random: inout SeededRandom, depth: Int = 0) -> AttributeMap {
        var map = AttributeMap()
        for _ in 0..<Int.random(in: 0...4, using: &random) {
            map[Self.names.randomElement(using: &random)!] = Self.value(&random, depth: depth)
        }
        return map
    }

    static func value(_ random: inout SeededRandom, depth: Int = 0) -> AttributeValue {
        switch Int.random(in: 0..<(depth < 3 ? 10 : 8), using: &random) {
        case 0: .string(Self.text(&random))
        case 1: .number(Self.number(&random))
        case 2: .binary(Self.bytes(&random))
        case 3: .bool(Bool.random(using: &random))
        case 4: .null
        case 5: .stringSet(Array(Set((0...2).map { _ in Self.text(&random) })).sorted())
        case 6: .numberSet(Array(Set((0...2).map { _ in Self.number(&random) })).sorted())
        case 7:
            .binarySet(Array(Set((0...2).map { _ in Self.bytes(&random) })).sorted { ByteOrder.compare($0, $1) < 0 })
        case 8: .list((0..<Int.random(in: 0...3, using: &random)).map { _ in Self.value(&random, depth: depth + 1) })
        default: .map(Self.map(&random, depth: depth + 1))
        }
    }

    static func text(_ random: inout SeededRandom) -> ByteText {
        let characters = ["a", "b", "c", "é", "\"", "\\", "\n", "\u{0}", "😀", "/"]
        return ByteText(
            (0..<Int.random(in: 0...3, using: &random)).map { _ in characters.randomElement(using: &random)! }.joined())
    }

    static func number(_ random: inout SeededRandom) -> ExactNumber {
        if Bool.random(using: &random) { return ExactNumber(Int.random(in: -3...3, using: &random)) }
        return (try? ExactNumber(ExactNumberTests.text(&random))) ?? .zero
    }

    static func bytes(_ random: inout SeededRandom) -> [UInt8] {
        (0..<Int.random(in: 0...4, using: &random)).map { _ in [0, 1, 97, 255].randomElement(using: &random)! }
    }
}
