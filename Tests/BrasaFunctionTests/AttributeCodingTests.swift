import Foundation
import Testing

@testable import BrasaFunctionJSON

@Suite struct AttributeCodingTests {
    private struct Everything: Codable, Equatable {
        enum Color: String, Codable { case red, green }
        struct Inner: Codable, Equatable {
            var x: Int
            var tags: [String]?
        }

        var text = "é\u{1F525}"
        var bool = true
        var int = -42
        var big = UInt64.max
        var double = 1.5
        var whole = 3.0
        var tiny = 1e-7
        var float: Float = 0.1
        var data = Data([0, 255])
        var date = Date(timeIntervalSince1970: 1_000)
        var decimal = Decimal(string: "12345678901234567890.12345")!
        var url = URL(string: "https://brasa.test/a?b=1")!
        var uuid = UUID(uuidString: "E621E1F8-C36C-495A-93FC-0C247A3E6E5F")!
        var color = Color.green
        var inner = Inner(x: 1, tags: ["a", "b"])
        var empty = Inner(x: 2, tags: nil)
        var list = [Inner(x: 3, tags: [])]
        var map = ["k": 1, "l": 2]
        var nothing: String?
        var optional: String? = "there"
        var raw: Attribute = .stringSet(["p", "q"])
        var any: [Attribute] = [nil, 1, "s", [true], ["m": 2]]
    }

    @Test func bringsBackWhatItWrote() throws {
        let value = Everything()

        let item = try AttributeEncoder().encodeItem(value)

        #expect(try AttributeDecoder().decode(Everything.self, from: item) == value)
        // And through the API's JSON.
        let json = try JSONEncoder().encode(item)
        #expect(try JSONDecoder().decode([String: Attribute].self, from: json) == item)
    }

    @Test func writesTheTypesThatTablesHave() throws {
        let item = try AttributeEncoder().encodeItem(Everything())

        #expect(item["text"] == .string("é\u{1F525}"))
        #expect(item["bool"] == .bool(true))
        #expect(item["int"] == .number("-42"))
        #expect(item["big"] == .number("18446744073709551615"))
        #expect(item["whole"] == .number("3"))
        #expect(item["float"] == .number("0.1"))
        #expect(item["data"] == .binary(Data([0, 255])))
        #expect(item["date"] == .number("1000"))
        #expect(item["decimal"] == .number("12345678901234567890.12345"))
        #expect(item["url"] == .string("https://brasa.test/a?b=1"))
        #expect(item["color"] == .string("green"))
        #expect(item["inner"] == ["x": 1, "tags": ["a", "b"]])
        #expect(item["empty"] == ["x": 2])
        #expect(item["map"] == ["k": 1, "l": 2])
        #expect(item["nothing"] == nil)
        #expect(item["raw"] == .stringSet(["p", "q"]))
    }

    @Test func readsWhatOthersWrote() throws {
        struct Reader: Decodable, Equatable {
            var set: [String]
            var numbers: Set<Int>
            var power: Int
            var missing: Int?
            var null: Int?
        }
        let item: [String: Attribute] = [
            "set": .stringSet(["b", "a"]), "numbers": .numberSet(["1", "2"]), "power": .number("1E+3"), "null": nil,
        ]

        #expect(
            try AttributeDecoder().decode(Reader.self, from: item)
                == Reader(set: ["a", "b"], numbers: [1, 2], power: 1_000))
    }

    @Test func refusesWhatTablesCannotKeep() {
        #expect(throws: EncodingError.self) { try AttributeEncoder().encode(["x": Double.nan]) }
        #expect(throws: EncodingError.self) { try AttributeEncoder().encodeItem([1, 2]) }
    }

    @Test(arguments: [
        ("x", Attribute.string("1"), "x"), ("x", .number("1.5"), "x"), ("x", .number("99999999999999999999"), "x"),
        ("y", .number("1"), "x"),
    ])
    func namesTheAttributeThatDoesNotFit(name: String, attribute: Attribute, named: String) {
        struct Reader: Decodable { var x: Int }

        let error = #expect(throws: DecodingError.self) {
            try AttributeDecoder().decode(Reader.self, from: [name: attribute])
        }

        #expect(String(describing: error).contains(named))
    }
}
