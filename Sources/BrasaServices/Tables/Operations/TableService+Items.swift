import BrasaModel
import BrasaTables
import NIOCore

/// PutItem, UpdateItem, DeleteItem and GetItem.
extension TableService {
    func write(_ request: WriteRequest, _ completion: @escaping Completion) throws {
        let planned = try self.table(request.tableName)
        let plan = try WritePlan(request, planned.schema)
        self.change(completion) { store in
            // The table may have changed since: another index, another stream.
            let table = try self.table(request.tableName)
            let plan = table === planned ? plan : try WritePlan(request, table.schema)
            let change = ItemChange(table: table, store: store, atMilliseconds: self.now())
            return Self.answer(to: request, try change.perform(plan), table).finish()
        }
    }

    private static func answer(to request: WriteRequest, _ outcome: WriteOutcome, _ table: Table) -> AnswerWriter {
        var answer = AnswerWriter()
        answer.attributes("Attributes", outcome.attributes)
        if request.returnConsumedCapacity != .none {
            var capacity = ConsumedCapacity(of: table, named: request.tableName)
            capacity.add(outcome)
            answer.member("ConsumedCapacity") { capacity.write(request.returnConsumedCapacity, to: &$0) }
        }
        if request.returnItemCollectionMetrics == .size, table.hasCollections {
            answer.member("ItemCollectionMetrics") { ItemCollection.write(outcome, table, to: &$0) }
        }
        return answer
    }

    func get(_ request: GetRequest, _ completion: @escaping Completion) throws {
        let table = try self.table(request.tableName)
        let key = try table.schema.key(request.key)
        try table.schema.check(request.projection)
        self.readFew(completion) { store in
            let item = try self.view(of: table, store) { try store.item(in: table.id, key: key.bytes) }
            var answer = AnswerWriter(capacity: (item?.json.readableBytes ?? 0) + 64)
            if let item {
                if let projection = request.projection {
                    answer.attributes("Item", projection.apply(to: try item.attributes()))
                } else {
                    answer.member("Item") { $0.json(item.json) }
                }
            }
            if request.returnConsumedCapacity != .none {
                var capacity = ConsumedCapacity(of: table, named: request.tableName)
                capacity.addTable(
                    ReadCapacity.units(
                        bytes: item?.sizeBytes ?? 0, request.isConsistent ? .consistent : .eventual))
                answer.member("ConsumedCapacity") { capacity.write(request.returnConsumedCapacity, to: &$0) }
            }
            return answer.finish()
        }
    }

    /// Reads of a table, and perhaps of an index, in a view, which may not have them: they are newer, or gone.
    ///
    /// - Parameter body: runs a second time when the first one met the table just before it was committed; that a view
    ///   begins with its first statement that succeeds is why it can find it then.
    func view<Value>(
        of table: Table, index: SecondaryIndex? = nil, _ store: any TableReading, _ body: () throws -> Value
    ) throws -> Value {
        do {
            return try body()
        } catch let error as TableError {
            throw error
        } catch {
            guard let stored = try store.table(named: table.name), stored.id == table.id else {
                throw TableError.noResource
            }
            if let index {
                let number = table.number(of: index)
                // Another one of that name may be there by now.
                guard try Table(stored).document.indexes.contains(where: { $0.number == number }) else {
                    throw TableError.noIndex(index.name)
                }
            }
            return try body()
        }
    }
}

extension Table {
    /// Whether items of one partition are a collection, which is so where there is a local index.
    var hasCollections: Bool { self.schema.indexes.contains { $0.scope == .local } }
}

/// What a write tells about the items that share its partition key.
///
/// The estimate is always the smallest that AWS gives: nothing here is limited by it.
enum ItemCollection {
    static func write(_ outcome: WriteOutcome, _ table: Table, to out: inout ByteWriter) {
        let name = table.schema.keys.partition.name
        out.literal("{\"ItemCollectionKey\":")
        var key = AttributeMap()
        key[name] = outcome.plan.key.attributes[name]
        JSONText.write(key, to: &out)
        out.literal(",\"SizeEstimateRangeGB\":[0.0,1.0]}")
    }
}
