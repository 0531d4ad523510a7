import BrasaModel
import BrasaTables
import NIOCore

/// TransactWriteItems and TransactGetItems.
extension TableService {
    /// How long a token stands for its transaction: ten minutes.
    static let tokenMilliseconds: Int64 = 600_000

    func transactWrite(
        _ request: TransactWriteRequest, fingerprint: [UInt8], _ completion: @escaping Completion
    ) throws {
        let names = Set(request.actions.map(\.tableName))
        // Refused before it waits for others; looked at again among them.
        _ = try TransactPlan(request, try self.schemas(names))
        self.change(completion) { store in
            let now = self.now()
            if let token = request.clientRequestToken {
                let oldest = now - Self.tokenMilliseconds
                if let use = try store.tokenUse(token, after: oldest) {
                    guard use == fingerprint else { throw TableError.otherParameters }
                    return try self.answer(toRepeated: request, store)
                }
                try store.noteToken(token, use: fingerprint, at: now, droppingBefore: oldest)
            }
            let plan = try TransactPlan(request, try self.schemas(names))
            let changes = try plan.writes.map {
                ItemChange(table: try self.table($0.schema.name), store: store, atMilliseconds: now)
            }
            var olds = try zip(plan.writes, changes).map { try $1.item($0.key) }[...]
            let outcomes = try plan.applied { _ in olds.removeFirst() }
            for (outcome, change) in zip(outcomes, changes) { try change.keep(outcome) }
            return try self.answer(to: request, outcomes)
        }
    }

    private func answer(to request: TransactWriteRequest, _ outcomes: [WriteOutcome]) throws -> ByteBuffer {
        var answer = AnswerWriter()
        if request.returnConsumedCapacity != .none {
            let capacities = try self.capacities(outcomes, isTransactional: true)
            answer.member("ConsumedCapacity") {
                $0.list(capacities) {
                    $0.write(request.returnConsumedCapacity, kind: "WriteCapacityUnits", to: &$1)
                }
            }
        }
        if request.returnItemCollectionMetrics == .size {
            let changed = outcomes.filter { if case .check = $0.plan.request.change { false } else { true } }
            try self.addMetrics(changed, to: &answer)
        }
        return answer.finish()
    }

    /// Answers a transaction that was done before: it has read the items, and written nothing.
    private func answer(toRepeated request: TransactWriteRequest, _ store: any TableReading) throws -> ByteBuffer {
        var answer = AnswerWriter()
        guard request.returnConsumedCapacity != .none else { return answer.finish() }
        var order: [String] = []
        var capacities: [String: ConsumedCapacity] = [:]
        for write in try TransactPlan(request, try self.schemas(Set(request.actions.map(\.tableName)))).writes {
            let name = write.request.tableName
            let table = try self.table(name)
            if capacities[name] == nil {
                capacities[name] = ConsumedCapacity(of: table, named: name)
                order.append(name)
            }
            let bytes = try store.item(in: table.id, key: write.key.bytes)?.sizeBytes ?? 0
            capacities[name]?.addTable(ReadCapacity.units(bytes: bytes, .transactional))
        }
        answer.member("ConsumedCapacity") {
            $0.list(order.compactMap { capacities[$0] }) {
                $0.write(request.returnConsumedCapacity, kind: "ReadCapacityUnits", to: &$1)
            }
        }
        return answer.finish()
    }

    /// What writes took, by table in the order of their first write.
    func capacities(_ outcomes: [WriteOutcome], isTransactional: Bool) throws -> [ConsumedCapacity] {
        var order: [String] = []
        var capacities: [String: ConsumedCapacity] = [:]
        for outcome in outcomes {
            let name = outcome.plan.request.tableName
            if capacities[name] == nil {
                capacities[name] = ConsumedCapacity(of: try self.table(name), named: name)
                order.append(name)
            }
            capacities[name]?.add(outcome, isTransactional: isTransactional)
        }
        return order.compactMap { capacities[$0] }
    }

    func schemas(_ names: Set<String>) throws -> [String: TableSchema] {
        var schemas: [String: TableSchema] = [:]
        for name in names { schemas[name] = try self.table(name).schema }
        return schemas
    }

    func transactGet(_ request: TransactGetRequest, _ completion: @escaping Completion) throws {
        let gets = try request.gets.enumerated().map { index, get in
            let table = try self.table(get.tableName)
            do throws(TableError) {
                let key = try table.schema.key(get.key)
                try table.schema.check(get.projection)
                return (get: get, table: table, key: key)
            } catch {
                throw TransactPlan.refusal(error, at: index, of: request.gets.count)
            }
        }
        guard Set(gets.map { $0.key.place(inTable: $0.table.name) }).count == gets.count else {
            throw TransactPlan.twice
        }
        self.read(completion) { store in
            var items: [StoredItem?] = []
            for (_, table, key) in gets {
                items.append(try self.view(of: table, store) { try store.item(in: table.id, key: key.bytes) })
            }
            guard items.reduce(0, { $0 + ($1?.sizeBytes ?? 0) }) <= TransactWriteRequest.maximumBytes else {
                throw TableError.validation("Transaction request size cannot exceed 4 MB")
            }
            var answer = AnswerWriter(capacity: 1_024)
            var projected: [AttributeMap?] = []
            for (item, get) in zip(items, gets) {
                projected.append(
                    try get.get.projection.flatMap { projection in
                        try item.map { projection.apply(to: try $0.attributes()) }
                    })
            }
            answer.member("Responses") { out in
                out.list(zip(items, projected)) { item, out in
                    out.byte(UInt8(ascii: "{"))
                    if let projected = item.1 {
                        out.literal("\"Item\":")
                        JSONText.write(projected, to: &out)
                    } else if let stored = item.0 {
                        out.literal("\"Item\":")
                        out.json(stored.json)
                    }
                    out.byte(UInt8(ascii: "}"))
                }
            }
            if request.returnConsumedCapacity != .none {
                var order: [String] = []
                var capacities: [String: ConsumedCapacity] = [:]
                for (item, get) in zip(items, gets) {
                    let name = get.get.tableName
                    if capacities[name] == nil {
                        capacities[name] = ConsumedCapacity(of: get.table, named: name)
                        order.append(name)
                    }
                    capacities[name]?.addTable(
                        ReadCapacity.units(bytes: item?.sizeBytes ?? 0, .transactional))
                }
                answer.member("ConsumedCapacity") {
                    $0.list(order.compactMap { capacities[$0] }) {
                        $0.write(request.returnConsumedCapacity, kind: "ReadCapacityUnits", to: &$1)
                    }
                }
            }
            return answer.finish()
        }
    }
}

extension TableError {
    /// A token that came before with something else.
    static var otherParameters: TableError {
        TableError(
            .idempotentParameterMismatch,
            "The request uses the same client token as a previous, but non-identical request. "
                + "Do not reuse a client token with different requests, unless the requests are identical")
    }
}
