import BrasaModel
import BrasaTables

/// Bytes from anywhere, given to every parser of tables.
///
/// Part of the tests, and with the entry point in Tests/Fuzz a program of its own, which tools/fuzz builds and runs. The first
/// byte chooses the parser. Only what is visible to other modules is used, so that both can compile it.
enum FuzzInput {
    /// Fails a precondition when a parser does what it must not; crashes when one crashes.
    static func run(_ input: UnsafeRawBufferPointer) {
        guard let choice = input.first else { return }
        let rest = UnsafeRawBufferPointer(rebasing: input.dropFirst())
        switch choice {
        case UInt8(ascii: "j"): self.json(rest)
        case UInt8(ascii: "n"): self.number(rest)
        case UInt8(ascii: "k"): self.key(rest)
        case UInt8(ascii: "r"): self.request(rest)
        case UInt8(ascii: "u"): self.update(String(decoding: rest, as: UTF8.self))
        case UInt8(ascii: "p"): self.projection(String(decoding: rest, as: UTF8.self))
        case UInt8(ascii: "q"): self.keyCondition(String(decoding: rest, as: UTF8.self))
        default: self.condition(String(decoding: rest, as: UTF8.self))
        }
    }

    private static func read(_ text: UnsafeRawBufferPointer) throws(TableError) -> (map: AttributeMap, fault: String?) {
        var json = JSONReader(text)
        var reader = ValueReader()
        let map = try reader.map(&json)
        try json.end()
        return (map, reader.fault)
    }

    /// What is read is written, and that reads as the same.
    private static func json(_ text: UnsafeRawBufferPointer) {
        guard let (map, fault) = try? self.read(text), fault == nil else { return }
        var out = ByteWriter()
        JSONText.write(map, to: &out)
        let again = out.withBytes { try? self.read($0) }
        precondition(again?.map == map && again?.fault == nil, "what was written reads as something else")
        precondition(map.sizeBytes >= 0)
    }

    private static func number(_ text: UnsafeRawBufferPointer) {
        guard let number = try? ExactNumber(utf8: text) else { return }
        precondition((try? ExactNumber(number.text)) == number, "a number prints as another one")
        let bytes = KeyBytes.encode(number)
        precondition(bytes.withUnsafeBytes { KeyBytes.decode($0, as: .number) } == .number(number))
        precondition((try? number.subtracting(number)) == .zero)
        _ = try? number.adding(ExactNumber(1))
    }

    private static func key(_ bytes: UnsafeRawBufferPointer) {
        for type in [AttributeType.string, .number, .binary] {
            guard let value = KeyBytes.decode(bytes, as: type) else { continue }
            precondition(KeyBytes.encode(value).map { bytes.elementsEqual($0) } == true)
        }
    }

    /// Every operation reads the body; what is taken is planned and applied.
    private static func request(_ body: UnsafeRawBufferPointer) {
        for operation in [WriteRequest.Operation.put, .update, .delete, .check] {
            guard let request = try? WriteRequest(operation, body), let plan = try? WritePlan(request, self.schema)
            else {
                continue
            }
            guard let outcome = try? plan.applied(to: nil) else { continue }
            precondition(outcome.new.map { $0["a"] == plan.key.attributes["a"] } ?? true)
        }
        for operation in [FindRequest.Operation.query, .scan] {
            guard let request = try? FindRequest(operation, body), let plan = try? FindPlan(request, self.schema) else {
                continue
            }
            var page = Page(plan)
            while page.scannedCount < 5, page.add(self.item) {}
            precondition(page.count <= page.scannedCount)
        }
        _ = try? GetRequest(body)
        _ = try? BatchGetRequest(body)
        if let request = try? TransactWriteRequest(body) { _ = try? TransactPlan(request, ["abc": self.schema]) }
        if let request = try? BatchWriteRequest(body) { _ = try? TransactPlan(request, ["abc": self.schema]) }
        _ = try? TransactGetRequest(body)
        _ = try? CreateTableRequest(body)
        _ = try? UpdateTableRequest(body)
        _ = try? UpdateTimeToLiveRequest(body)
        _ = try? ListStreamsRequest(body)
        _ = try? DescribeStreamRequest(body)
        _ = try? GetShardIteratorRequest(body)
        if let request = try? GetRecordsRequest(body) { precondition((1...1_000).contains(request.limit)) }
        for operation in [TagRequest.Operation.tag, .untag, .list] { _ = try? TagRequest(operation, body) }
    }

    private static let schema = TableSchema(
        name: "abc", keys: KeySchema(partition: .init(name: "a", type: .string)),
        indexes: [
            SecondaryIndex(
                name: "byN", scope: .global, keys: KeySchema(partition: .init(name: "n", type: .number)),
                projection: .keysOnly)
        ])
    private static let item: AttributeMap = [
        "a": .string("ab"), "b": .list([.number(ExactNumber(1)), .map(["c": .null])]),
        "c": .map(["d": .stringSet(["x"])]),
        "n": .number(ExactNumber(2)), "s": .numberSet([ExactNumber(3)]),
    ]
    private static let names: [ByteText: ByteText] = ["#a": "a", "#b": "b", "#c": "c"]
    private static let values: AttributeMap = [
        ":a": .string("a"), ":n": .number(ExactNumber(1)), ":l": .list([.null]), ":s": .stringSet(["x"]),
        ":t": .string("N"), ":b": .binary([1]), ":e": .numberSet([ExactNumber(3)]),
    ]
    private static var binding: ExpressionBinding { ExpressionBinding(names: self.names, values: self.values) }

    private static func condition(_ text: String) {
        var binding = self.binding
        guard let condition = try? Condition(text, kind: .filter, &binding) else { return }
        precondition(condition.holds(for: self.item) != Condition.not(condition).holds(for: self.item))
        _ = condition.holds(for: [:])
        condition.visitPaths { precondition($0.steps.count <= 32) }
    }

    private static func keyCondition(_ text: String) {
        var binding = self.binding
        guard let condition = try? KeyCondition(text, &binding) else { return }
        precondition(!condition.predicates.isEmpty)
    }

    private static func update(_ text: String) {
        var binding = self.binding
        guard let update = try? Update(text, &binding) else { return }
        guard let result = try? update.applied(to: self.item) else { return }
        // What was removed and not set again is gone.
        for case .remove(let path) in update.actions where path.inner.isEmpty { precondition(result[path] == nil) }
        for case .set(let path, .value(let value)) in update.actions where path.inner.isEmpty {
            precondition(result[path] == value)
        }
    }

    private static func projection(_ text: String) {
        var binding = self.binding
        guard let projection = try? Projection(text, &binding) else { return }
        let result = projection.apply(to: self.item)
        precondition(projection.apply(to: self.item) == result && result.count <= self.item.count)
    }
}
