/// The writes of a transaction or batch, each fitting its table and no two the same item.
package struct TransactPlan: Sendable, Hashable {
    package let writes: [WritePlan]

    private init(writes: [WritePlan]) {
        self.writes = writes
    }

    /// Checks a transaction against its tables, which are all there.
    ///
    /// - Throws: `transactionCanceled` when an action does not fit its table; only the first of those is told.
    package init(
        _ request: TransactWriteRequest, _ schemas: [String: TableSchema]
    ) throws(TableError) {
        var writes: [WritePlan] = []
        for (index, action) in request.actions.enumerated() {
            let schema = try Self.schema(action.tableName, schemas)
            do throws(TableError) {
                writes.append(try WritePlan(action, schema))
            } catch {
                var reasons = [CancellationReason](repeating: .none, count: request.actions.count)
                reasons[index] = CancellationReason(code: "ValidationError", message: error.message)
                throw Self.canceled(reasons)
            }
        }
        try Self.checkDistinct(writes, "Transaction request cannot include multiple operations on one item")
        self.init(writes: writes)
    }

    /// Checks a batch against its tables, which are all there.
    package init(_ request: BatchWriteRequest, _ schemas: [String: TableSchema]) throws(TableError) {
        var writes: [WritePlan] = []
        for write in request.writes { writes.append(try WritePlan(write, try Self.schema(write.tableName, schemas))) }
        try Self.checkDistinct(writes, "Provided list of item keys contains duplicates")
        self.init(writes: writes)
    }

    private static func schema(_ name: String, _ schemas: [String: TableSchema]) throws(TableError) -> TableSchema {
        guard let schema = schemas[name] else {
            throw TableError(.resourceNotFound, "Requested resource not found")
        }
        return schema
    }

    private static func checkDistinct(_ writes: [WritePlan], _ message: String) throws(TableError) {
        var seen: Set<[UInt8]> = []
        for write in writes {
            // No name has a byte 0.
            let place = Array(write.schema.name.utf8) + [0] + write.key.bytes
            guard seen.insert(place).inserted else { throw TableError.validation(message) }
        }
    }

    /// What all actions make of the items that are there; nothing is to be stored when this throws.
    ///
    /// - Throws: `transactionCanceled`, with a reason for every action that could not be done.
    package func applied(
        to item: (WritePlan) throws(TableError) -> AttributeMap?
    ) throws(TableError) -> [WriteOutcome] {
        var outcomes: [WriteOutcome] = []
        var reasons: [CancellationReason] = []
        for write in self.writes {
            let old = try item(write)
            do throws(TableError) {
                outcomes.append(try write.applied(to: old))
                reasons.append(.none)
            } catch {
                let isCondition = error.code == .conditionalCheckFailed
                reasons.append(
                    CancellationReason(
                        code: isCondition ? "ConditionalCheckFailed" : "ValidationError", message: error.message,
                        item: error.item))
            }
        }
        guard outcomes.count == self.writes.count else { throw Self.canceled(reasons) }
        return outcomes
    }

    private static func canceled(_ reasons: [CancellationReason]) -> TableError {
        let codes = reasons.map(\.code).joined(separator: ", ")
        var error = TableError(
            .transactionCanceled,
            "Transaction cancelled, please refer cancellation reasons for specific reasons [\(codes)]")
        error.cancellationReasons = reasons
        return error
    }
}
