import Testing

@testable import BrasaTables

@Suite struct WritePlanTests {
    private static func plan(_ operation: WriteRequest.Operation, _ text: String) throws(TableError) -> WritePlan {
        let request = try reading(#"{"TableName":"people",\#(text)}"#) { body throws(TableError) in
            try WriteRequest(operation, body)
        }
        return try WritePlan(request, peopleSchema)
    }

    private static let key: AttributeMap = ["id": .string("a"), "nr": .number(ExactNumber(1))]
    private static let keyText = #""Key":{"id":{"S":"a"},"nr":{"N":"1"}}"#

    @Test(
        arguments: [
            (
                WriteRequest.Operation.put, #""Item":{"id":{"S":"a"}}"#,
                "One or more parameter values were invalid: Missing the key nr in the item"
            ),
            (
                .put, #""Item":{"id":{"N":"1"},"nr":{"N":"1"}}"#,
                "One or more parameter values were invalid: Type mismatch for key id expected: S actual: N"
            ),
            (
                .put, #""Item":{"id":{"S":""},"nr":{"N":"1"}}"#,
                "One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an empty string value. Key: id"
            ),
            (
                .put, #""Item":{"id":{"S":"\#(String(repeating: "x", count: 2_049))"},"nr":{"N":"1"}}"#,
                "One or more parameter values were invalid: Size of hashkey has exceeded the maximum size limit of2048 bytes"
            ),
            (
                .put, #""Item":{"id":{"S":"a"},"nr":{"N":"1"},"mail":{"N":"1"}}"#,
                "One or more parameter values were invalid: Type mismatch for Index Key mail Expected: S Actual: N IndexName: byMail"
            ),
            (
                .put,
                #""Item":{"id":{"S":"a"},"nr":{"N":"1"},"mail":{"S":"\#(String(repeating: "x", count: 2_049))"}}"#,
                "One or more parameter values were invalid: Size of hashkey has exceeded the maximum size limit of2048 bytes"
            ),
            (.delete, #""Key":{"id":{"S":"a"}}"#, "The provided key element does not match the schema"),
            (.delete, #""Key":{"id":{"S":"a"},"nr":{"S":"1"}}"#, "The provided key element does not match the schema"),
            (
                .delete, #""Key":{"id":{"S":"a"},"nr":{"N":"1"},"x":{"N":"1"}}"#,
                "The provided key element does not match the schema"
            ),
            (
                .update, #"\#(keyText),"UpdateExpression":"remove id""#,
                "One or more parameter values were invalid: Cannot update attribute id. This attribute is part of the key"
            ),
            (
                .update,
                #"\#(keyText),"UpdateExpression":"set mail = :n","ExpressionAttributeValues":{":n":{"N":"1"}}"#,
                "One or more parameter values were invalid: Type mismatch for Index Key mail Expected: S Actual: N IndexName: byMail"
            ),
            (
                .update, #"\#(keyText),"UpdateExpression":"remove mail.x""#,
                "Key attributes must be scalars; list random access '[]' and map lookup '.' are not allowed: IndexKey: mail"
            ),
            (
                .delete, #"\#(keyText),"ConditionExpression":"attribute_exists(id[0])""#,
                "Key attributes must be scalars; list random access '[]' and map lookup '.' are not allowed: Key: id"
            ),
        ] as [(WriteRequest.Operation, String, String)])
    func refusesWhatDoesNotFitTheTable(operation: WriteRequest.Operation, text: String, message: String) {
        #expect(throws: TableError.validation(message)) { try Self.plan(operation, text) }
    }

    @Test func aConditionThatDoesNotHoldStopsTheWriteAndMayShowTheItem() throws {
        let plan = try Self.plan(
            .put,
            #""Item":{"id":{"S":"a"},"nr":{"N":"1.0"}},"ConditionExpression":"attribute_not_exists(id)","ReturnValuesOnConditionCheckFailure":"ALL_OLD""#
        )

        #expect(try plan.applied(to: nil).new == Self.key)
        var error = TableError(.conditionalCheckFailed, "The conditional request failed")
        error.item = Self.key
        #expect(throws: error) { try plan.applied(to: Self.key) }
    }

    @Test func anUpdateMakesTheItemThatIsNotThere() throws {
        let plan = try Self.plan(
            .update, #"\#(Self.keyText),"UpdateExpression":"add n :n","ExpressionAttributeValues":{":n":{"N":"2"}}"#)
        #expect(
            try plan.applied(to: nil).new == [
                "id": .string("a"), "nr": .number(ExactNumber(1)), "n": .number(ExactNumber(2)),
            ])
        #expect(try Self.plan(.update, Self.keyText).applied(to: nil).new == Self.key)
    }

    @Test(
        arguments: [
            ("NONE", nil),
            (
                "ALL_OLD",
                [
                    "id": .string("a"), "nr": .number(ExactNumber(1)), "n": .number(ExactNumber(2)),
                    "m": .map(["x": .null, "y": .null]),
                ]
            ),
            ("UPDATED_OLD", ["n": .number(ExactNumber(2)), "m": .map(["x": .null])]),
            ("UPDATED_NEW", ["n": .number(ExactNumber(3))]),
            (
                "ALL_NEW",
                [
                    "id": .string("a"), "nr": .number(ExactNumber(1)), "n": .number(ExactNumber(3)),
                    "m": .map(["y": .null]),
                ]
            ),
        ] as [(String, AttributeMap?)])
    func answersWithTheAttributesAskedFor(values: String, expected: AttributeMap?) throws {
        let plan = try Self.plan(
            .update,
            #"\#(Self.keyText),"UpdateExpression":"set n = n + :n remove m.x","ExpressionAttributeValues":{":n":{"N":"1"}},"ReturnValues":"\#(values)""#
        )
        var old = Self.key
        old["n"] = .number(ExactNumber(2))
        old["m"] = .map(["x": .null, "y": .null])

        #expect(try plan.applied(to: old).attributes == expected)
    }

    @Test func tellsWhichIndexesHaveTheItemWhere() throws {
        let plan = try Self.plan(
            .update,
            #"\#(Self.keyText),"UpdateExpression":"set age = :n remove mail","ExpressionAttributeValues":{":n":{"N":"7"}}"#
        )
        var old = Self.key
        old["mail"] = .string("x@y.z")

        let changes = try plan.applied(to: old).indexChanges

        #expect(changes.map(\.index.name) == ["byAge", "byMail"])
        #expect(changes[0].removed == nil && changes[0].added != nil)
        #expect(changes[1].removed == Array("x@y.z".utf8) + [0, 1] && changes[1].added == nil)
        #expect(changes.map(\.removedBytes) == [0, old.sizeBytes])
    }

    @Test func tellsHowMuchIndexesShow() throws {
        let byMail = try peopleSchema.index(named: "byMail")
        let others: [SecondaryIndex.Projection] = [.all, .keysOnly, .include(["note", "mail", "none"])]
        var item = Self.key
        for name in ["mail", "note", "rest"] { item[ByteText(name)] = .string("12345") }
        let bytes = others.map {
            SecondaryIndex(name: "i", scope: .global, keys: byMail.keys, projection: $0)
                .shownBytes(of: item, whole: item.sizeBytes, in: peopleSchema)
        }
        #expect(bytes == [item.sizeBytes, item.sizeBytes - 18, item.sizeBytes - 9])
    }

    @Test func anUpdateMakesNoItemTooLargeAndGivesIndexKeysNoOtherType() throws {
        let append = try Self.plan(.update, #"\#(Self.keyText),"UpdateExpression":"set l = list_append(l, l)""#)
        var old = Self.key
        old["l"] = .list([.string(ByteText(String(repeating: "x", count: 300_000)))])
        #expect(throws: TableError.validation("Item size to update has exceeded the maximum allowed size")) {
            try append.applied(to: old)
        }
        let copy = try Self.plan(.update, #"\#(Self.keyText),"UpdateExpression":"set age = l""#)
        #expect(
            throws: TableError.validation(
                "The update expression attempted to update the secondary index key to unsupported type")
        ) { try copy.applied(to: Self.key.merging("l", .list([]))) }
        let long = AttributeValue.string(ByteText(String(repeating: "x", count: 2_049)))
        let copyLong = try Self.plan(.update, #"\#(Self.keyText),"UpdateExpression":"set mail = l""#)
        #expect(
            throws: TableError.validation(
                "The update expression attempted to update the secondary index key beyond allowed size limits")
        ) { try copyLong.applied(to: Self.key.merging("l", long)) }
        #expect(try copyLong.applied(to: Self.key.merging("l", .string("x"))).indexChanges.count == 1)
    }

    @Test func anIndexHasNoItemsWhoseKeysItDoesNotTake() throws {
        let byMail = try peopleSchema.index(named: "byMail")
        let long = AttributeValue.string(ByteText(String(repeating: "x", count: 2_049)))

        #expect(byMail.keyBytes(of: Self.key.merging("mail", .string("x"))) != nil)
        // Written before there was the index.
        for value in [long, .string(""), .null, .number(ExactNumber(1))] {
            #expect(byMail.keyBytes(of: Self.key.merging("mail", value)) == nil)
        }
    }

    @Test(arguments: [(0, 1.0), (1_024, 1), (1_025, 2), (10_000, 10)])
    func countsBegunKilobytes(bytes: Int, units: Double) throws {
        var item = Self.key
        let rest = bytes - Self.key.sizeBytes - 1
        if rest > 0 { item["x"] = .string(ByteText(String(repeating: "x", count: rest))) }
        let outcome = try Self.plan(.delete, Self.keyText).applied(to: item)
        #expect(outcome.capacityUnits() == units)
        #expect(outcome.capacityUnits(isTransactional: true) == 2 * units)
        #expect(ReadCapacity.units(bytes: bytes * 4, .eventual) == units / 2)
    }

    @Test func aTransactionTellsOfEveryActionWhyItWasCancelled() throws {
        let item = { (id: String) in
            #"{"TableName":"people","Item":{"id":{"S":"\#(id)"},"nr":{"N":"1"}},"ConditionExpression":"attribute_not_exists(id)"}"#
        }
        let request = try reading(
            #"{"TransactItems":[{"Put":\#(item("a"))},{"Put":\#(item("b"))},{"Put":\#(item("c"))}]}"#
        ) { body throws(TableError) in
            try TransactWriteRequest(body)
        }
        let plan = try TransactPlan(request, ["people": peopleSchema])
        #expect(try plan.applied { _ in nil }.count == 3)
        do throws(TableError) {
            _ = try plan.applied { $0.key.attributes["id"] == .string("b") ? nil : $0.key.attributes }
            Issue.record("the conditions do not hold")
        } catch {
            #expect(error.code == .transactionCanceled)
            #expect(
                error.message
                    == "Transaction cancelled, please refer cancellation reasons for specific reasons [ConditionalCheckFailed, None, ConditionalCheckFailed]"
            )
            #expect(
                error.cancellationReasons.map(\.message) == [
                    "The conditional request failed", nil, "The conditional request failed",
                ])
        }
        let twice = try reading(#"{"TransactItems":[{"Put":\#(item("a"))},{"Put":\#(item("a"))}]}"#) {
            body throws(TableError) in
            try TransactWriteRequest(body)
        }
        #expect(throws: TableError.validation("Transaction request cannot include multiple operations on one item")) {
            try TransactPlan(twice, ["people": peopleSchema])
        }
    }

    @Test func aTransactionHasFourMegabytesOfItemsWhateverItsRequestHas() throws {
        let update = { (id: String) in
            #"{"TableName":"people","Key":{"id":{"S":"\#(id)"},"nr":{"N":"1"}},"UpdateExpression":"set x = x","ConditionExpression":"attribute_exists(id)"}"#
        }
        let actions = ["a", "b", "c", "d"].map { #"{"Update":\#(update($0))}"# }.joined(separator: ",")
        let plan = { (more: String) in
            let text = #"{"TransactItems":[\#(actions),\#(more)]}"#
            let request = try reading(text) { body throws(TableError) in try TransactWriteRequest(body) }
            return try TransactPlan(request, ["people": peopleSchema])
        }
        let large = AttributeValue.string(ByteText(String(repeating: "x", count: 409_500)))
        let olds = { (write: WritePlan) in write.key.attributes.merging("x", large) }
        // Ten items of 400 KB are less than 4 MB, and what is only asked about or removed counts with its key.
        let six = (0..<6).map { #"{"Update":\#(update("u\($0)"))}"# }.joined(separator: ",")
        let key = #""TableName":"people","Key":{"id":{"S":"z"},"nr":{"N":"1"}}"#
        #expect(try plan(#"\#(six),{"Delete":{\#(key)}}"#).applied(to: olds).count == 11)
        #expect(
            throws: TableError.validation(
                "Collection size of items in the transaction request size cannot exceed 4 MB")
        ) {
            try plan(#"\#(six),{"Update":\#(update("z"))}"#).applied(to: olds)
        }
        // A condition that does not hold is told first.
        let refusal = #expect(throws: TableError.self) {
            try plan(#"\#(six),{"Update":\#(update("z"))}"#).applied { _ in nil }
        }
        #expect(refusal?.code == .transactionCanceled)
    }
}

extension AttributeMap {
    /// The map with one more attribute.
    fileprivate func merging(_ name: ByteText, _ value: AttributeValue) -> AttributeMap {
        var map = self
        map[name] = value
        return map
    }
}
