/// What UpdateTable asks for.
package struct UpdateTableRequest: Sendable, Hashable {
    /// What happens to one global index.
    package enum IndexChange: Sendable, Hashable {
        case create(SecondaryIndex, TableDefinition.Throughput?)
        case update(String, TableDefinition.Throughput)
        case delete(String)

        /// Whether an index comes or goes, of which there is one at a time.
        package var isOnline: Bool {
            if case .update = self { false } else { true }
        }

        package var name: String {
            switch self {
            case .create(let index, _): index.name
            case .update(let name, _), .delete(let name): name
            }
        }
    }

    package let tableName: String
    /// Nil: as it is.
    package let billing: TableDefinition.Billing?
    /// Whether the request says how the table is paid for, and not only for how much.
    package let namesBillingMode: Bool
    package let attributes: [KeySchema.Attribute]
    package let indexChanges: [IndexChange]
    /// Nil: as it is; `.some(nil)`: none any more.
    package let stream: TableDefinition.StreamView??
    /// Nil: as it is.
    package let isProtectedFromDeletion: Bool?
    /// Nil: as it is.
    package let tableClass: String?

    /// Reads the body of a request.
    ///
    /// - Throws: the refusal in the service's words.
    package init(_ body: UnsafeRawBufferPointer) throws(TableError) {
        var members = TableMembers()
        try RequestBody.read(body) { json throws(TableError) in try members.read(&json) }
        try members.check(isCreation: false)
        let asksNothing =
            members.throughput == nil && members.billingMode == nil && members.stream == nil
            && members.indexUpdates == nil && members.isProtected == nil && members.tableClass == nil
            && !members.hasOtherChange
        guard !asksNothing, let tableName = members.tableName else {
            throw TableError.validation(
                "At least one of ProvisionedThroughput, BillingMode, UpdateStreamEnabled, GlobalSecondaryIndexUpdates, "
                    + "SSESpecification, ReplicaUpdates, MultiAccountReplicaReady, ReplicaTransitRoleArn, "
                    + "MultiRegionConsistency, DeletionProtectionEnabled, OnDemandThroughput, WarmThroughput or "
                    + "TableClass is required")
        }
        self.tableName = tableName
        self.billing = try Self.billing(members)
        self.namesBillingMode = members.billingMode != nil
        self.tableClass = members.tableClass
        self.attributes = members.definitions
        self.indexChanges = try Self.indexChanges(members)
        let view = try TableMembers.streamView(members.stream, isCreation: false)
        self.stream = members.stream == nil ? nil : .some(view)
        self.isProtectedFromDeletion = members.isProtected
        try self.checkCombination(hasOtherChange: members.hasOtherChange)
    }

    /// Refuses changes that cannot be made together.
    private func checkCombination(hasOtherChange: Bool) throws(TableError) {
        let kinds = [
            self.billing != nil, self.stream != nil, !self.indexChanges.isEmpty, self.isProtectedFromDeletion != nil,
            self.tableClass != nil, hasOtherChange,
        ]
        let isAlone = kinds.count { $0 } == 1
        if self.tableClass != nil && !isAlone {
            throw TableError.invalidParameter("TableClass modification must be the only operation in the request")
        }
        if self.isProtectedFromDeletion != nil && !isAlone {
            throw TableError.invalidParameter(
                "DeletionProtection modification must be the only operation in the request")
        }
        if self.billing != nil && self.stream != nil {
            throw TableError.invalidParameter("You cannot modify stream status while updating table IOPS")
        }
        guard self.indexChanges.contains(where: \.isOnline) else { return }
        if self.billing != nil {
            throw TableError.invalidParameter("You cannot create or delete index while updating table IOPS")
        }
        if self.stream != nil {
            throw TableError.invalidParameter("You cannot create or delete index while changing stream status")
        }
    }

    private static func billing(_ members: TableMembers) throws(TableError) -> TableDefinition.Billing? {
        if members.billingMode == TableMembers.BillingMode.provisioned.rawValue && members.throughput == nil {
            throw TableError.invalidParameter(
                "ProvisionedThroughput must be specified when BillingMode is PROVISIONED")
        }
        if members.billingMode == TableMembers.BillingMode.onDemand.rawValue {
            guard members.throughput == nil else {
                throw TableError.invalidParameter(
                    "Neither ReadCapacityUnits nor WriteCapacityUnits can be specified when BillingMode is PAY_PER_REQUEST"
                )
            }
            return .onDemand
        }
        return try TableMembers.throughput(members.throughput).map { .provisioned($0) }
    }

    private static func indexChanges(_ members: TableMembers) throws(TableError) -> [IndexChange] {
        guard let updates = members.indexUpdates else { return [] }
        guard !updates.isEmpty else {
            throw TableError.invalidParameter("List of GlobalSecondaryIndexUpdates is empty")
        }
        var changes: [IndexChange] = []
        for update in updates {
            guard [update.update, update.create, update.delete].count(where: { $0 != nil }) <= 1 else {
                throw TableError.invalidParameter(
                    "Only one global secondary index action is allowed per GlobalSecondaryIndexUpdate object")
            }
            if let created = update.create, members.attributes == nil {
                throw TableError.invalidParameter(
                    "AttributeDefinitions is not specified for index: \(created.name ?? "")")
            }
            let change: IndexChange
            if let changed = update.update, let throughput = try TableMembers.throughput(changed.throughput) {
                change = .update(changed.name ?? "", throughput)
            } else if let created = update.create {
                change = .create(
                    try TableMembers.globalIndex(created, members.definitions),
                    try TableMembers.throughput(created.throughput))
            } else if let deleted = update.delete {
                change = .delete(deleted.name ?? "")
            } else {
                throw TableError.invalidParameter(
                    "One of GlobalSecondaryIndexUpdate.Update, GlobalSecondaryIndexUpdate.Create, "
                        + "GlobalSecondaryIndexUpdate.Delete must not be null")
            }
            guard !changes.contains(where: { $0.name == change.name }) else {
                throw TableError.invalidParameter(
                    "Only one global secondary index update per index is allowed simultaneously. Index: \(change.name)")
            }
            changes.append(change)
        }
        return changes
    }
}
