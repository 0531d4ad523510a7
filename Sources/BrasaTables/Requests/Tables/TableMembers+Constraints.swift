extension TableMembers {
    /// The words of requests, in the order in which the service lists them.
    enum KeyType: String, CaseIterable {
        case hash = "HASH"
        case range = "RANGE"
    }

    enum ScalarType: String, CaseIterable {
        case binary = "B"
        case number = "N"
        case string = "S"
    }

    enum BillingMode: String, CaseIterable {
        case provisioned = "PROVISIONED"
        case onDemand = "PAY_PER_REQUEST"
    }

    enum TableClass: String, CaseIterable {
        case standard = "STANDARD"
        case infrequentAccess = "STANDARD_INFREQUENT_ACCESS"
    }

    enum ProjectionType: String, CaseIterable {
        case all = "ALL"
        case include = "INCLUDE"
        case keysOnly = "KEYS_ONLY"
    }

    /// Refuses a request without a table's name, with one of another length, or whose members break rules of their own.
    func check(isCreation: Bool) throws(TableError) {
        var faults = ConstraintFaults()
        try Self.checkName(self.tableName, isCreation: isCreation)
        if isCreation { faults.require(self.attributes != nil, "attributeDefinitions") }
        for (index, attribute) in (self.attributes ?? []).enumerated() {
            let member = "attributeDefinitions.\(index + 1).member"
            Self.checkAttributeName(attribute.name, "\(member).attributeName", &faults)
            faults.require(attribute.role != nil, "\(member).attributeType")
            _ = faults.word(attribute.role, "\(member).attributeType", as: ScalarType.self)
        }
        _ = faults.word(self.tableClass, "tableClass", as: TableClass.self)
        if isCreation { faults.pattern(self.tableName, "tableName") } else { faults.existing(self.tableName) }
        _ = faults.word(self.billingMode, "billingMode", as: BillingMode.self)
        Self.check(self.throughput, "provisionedThroughput", &faults)
        if isCreation { Self.check(self.keys, "keySchema", hasTypes: true, &faults) }
        for (index, local) in (self.localIndexes ?? []).enumerated() {
            Self.check(local, "localSecondaryIndexes.\(index + 1).member", &faults)
        }
        for (index, global) in (self.globalIndexes ?? []).enumerated() {
            Self.check(global, "globalSecondaryIndexes.\(index + 1).member", &faults)
        }
        for (index, update) in (self.indexUpdates ?? []).enumerated() {
            let member = "globalSecondaryIndexUpdates.\(index + 1).member"
            if let changed = update.update {
                faults.name(changed.name, "\(member).update.indexName")
                faults.require(changed.throughput != nil, "\(member).update.provisionedThroughput")
                Self.check(changed.throughput, "\(member).update.provisionedThroughput", &faults)
            }
            if let created = update.create { Self.check(created, "\(member).create", &faults) }
            if let deleted = update.delete { faults.name(deleted.name, "\(member).delete.indexName") }
        }
        _ = faults.word(
            self.stream?.view, "streamSpecification.streamViewType", as: TableDefinition.StreamView.self)
        try faults.check()
    }

    /// A table's name is looked at before everything else.
    static func checkName(_ name: String?, isCreation: Bool = false) throws(TableError) {
        guard let name else {
            throw TableError.validation("The parameter 'TableName' is required but was not present in the request")
        }
        guard (3...255).contains(name.utf16.count) || !isCreation && TableARN.isOne(name) else {
            throw TableError.validation(
                "TableName must be at least 3 characters long and at most 255 characters long")
        }
    }

    private static func checkAttributeName(_ name: String?, _ member: String, _ faults: inout ConstraintFaults) {
        guard let name else { return faults.require(false, member) }
        faults.length(name.utf16.count, name, member, 1...255)
    }

    private static func check(_ throughput: Throughput?, _ member: String, _ faults: inout ConstraintFaults) {
        guard let throughput else { return }
        faults.require(throughput.write != nil, "\(member).writeCapacityUnits")
        faults.atLeast(1, throughput.write, "\(member).writeCapacityUnits")
        faults.require(throughput.read != nil, "\(member).readCapacityUnits")
        faults.atLeast(1, throughput.read, "\(member).readCapacityUnits")
    }

    private static func check(
        _ keys: [Attribute]?, _ member: String, hasTypes: Bool, _ faults: inout ConstraintFaults
    ) {
        guard let keys else { return faults.require(false, member) }
        faults.length(keys.count, "[]", member, 1...2)
        for (index, key) in keys.enumerated() {
            Self.checkAttributeName(key.name, "\(member).\(index + 1).member.attributeName", &faults)
            faults.require(key.role != nil, "\(member).\(index + 1).member.keyType")
            if hasTypes { _ = faults.word(key.role, "\(member).\(index + 1).member.keyType", as: KeyType.self) }
        }
    }

    private static func check(_ index: Index, _ member: String, _ faults: inout ConstraintFaults) {
        faults.name(index.name, "\(member).indexName")
        Self.check(index.keys, "\(member).keySchema", hasTypes: false, &faults)
        faults.require(index.projection != nil, "\(member).projection")
        _ = faults.word(index.projection?.type, "\(member).projection.projectionType", as: ProjectionType.self)
        if let attributes = index.projection?.attributes {
            faults.length(attributes.count, "[]", "\(member).projection.nonKeyAttributes", 1...Int.max)
        }
        Self.check(index.throughput, "\(member).provisionedThroughput", &faults)
    }
}
