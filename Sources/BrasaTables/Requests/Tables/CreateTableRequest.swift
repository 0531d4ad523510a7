/// What CreateTable asks for.
package struct CreateTableRequest: Sendable, Hashable {
    package static let maximumLocalIndexes = 5
    package static let maximumGlobalIndexes = 20

    package let definition: TableDefinition

    /// Reads the body of a request.
    ///
    /// - Throws: the refusal in the service's words.
    package init(_ body: UnsafeRawBufferPointer) throws(TableError) {
        var members = TableMembers()
        try RequestBody.read(body) { json throws(TableError) in try members.read(&json) }
        try members.check(isCreation: true)
        let billing = try Self.billing(members)
        let definitions = members.definitions
        var defined: Set<ByteText> = []
        for definition in definitions where !defined.insert(definition.name).inserted {
            throw TableError.validation("Attribute Name is duplicated: \(definition.name)")
        }
        guard let keys = members.keys, let name = members.tableName else { preconditionFailure("checked above") }
        guard keys.count <= definitions.count else {
            throw TableError.validation("Invalid KeySchema: Some index key attribute have no definition")
        }
        let schema = try TableMembers.keySchema(keys, definitions)
        if members.localIndexes == nil && members.globalIndexes == nil && keys.count != definitions.count {
            throw Self.unusedDefinitions
        }
        let local = try Self.localIndexes(members, schema)
        let global = try Self.globalIndexes(members, billing, taken: Set(local.map(\.name)))
        let used = Set(([schema] + (local + global).map(\.keys)).flatMap { $0.attributes.map(\.name) })
        try Self.checkUse(of: definitions.map(\.name.string), keys: Set(used.map(\.string)))

        var throughput: [String: TableDefinition.Throughput] = [:]
        for index in members.globalIndexes ?? [] {
            throughput[index.name ?? ""] = try TableMembers.throughput(index.throughput)
        }
        self.definition = TableDefinition(
            schema: TableSchema(name: name, keys: schema, indexes: local + global), attributes: definitions,
            billing: billing, indexThroughput: throughput,
            stream: try TableMembers.streamView(members.stream, isCreation: true),
            tags: try Tag.dictionary(members.tags ?? []), tableClass: members.tableClass,
            isProtectedFromDeletion: members.isProtected ?? false)
    }

    private static var unusedDefinitions: TableError {
        .invalidParameter(
            "Number of attributes in KeySchema does not exactly match number of attributes defined in AttributeDefinitions"
        )
    }

    /// Refuses definitions of attributes that are part of no key.
    package static func checkUse(of definitions: [String], keys: Set<String>) throws(TableError) {
        guard !keys.isSuperset(of: definitions) else { return }
        throw TableError.invalidParameter(
            "Some AttributeDefinitions are not used. AttributeDefinitions: "
                + "[\(definitions.sorted().joined(separator: ", "))], "
                + "keys used: [\(keys.sorted().joined(separator: ", "))]")
    }

    private static func billing(_ members: TableMembers) throws(TableError) -> TableDefinition.Billing {
        if members.billingMode == TableMembers.BillingMode.onDemand.rawValue {
            guard members.throughput == nil else {
                throw TableError.invalidParameter(
                    "Neither ReadCapacityUnits nor WriteCapacityUnits can be specified when BillingMode is PAY_PER_REQUEST"
                )
            }
            return .onDemand
        }
        guard let throughput = try TableMembers.throughput(members.throughput) else {
            throw TableError.invalidParameter(
                "ReadCapacityUnits and WriteCapacityUnits must both be specified when BillingMode is PROVISIONED")
        }
        return .provisioned(throughput)
    }

    private static func localIndexes(
        _ members: TableMembers, _ schema: KeySchema
    ) throws(TableError) -> [SecondaryIndex] {
        guard let wanted = members.localIndexes else { return [] }
        guard !wanted.isEmpty else { throw TableError.invalidParameter("List of LocalSecondaryIndexes is empty") }
        guard schema.sort != nil else {
            throw TableError.invalidParameter(
                "Table KeySchema does not have a range key, which is required when specifying a LocalSecondaryIndex")
        }
        var indexes: [SecondaryIndex] = []
        for index in wanted {
            let name = index.name ?? ""
            let keys = try TableMembers.keySchema(index.keys ?? [], members.definitions)
            guard keys.sort != nil else {
                throw TableError.invalidParameter("Index KeySchema does not have a range key for index: \(name)")
            }
            guard keys.partition == schema.partition else {
                throw TableError.invalidParameter(
                    "Index KeySchema does not have the same leading hash key as table KeySchema for index: \(name). "
                        + "index hash key: \(keys.partition.name), table hash key: \(schema.partition.name)")
            }
            let projection = try TableMembers.projection(index.projection)
            guard !indexes.contains(where: { $0.name == name }) else { throw Self.duplicate(name) }
            indexes.append(SecondaryIndex(name: name, scope: .local, keys: keys, projection: projection))
        }
        guard indexes.count <= Self.maximumLocalIndexes else {
            throw TableError.invalidParameter("Number of LocalSecondaryIndexes exceeds per-table limit of 5")
        }
        return indexes
    }

    private static func globalIndexes(
        _ members: TableMembers, _ billing: TableDefinition.Billing, taken: Set<String>
    ) throws(TableError) -> [SecondaryIndex] {
        guard let wanted = members.globalIndexes else { return [] }
        guard !wanted.isEmpty else { throw TableError.invalidParameter("List of GlobalSecondaryIndexes is empty") }
        var taken = taken
        var indexes: [SecondaryIndex] = []
        for index in wanted {
            let global = try TableMembers.globalIndex(index, members.definitions)
            if billing == .onDemand && index.throughput != nil {
                throw TableError.invalidParameter(
                    "ProvisionedThroughput should not be specified for index: \(global.name) "
                        + "when BillingMode is PAY_PER_REQUEST")
            }
            if billing != .onDemand && index.throughput == nil {
                throw TableError.invalidParameter(
                    "ProvisionedThroughput is not specified for index: \(global.name)")
            }
            guard taken.insert(global.name).inserted else { throw Self.duplicate(global.name) }
            indexes.append(global)
        }
        guard indexes.count <= Self.maximumGlobalIndexes else {
            throw TableError.invalidParameter("GlobalSecondaryIndex count exceeds the per-table limit of 20")
        }
        return indexes
    }

    private static func duplicate(_ name: String) -> TableError {
        .invalidParameter("Duplicate index name: \(name)")
    }
}
