import BrasaModel
import BrasaTables

/// Query and Scan.
extension TableService {
    func find(_ request: FindRequest, _ completion: @escaping Completion) throws {
        let table = try self.table(request.tableName)
        let plan = try FindPlan(request, table.schema)
        if let index = plan.index { try table.checkIsFilled(index) }
        self.read(completion) { store in
            try self.view(of: table, index: plan.index, store) {
                var page = Page(plan)
                var whole: [StoredItem] = []
                let takesWhole = plan.takesWholeItems
                try store.visitItems(
                    in: table.id, index: plan.index.map { table.number(of: $0) }, range: ItemRange(plan)
                ) { item in
                    guard takesWhole else { return page.add(try item.attributes()) }
                    whole.append(item)
                    return page.addWhole(sizeBytes: item.sizeBytes)
                }
                if page.isFull, let last = whole.last { page.end(with: try last.attributes()) }
                return Self.answer(to: plan, page, whole, table).finish()
            }
        }
    }

    /// - Parameter whole: items that are answered with as they are stored.
    private static func answer(
        to plan: FindPlan, _ page: Page, _ whole: [StoredItem], _ table: Table
    ) -> AnswerWriter {
        var answer = AnswerWriter(capacity: page.sizeBytes + page.sizeBytes / 2 + 256)
        if plan.request.select != .count {
            answer.member("Items") {
                if whole.isEmpty {
                    $0.list(page.items) { JSONText.write($0, to: &$1) }
                } else {
                    $0.list(whole) { $1.json($0.json) }
                }
            }
        }
        answer.integer("Count", page.count)
        answer.integer("ScannedCount", page.scannedCount)
        answer.attributes("LastEvaluatedKey", page.lastEvaluatedKey)
        if plan.request.returnConsumedCapacity != .none {
            var capacity = ConsumedCapacity(of: table, named: plan.request.tableName)
            if let index = plan.index {
                capacity.add(page.capacityUnits, to: index)
            } else {
                capacity.addTable(page.capacityUnits)
            }
            answer.member("ConsumedCapacity") { capacity.write(plan.request.returnConsumedCapacity, to: &$0) }
        }
        return answer
    }
}

extension ItemRange {
    /// Where the items of a query or scan are.
    init(_ plan: FindPlan) {
        self.init(
            lower: plan.range.lower, upper: plan.range.upper, isForward: plan.request.isForward,
            after: plan.start.map { Position(key: $0.key.bytes, indexKey: $0.indexKey) })
    }
}

extension Table {
    /// An index answers once all items of before are in it.
    func checkIsFilled(_ index: SecondaryIndex) throws(TableError) {
        let status = self.document.indexes.first { $0.name == index.name }?.status
        guard status == .active else {
            throw TableError.validation("Cannot read from backfilling global secondary index: \(index.name)")
        }
    }
}
