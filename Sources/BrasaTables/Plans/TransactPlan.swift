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
                throw Self.refusal(error, at: index, of: request.actions.count)
            }
        }
        guard Self.areDistinct(writes) else { throw Self.twice }
        self.init(writes: writes)
    }

    /// Checks a batch against its tables, which are all there.
    package init(_ request: BatchWriteRequest, _ schemas: [String: TableSchema]) throws(TableError) {
        var writes: [WritePlan] = []
        for write in request.writes { writes.append(try WritePlan(write, try Self.schema(write.tableName, schemas))) }
        guard Self.areDistinct(writes) else {
            throw TableError.validation("Provided list of item keys contains duplicates")
        }
        self.init(writes: writes)
    }

    private static func schema(_ name: String, _ schemas: [String: TableSchema]) throws(TableError) -> TableSchema {
        guard let schema = schemas[name] else {
            throw TableError(.resourceNotFound, "Requested resource not found")
        }
        return schema
    }

    private static func areDistinct(_ writes: [WritePlan]) -> Bool {
        var places: Set<[UInt8]> = []
        return writes.allSatisfy { places.insert($0.key.place(inTable: $0.schema.name)).inserted }
    }

    /// The refusal of a transaction that has an item twice.
    package static var twice: TableError {
        .validation("Transaction request cannot include multiple operations on one item")
    }

    /// What all actions make of the items that are there; nothing is to be stored when this throws.
    ///
    /// - Throws: `transactionCanceled`, with a reason for every action that could not be done, or `validation` when what they
    ///   make is too large together: an update brings little along and may make much.
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
        try TransactWriteRequest.checkSize(outcomes.map(\.transactionBytes))
        return outcomes
    }

    /// What a transaction is told of which one action, the one at `index`, does not fit its table.
    package static func refusal(_ error: TableError, at index: Int, of count: Int) -> TableError {
        guard error.code == .validation, !TableSchema.isEmptyKey(error) else { return error }
        var reasons = [CancellationReason](repeating: .none, count: count)
        reasons[index] = CancellationReason(code: "ValidationError", message: error.message)
        return Self.canceled(reasons)
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

extension WriteOutcome {
    /// Bytes that count towards a transaction's limit: of the item that is written, or else of the key.
    fileprivate var transactionBytes: Int {
        switch self.plan.request.change {
        case .put, .update: self.new?.sizeBytes ?? 0
        case .delete(let key), .check(let key): key.sizeBytes
        }
    }
}
