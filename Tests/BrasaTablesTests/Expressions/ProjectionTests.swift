import Testing

@testable import BrasaTables

@Suite struct ProjectionTests {
    @Test(arguments: [
        ("", "The expression can not be empty;"),
        ("whatever(stuff)", #"Syntax error; token: "(", near: "whatever(stuff""#),
        (":a", #"Syntax error; token: ":a", near: ":a""#),
        ("abort,", #"Syntax error; token: "<EOF>", near: ",""#),
        ("a,,b", #"Syntax error; token: ",", near: ",,b""#),
        ("l[a]", #"Syntax error; token: "a", near: "[a]""#),
        ("(a)", #"Syntax error; token: "(", near: "(a""#),
        ("a.abORt", "Attribute name is a reserved keyword; reserved keyword: abORt"),
        ("#x,ABSoLUTE", "Attribute name is a reserved keyword; reserved keyword: ABSoLUTE"),
        ("a,b,a,#x", "An expression attribute name used in the document path is not defined; attribute name: #x"),
        (
            "b[1], b.a, #a.b, a",
            "Two document paths overlap with each other; must remove or rewrite one of these paths; path one: [a, b], path two: [a]"
        ),
        (
            "a.b[1], #a[1], #b",
            "Two document paths conflict with each other; must remove or rewrite one of these paths; path one: [a, b, [1]], path two: [a, [1]]"
        ),
        (
            "a[3].b, #a.#d.b",
            "Two document paths conflict with each other; must remove or rewrite one of these paths; path one: [a, [3], b], path two: [a, [3], b]"
        ),
        ("l[999999999999999999999]", "List index is not within the allowable range; index: [999999999999999999999]"),
    ])
    func refusesInTheWordsOfTheService(text: String, message: String) {
        #expect(projectionFault(text) == "Invalid ProjectionExpression: \(message)")
    }

    @Test(
        arguments: [
            ("a", ["a": .string("x")]), ("zz", [:]), ("m.b", ["m": .map(["b": .null])]), ("m.zz, l.x, a.b", [:]),
            ("l[2], l[0]", ["l": .list([.string("0"), .string("2")])]), ("l[9], a", ["a": .string("x")]),
            ("m.c[1].d, m.b", ["m": .map(["b": .null, "c": .list([.map(["d": .bool(true)])])])]),
        ] as [(String, AttributeMap)])
    func keepsWhatThePathsLeadTo(text: String, expected: AttributeMap) throws {
        let item: AttributeMap = [
            "a": .string("x"), "l": .list([.string("0"), .string("1"), .string("2")]),
            "m": .map(["b": .null, "c": .list([.null, .map(["d": .bool(true), "e": .null])])]),
        ]
        var binding = ExpressionBinding()
        #expect(try Projection(text, &binding).apply(to: item) == expected)
    }
}
