extension TableMembers {
    /// The attributes that are defined, with their types; members have been checked one by one.
    var definitions: [KeySchema.Attribute] {
        (self.attributes ?? []).compactMap { attribute in
            guard let name = attribute.name, let type = attribute.role.flatMap({ AttributeType(rawValue: $0) }) else {
                return nil
            }
            return KeySchema.Attribute(name: ByteText(name), type: type)
        }
    }

    /// The key that a list of attributes makes.
    static func keySchema(
        _ keys: [Attribute], _ definitions: [KeySchema.Attribute]
    ) throws(TableError) -> KeySchema {
        let names = keys.map { ByteText($0.name ?? "") }
        let found = names.compactMap { name in definitions.first { $0.name == name } }
        guard found.count == names.count else {
            throw TableError.invalidParameter(
                "Some index key attributes are not defined in AttributeDefinitions. "
                    + "Keys: [\(names.map(\.string).joined(separator: ", "))], "
                    + "AttributeDefinitions: [\(definitions.map(\.name.string).joined(separator: ", "))]")
        }
        if names.count == 2 && names[0] == names[1] {
            throw TableError.validation(
                "Both the Hash Key and the Range Key element in the KeySchema have the same name")
        }
        guard keys.first?.role == KeyType.hash.rawValue else {
            throw TableError.validation("Invalid KeySchema: The first KeySchemaElement is not a HASH key type")
        }
        guard keys.count == 1 || keys[1].role == KeyType.range.rawValue else {
            throw TableError.validation("Invalid KeySchema: The second KeySchemaElement is not a RANGE key type")
        }
        return KeySchema(partition: found[0], sort: found.count > 1 ? found[1] : nil)
    }

    /// What an index shows.
    static func projection(_ projection: Projection?) throws(TableError) -> SecondaryIndex.Projection {
        guard let type = projection?.type.flatMap({ ProjectionType(rawValue: $0) }) else {
            throw TableError.invalidParameter("Unknown ProjectionType: null")
        }
        if projection?.attributes != nil && type != .include {
            throw TableError.invalidParameter(
                "ProjectionType is \(type.rawValue), but NonKeyAttributes is specified")
        }
        switch type {
        case .all: return .all
        case .keysOnly: return .keysOnly
        case .include:
            guard let attributes = projection?.attributes else {
                throw TableError.invalidParameter(
                    "ProjectionType is INCLUDE, but NonKeyAttributes is not specified")
            }
            var names: Set<String> = []
            for name in attributes where !names.insert(name).inserted {
                throw TableError.invalidParameter("Duplicate element in NonKeyAttributes: \(name)")
            }
            return .include(attributes.map { ByteText($0) })
        }
    }

    /// The capacity that is recorded.
    static func throughput(_ members: Throughput?) throws(TableError) -> TableDefinition.Throughput? {
        guard let read = members?.read, let write = members?.write else { return nil }
        for (units, name) in [(read, "ReadCapacityUnits"), (write, "WriteCapacityUnits")]
        where units > TableDefinition.Throughput.maximumUnits {
            throw TableError.validation("Given value \(units) for \(name) is out of bounds")
        }
        return TableDefinition.Throughput(readUnits: read, writeUnits: write)
    }

    /// A global index that is wanted.
    static func globalIndex(
        _ index: Index, _ definitions: [KeySchema.Attribute]
    ) throws(TableError) -> SecondaryIndex {
        let keys = try Self.keySchema(index.keys ?? [], definitions)
        return SecondaryIndex(
            name: index.name ?? "", scope: .global, keys: keys, projection: try Self.projection(index.projection))
    }

    /// The stream that is wanted; nil: none.
    static func streamView(_ stream: Stream?, isCreation: Bool) throws(TableError) -> TableDefinition.StreamView? {
        guard let stream else { return nil }
        let view = stream.view.flatMap { TableDefinition.StreamView(rawValue: $0) }
        guard stream.isEnabled == true else {
            if view != nil {
                throw TableError.invalidParameter(
                    isCreation
                        ? "Table is being created with a stream disabled, UpdateViewType should not be specified"
                        : "If stream is being disabled, then UpdateViewType must not be specified")
            }
            return nil
        }
        guard let view else {
            throw TableError.invalidParameter(
                isCreation
                    ? "Table is being created with a stream enabled, UpdateViewType is required"
                    : "If stream is being enabled then UpdateViewType is required")
        }
        return view
    }
}
