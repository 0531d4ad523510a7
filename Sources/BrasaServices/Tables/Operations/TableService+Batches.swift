import BrasaModel
import BrasaTables
import NIOCore

/// BatchGetItem and BatchWriteItem.
extension TableService {
    /// Most bytes of the items that BatchGetItem answers with: 16 MB.
    static let maximumBatchBytes = 16_777_216

    func batchGet(_ request: BatchGetRequest, _ completion: @escaping Completion) throws {
        let parts = try request.parts.map { part in
            let table = try self.table(part.tableName)
            try table.schema.check(part.projection)
            return (part: part, table: table, keys: try part.keys.map { try table.schema.key($0) })
        }
        self.read(completion) { store in
            var batch = BatchAnswer()
            for (part, table, keys) in parts {
                try self.view(of: table, store) {
                    try batch.add(part, table, keys) { try store.item(in: table.id, key: $0.bytes) }
                }
            }
            return batch.answer(request.returnConsumedCapacity)
        }
    }

    func batchWrite(_ request: BatchWriteRequest, _ completion: @escaping Completion) throws {
        let names = Set(request.writes.map(\.tableName))
        _ = try TransactPlan(request, try self.schemas(names))
        self.change(completion) { store in
            let now = self.now()
            let plan = try TransactPlan(request, try self.schemas(names))
            var outcomes: [WriteOutcome] = []
            for write in plan.writes {
                let change = ItemChange(
                    table: try self.table(write.schema.name), store: store, atMilliseconds: now)
                outcomes.append(try change.perform(write))
            }
            var answer = AnswerWriter()
            // Everything is written together, so nothing is ever left over.
            answer.member("UnprocessedItems") { $0.literal("{}") }
            if request.returnConsumedCapacity != .none {
                let capacities = try self.capacities(outcomes, isTransactional: false)
                answer.member("ConsumedCapacity") {
                    $0.list(capacities) { $0.write(request.returnConsumedCapacity, to: &$1) }
                }
            }
            if request.returnItemCollectionMetrics == .size { try self.addMetrics(outcomes, to: &answer) }
            return answer.finish()
        }
    }

    /// Appends what is told about the collections that writes have changed, by table.
    func addMetrics(_ outcomes: [WriteOutcome], to answer: inout AnswerWriter) throws {
        let tables = try Dictionary(grouping: outcomes, by: \.plan.request.tableName)
            .map { (key: $0.key, value: (table: try self.table($0.key), outcomes: $0.value)) }
            .filter(\.value.table.hasCollections).sorted { $0.key < $1.key }
        answer.member("ItemCollectionMetrics") {
            $0.map(tables) { changed, out in
                out.list(changed.outcomes) { ItemCollection.write($0, changed.table, to: &$1) }
            }
        }
    }
}

/// What BatchGetItem has found so far.
private struct BatchAnswer {
    private struct Part {
        let part: BatchGetRequest.Part
        let table: Table
        var items: [ByteBuffer] = []
        var unread: [ItemKey] = []
        var units = 0.0
    }

    private var parts: [Part] = []
    private var sizeBytes = 0
    /// Bytes of the items as JSON, which escapes may make many more: a function has to be able to take the answer.
    private var jsonBytes = 0

    /// Reads the items of one table, as long as the answer has room.
    mutating func add(
        _ part: BatchGetRequest.Part, _ table: Table, _ keys: [ItemKey], item: (ItemKey) throws -> StoredItem?
    ) throws {
        var found = Part(part: part, table: table)
        for key in keys {
            guard self.sizeBytes < TableService.maximumBatchBytes else {
                found.unread.append(key)
                continue
            }
            let item = try item(key)
            let size = item?.sizeBytes ?? 0
            let json = try item.map { item in
                try part.projection.map { $0.apply(to: try item.attributes()).json() } ?? item.json
            }
            let jsonSize = json?.readableBytes ?? 0
            guard self.sizeBytes + size <= TableService.maximumBatchBytes,
                self.jsonBytes + jsonSize <= TableService.maximumBatchBytes
            else {
                found.unread.append(key)
                continue
            }
            self.sizeBytes += size
            self.jsonBytes += jsonSize
            found.units += ReadCapacity.units(bytes: size, part.isConsistent ? .consistent : .eventual)
            if let json { found.items.append(json) }
        }
        self.parts.append(found)
    }

    func answer(_ detail: ReturnConsumedCapacity) -> ByteBuffer {
        var answer = AnswerWriter(capacity: self.jsonBytes + self.jsonBytes / 64 + 256)
        answer.member("Responses") {
            $0.map(self.parts.map { (key: $0.part.tableName, value: $0.items) }) { items, out in
                out.list(items) { $1.json($0) }
            }
        }
        answer.member("UnprocessedKeys") {
            $0.map(self.parts.filter { !$0.unread.isEmpty }.map { (key: $0.part.tableName, value: $0) }) {
                Self.writeUnread($0, to: &$1)
            }
        }
        if detail != .none {
            answer.member("ConsumedCapacity") {
                $0.list(self.parts) { part, out in
                    var capacity = ConsumedCapacity(of: part.table, named: part.part.tableName)
                    capacity.addTable(part.units)
                    capacity.write(detail, to: &out)
                }
            }
        }
        return answer.finish()
    }

    /// What the client has to ask for again, as it asks for it.
    private static func writeUnread(_ part: Part, to out: inout ByteWriter) {
        var answer = AnswerWriter()
        answer.member("Keys") { $0.list(part.unread) { JSONText.write($0.attributes, to: &$1) } }
        if part.part.isConsistent { answer.member("ConsistentRead") { $0.literal("true") } }
        if let projection = part.part.projection {
            let (expression, names) = projection.expression
            answer.member("ProjectionExpression") { JSONText.write(expression, to: &$0) }
            answer.member("ExpressionAttributeNames") {
                $0.map(names) { JSONText.write($0, to: &$1) }
            }
        }
        out.json(answer.finish())
    }
}
