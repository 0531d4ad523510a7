import Testing

@testable import BrasaTables

@Suite struct UpdateApplyTests {
    private static func number(_ value: Int) -> AttributeValue { .number(ExactNumber(value)) }

    private static let item: AttributeMap = [
        "id": .string("1"), "n": Self.number(5), "l": .list([Self.number(0), Self.number(1), Self.number(2)]),
        "m": .map(["x": .string("y"), "l": .list([.map(["z": .null])])]), "ss": .stringSet(["a", "b"]),
        "ns": .numberSet([ExactNumber(1)]), "bs": .binarySet([[1], [2]]),
    ]
    private static let values: AttributeMap = [
        ":one": Self.number(1), ":s": .string("s"), ":l": .list([.string("e")]), ":ab": .stringSet(["b", "c"]),
        ":ns": .numberSet([ExactNumber(1)]), ":bs": .binarySet([[2], [3]]),
        ":big": .number((try? ExactNumber("9e125")) ?? .zero),
    ]

    private static func apply(_ text: String) throws(TableError) -> AttributeMap {
        var binding = ExpressionBinding(values: Self.values)
        return try Update(text, &binding).applied(to: Self.item)
    }

    @Test(
        arguments: [
            ("set a = :one", "a", Self.number(1)), ("set a = n", "a", Self.number(5)),
            ("set n = n + :one", "n", Self.number(6)),
            ("set n = :one - n", "n", Self.number(-4)), ("set a = if_not_exists(a, :s)", "a", .string("s")),
            ("set n = if_not_exists(n, :s)", "n", Self.number(5)),
            ("set n = if_not_exists(z, :one) + :one", "n", Self.number(2)),
            ("set l = list_append(:l, l)", "l", .list([.string("e"), Self.number(0), Self.number(1), Self.number(2)])),
            ("set l[1] = :s", "l", .list([Self.number(0), .string("s"), Self.number(2)])),
            // Beyond the end means at the end, in the order of the indexes.
            (
                "set l[9] = :s, l[7] = :one", "l",
                .list([Self.number(0), Self.number(1), Self.number(2), Self.number(1), .string("s")])
            ),
            ("remove l[0], l[2], l[9]", "l", .list([Self.number(1)])),
            ("remove l[0] set l[1] = :s, l[5] = :s", "l", .list([.string("s"), Self.number(2), .string("s")])),
            ("set m.x = :one", "m", .map(["x": Self.number(1), "l": .list([.map(["z": .null])])])),
            (
                "set m.l[0].q = m.x", "m",
                .map(["x": .string("y"), "l": .list([.map(["z": .null, "q": .string("y")])])])
            ),
            ("remove m.l[0].z", "m", .map(["x": .string("y"), "l": .list([.map([:])])])),
            ("remove n", "n", nil), ("remove nothing", "nothing", nil), ("add n :one", "n", Self.number(6)),
            ("add fresh :one", "fresh", Self.number(1)), ("add ss :ab", "ss", .stringSet(["a", "b", "c"])),
            ("add fresh :ab", "fresh", .stringSet(["b", "c"])), ("add bs :bs", "bs", .binarySet([[1], [2], [3]])),
            ("delete ss :ab", "ss", .stringSet(["a"])), ("delete ns :ns", "ns", nil),
            ("delete nothing :ns", "nothing", nil),
            ("delete bs :bs", "bs", .binarySet([[1]])),
            // Every action sees the item as it was.
            ("set n = :one, a = n", "a", Self.number(5)), ("remove n set a = n", "a", Self.number(5)),
        ] as [(String, ByteText, AttributeValue?)])
    func changesWhatItSays(text: String, name: ByteText, value: AttributeValue?) throws {
        var expected = try Self.apply(text)
        #expect(expected[name] == value)

        // And nothing else.
        for other in Self.item.attributes.map(\.name) where !text.contains(other.string) {
            #expect(expected[other] == Self.item[other])
        }
        expected = [:]
    }

    @Test func removalsInsideAListMeanTheListAsItWas() throws {
        let item: AttributeMap = [
            "l": .list([.null, .map(["x": .null, "y": .null]), .list([.bool(true), .bool(false)])])
        ]
        var binding = ExpressionBinding()
        let update = try Update("remove l[0], l[1].x, l[2][0]", &binding)
        #expect(try update.applied(to: item) == ["l": .list([.map(["y": .null]), .list([.bool(false)])])])
    }

    @Test(arguments: [
        ("set a.b = :s", "The document path provided in the update expression is invalid for update"),
        ("set n.b = :s", "The document path provided in the update expression is invalid for update"),
        ("set m[0] = :s", "The document path provided in the update expression is invalid for update"),
        ("set l.x = :s", "The document path provided in the update expression is invalid for update"),
        ("set l[9].x = :s", "The document path provided in the update expression is invalid for update"),
        ("remove a.b", "The document path provided in the update expression is invalid for update"),
        ("add a.b :one", "The document path provided in the update expression is invalid for update"),
        ("set a = nothing", "The provided expression refers to an attribute that does not exist in the item"),
        ("set a = nothing + :one", "The provided expression refers to an attribute that does not exist in the item"),
        ("set a = m + :one", "An operand in the update expression has an incorrect data type"),
        ("set a = list_append(n, :l)", "An operand in the update expression has an incorrect data type"),
        ("add m :one", "An operand in the update expression has an incorrect data type"),
        ("add ss :ns", "An operand in the update expression has an incorrect data type"),
        ("delete n :ns", "An operand in the update expression has an incorrect data type"),
        (
            "set a = :big + :big",
            "Number overflow. Attempting to store a number with magnitude larger than supported range"
        ),
    ])
    func refusesWhatDoesNotFitTheItem(text: String, message: String) {
        #expect(throws: TableError.validation(message)) { try Self.apply(text) }
    }
}
