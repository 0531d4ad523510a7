import BrasaTesting
import Testing

@testable import BrasaTables

@Suite struct FindPlanTests {
    private static func plan(_ operation: FindRequest.Operation, _ text: String) throws(TableError) -> FindPlan {
        let request = try reading(#"{"TableName":"people",\#(text)}"#) { body throws(TableError) in
            try FindRequest(operation, body)
        }
        return try FindPlan(request, peopleSchema)
    }

    private static let values = #""ExpressionAttributeValues":{":a":{"S":"a"},":n":{"N":"5"}}"#

    @Test(arguments: [
        (
            #""IndexName":"none","KeyConditionExpression":"id = :a","#,
            "The table does not have the specified index: none"
        ),
        (
            #""IndexName":"byMail","ConsistentRead":true,"KeyConditionExpression":"mail = :a","#,
            "Consistent reads are not supported on global secondary indexes"
        ),
        (#""KeyConditionExpression":"zz = :a","#, "Query condition missed key schema element: id"),
        (#""KeyConditionExpression":"id = :a and zz = :a","#, "Query condition missed key schema element: nr"),
        (
            #""IndexName":"byMail","KeyConditionExpression":"mail = :a and id = :a","#,
            "Query key condition not supported"
        ),
        (#""KeyConditionExpression":"id > :a","#, "Query key condition not supported"),
        (
            #""KeyConditionExpression":"id = :n","#,
            "One or more parameter values were invalid: Condition parameter type does not match schema type"
        ),
        (
            #""KeyConditionExpression":"id = :a","FilterExpression":"nr > :n","#,
            "Filter Expression can only contain non-primary key attributes: Primary key attribute: nr"
        ),
        (
            #""IndexName":"byMail","Select":"ALL_ATTRIBUTES","KeyConditionExpression":"mail = :a","#,
            "One or more parameter values were invalid: Select type ALL_ATTRIBUTES is not supported for global secondary index byMail because its projection type is not ALL"
        ),
        (
            #""KeyConditionExpression":"id = :a","ExclusiveStartKey":{"id":{"S":"a"}},"#,
            "The provided starting key is invalid"
        ),
        (
            #""KeyConditionExpression":"id = :a","ExclusiveStartKey":{"id":{"S":"b"},"nr":{"N":"1"}},"#,
            "The provided starting key is outside query boundaries based on provided conditions"
        ),
        (
            #""KeyConditionExpression":"id = :a and nr > :n","ExclusiveStartKey":{"id":{"S":"a"},"nr":{"N":"1"}},"#,
            "The provided starting key does not match the range key predicate"
        ),
    ])
    func refusesQueriesThatDoNotFitTheTable(text: String, message: String) {
        // Only values that are used may be there.
        var values: [String] = []
        if text.contains(":a") { values.append(#"":a":{"S":"a"}"#) }
        if text.contains(":n") { values.append(#"":n":{"N":"5"}"#) }
        let text = text + #""ExpressionAttributeValues":{\#(values.joined(separator: ","))}"#
        #expect(throws: TableError.validation(message)) { try Self.plan(.query, text) }
    }

    @Test func rangesHoldJustTheKeysThatTheConditionHoldsFor() throws {
        var random = SeededRandom(seed: 9)
        let partitions = ["a", "a\u{0}", "a\u{0}\u{1}", "a\u{0}\u{2}", "b", ""].map {
            AttributeValue.string(ByteText($0))
        }
        let sorts = try (0..<30).map { _ in AttributeValue.number(try ExactNumber(ExactNumberTests.text(&random))) }
        let schema = KeySchema(partition: .init(name: "p", type: .string), sort: .init(name: "s", type: .number))
        for _ in 0..<2_000 {
            let (a, b) = (sorts.randomElement(using: &random)!, sorts.randomElement(using: &random)!)
            let predicate: KeyCondition.Predicate =
                [.equal(a), .less(a), .lessOrEqual(a), .greater(a), .greaterOrEqual(a), .between(a, b)].randomElement(
                    using: &random)!
            let wanted = partitions.randomElement(using: &random)!
            let range = KeyRange(partition: wanted, sort: predicate)
            for partition in partitions {
                let sort = sorts.randomElement(using: &random)!
                let key = KeyRange.bytes(of: ["p": partition, "s": sort], schema)!
                let isIn =
                    ByteOrder.compare(range.lower, key) <= 0
                    && range.upper.map { ByteOrder.compare(key, $0) < 0 } ?? true
                #expect(
                    isIn == (partition == wanted && predicate.holds(for: sort)), "\(predicate) \(partition) \(sort)")
            }
        }
    }

    @Test func rangesOfPrefixesHoldJustWhatBeginsSo() {
        let schema = KeySchema(partition: .init(name: "p", type: .number), sort: .init(name: "s", type: .binary))
        let partition = AttributeValue.number(ExactNumber(1))
        for prefix: [UInt8] in [[], [1], [255], [255, 255], [1, 255]] {
            let range = KeyRange(partition: partition, sort: .beginsWith(.binary(prefix)))
            for bytes: [UInt8] in [[], [0], [1], [1, 255], [1, 255, 3], [2], [255], [255, 255, 1]] {
                let key = KeyRange.bytes(of: ["p": partition, "s": .binary(bytes)], schema)!
                let isIn =
                    ByteOrder.compare(range.lower, key) <= 0
                    && range.upper.map { ByteOrder.compare(key, $0) < 0 } ?? true
                #expect(isIn == bytes.starts(with: prefix), "\(prefix) \(bytes)")
            }
        }
    }

    @Test func segmentsHaveEveryKeyOnce() {
        for total in [1, 2, 3, 7, 1_000] {
            let segments = (0..<total).map { KeyRange.segment($0, of: total) }
            #expect(segments.first?.lower == [] && segments.last?.upper == nil)
            for index in segments.indices.dropFirst() { #expect(segments[index].lower == segments[index - 1].upper) }
        }
    }

    @Test func pagesTogetherAreWhatOnePageWouldBe() throws {
        let items: [AttributeMap] = (0..<25).map {
            ["id": .string("a"), "nr": .number(ExactNumber($0)), "n": .number(ExactNumber($0 % 3))]
        }
        var found: [AttributeMap] = []
        var pages = 0
        var start: AttributeMap?
        repeat {
            let plan = try Self.plan(
                .query,
                #""KeyConditionExpression":"id = :a","FilterExpression":"n = :n","Limit":4,"ProjectionExpression":"nr","ExpressionAttributeValues":{":a":{"S":"a"},":n":{"N":"1"}}"#
            )
            var page = Page(plan)
            // What the store would hand over.
            for item in items where start.map({ $0["nr"]!.precedes(item["nr"]!)! }) ?? true {
                guard page.add(item) else { break }
            }
            #expect(page.scannedCount <= 4)
            found += page.items
            start = page.lastEvaluatedKey
            pages += 1
        } while start != nil

        #expect(found == items.filter { $0["n"] == .number(ExactNumber(1)) }.map { ["nr": $0["nr"]!] })
        #expect(pages == 7)
    }

    @Test func anIndexShowsWhatIsProjectedIntoIt() throws {
        let item: AttributeMap = [
            "id": .string("a"), "nr": .number(ExactNumber(1)), "age": .number(ExactNumber(30)), "mail": .string("m"),
            "name": .string("n"),
            "rest": .null,
        ]
        func seen(_ text: String) throws -> AttributeMap? {
            var page = Page(try Self.plan(.query, text))
            _ = page.add(item)
            return page.items.first
        }
        let byMail =
            #""IndexName":"byMail","KeyConditionExpression":"mail = :a","ExpressionAttributeValues":{":a":{"S":"m"}}"#
        let byAge =
            #""IndexName":"byAge","KeyConditionExpression":"id = :a","ExpressionAttributeValues":{":a":{"S":"a"}}"#
        #expect(try seen(byMail)?.attributes.map(\.name) == ["id", "mail", "nr"])
        #expect(try seen(byAge)?.attributes.map(\.name) == ["age", "id", "name", "nr"])
        // A local index reaches the table for what it does not have.
        #expect(try seen(byAge + #","Select":"ALL_ATTRIBUTES""#) == item)
        #expect(try seen(byAge + #","ProjectionExpression":"rest""#) == ["rest": .null])
    }

    @Test func aPageEndsWithTheItemThatMakesItAMegabyte() throws {
        var page = Page(try Self.plan(.scan, #""Select":"COUNT""#))
        let item: AttributeMap = [
            "id": .string("a"), "nr": .number(ExactNumber(1)),
            "x": .string(ByteText(String(repeating: "x", count: 300_000))),
        ]
        var added = 1
        while page.add(item) { added += 1 }
        #expect(added == 4 && page.count == 4 && page.items.isEmpty)
        #expect(page.lastEvaluatedKey == ["id": .string("a"), "nr": .number(ExactNumber(1))])
    }
}
