import Testing

@testable import BrasaTables

@Suite struct AttributeMapTests {
    @Test func findsChangesAndRemovesByName() {
        var map: AttributeMap = ["b": .null, "a": .bool(true), "c": .number(ExactNumber(1))]

        map["d"] = .string("x")
        map["a"] = nil
        map["none"] = nil

        #expect(map["b"] == .null)
        #expect(map["a"] == nil)
        #expect(map.attributes.map(\.name) == ["b", "c", "d"])
        #expect(map.modify("c") { $0 = .null } != nil)
        #expect(map.modify("z") { $0 = .null } == nil)
        #expect(map["c"] == .null)
    }

    @Test func theLastOfSeveralAttributesWithOneNameCounts() {
        let map = AttributeMap([
            .init(name: "b", value: .null), .init(name: "a", value: .number(ExactNumber(1))),
            .init(name: "a", value: .number(ExactNumber(2))),
        ])

        #expect(map == ["a": .number(ExactNumber(2)), "b": .null])
    }

    @Test func namesThatAPersonTakesForTheSameAreTwo() {
        let map: AttributeMap = ["\u{e9}": .null, "e\u{301}": .bool(true)]

        #expect(map.count == 2)
        #expect(map["\u{e9}"] == .null)
    }

    @Test(arguments: [
        (AttributeValue.string("é"), 2), (.binary([1, 2, 3]), 3), (.bool(false), 1), (.null, 1),
        (.stringSet(["a", "bc"]), 3),
        (.binarySet([[1], [2, 3]]), 3), (.list([]), 3), (.list([.null, .string("ab")]), 8), (.map([:]), 3),
        (.map(["a": .null]), 6),
    ])
    func countsBytesAsTheServiceDoes(value: AttributeValue, bytes: Int) {
        #expect(value.sizeBytes == bytes)
    }

    @Test(arguments: [
        ("0", 1), ("1", 2), ("-1", 3), ("12", 2), ("123", 3), ("1234", 3), ("0.1", 2), ("0.12", 2), ("1.2", 3),
        ("100", 2),
        ("1e125", 2), ("12345678901234567890123456789012345678", 20), ("-1.2345678901234567890123456789012345678", 22),
    ])
    func countsTheDigitsOfNumbersInPairsFromTheDecimalPoint(text: String, bytes: Int) throws {
        #expect(try ExactNumber(text).sizeBytes == bytes)
    }

    @Test func anItemIsAsLargeAsItsNamesAndValues() {
        #expect((["id": .string("a"), "n": .null] as AttributeMap).sizeBytes == 5)
    }

    @Test func aTextIsSearchedByItsBytes() {
        #expect(ByteText("aaaaab").contains("aab"))
        #expect(!ByteText("aaaaab").contains("aba"))
        #expect(ByteText("abcabcabd").contains("abcabd"))
        #expect(ByteText("x").contains(""))
        #expect(!ByteText("").contains("x"))
        #expect(ByteText("é").hasPrefix("é") && !ByteText("é").hasPrefix("e"))
    }
}
