extension TableSchema {
    /// The key of an item that is to be stored, once all of its keys have been checked.
    package func key(ofItem item: AttributeMap) throws(TableError) -> ItemKey {
        for (index, attribute) in self.keys.attributes.enumerated() {
            guard let value = item[attribute.name] else {
                throw TableError.invalidParameter("Missing the key \(attribute.name) in the item")
            }
            guard value.type == attribute.type else {
                throw TableError.invalidParameter(
                    "Type mismatch for key \(attribute.name) expected: \(attribute.type.rawValue) "
                        + "actual: \(value.type.rawValue)")
            }
            if let kind = value.emptyKind {
                throw Self.emptyKey(kind, attribute.name)
            }
            try Self.checkSize(value, isPartition: index == 0)
        }
        try self.checkIndexKeys(of: item)
        return ItemKey(item, self.keys)
    }

    /// The key that a request names.
    package func key(_ key: AttributeMap) throws(TableError) -> ItemKey {
        try Self.check(key, self.keys)
        return ItemKey(key, self.keys)
    }

    /// Checks the attributes of a key: those of the schema, no others, each of its type and size.
    static func check(_ key: AttributeMap, _ schema: KeySchema) throws(TableError) {
        guard key.count == schema.attributes.count else { throw self.keyMismatch }
        for (index, attribute) in schema.attributes.enumerated() {
            guard let value = key[attribute.name], value.type == attribute.type else { throw self.keyMismatch }
            if let kind = value.emptyKind {
                throw Self.emptyKey(kind, attribute.name)
            }
            try self.checkSize(value, isPartition: index == 0)
        }
    }

    private static let emptyKeyPrefix =
        "One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an empty "

    /// The refusal of an empty text or blob for a key attribute.
    ///
    /// - Parameter index: the index whose key it is; nil: the table's.
    static func emptyKey(_ kind: String, _ name: ByteText, _ index: SecondaryIndex? = nil) -> TableError {
        guard let index else { return .validation("\(self.emptyKeyPrefix)\(kind) value. Key: \(name)") }
        return .validation(
            "One or more parameter values are not valid. A value specified for a secondary index key is not supported. "
                + "The AttributeValue for a key attribute cannot contain an empty \(kind) value. "
                + "IndexName: \(index.name), IndexKey: \(name)")
    }

    /// Whether a refusal is that of an empty key, which makes a whole transaction invalid.
    static func isEmptyKey(_ error: TableError) -> Bool { error.message.hasPrefix(self.emptyKeyPrefix) }

    static var keyMismatch: TableError {
        .validation("The provided key element does not match the schema")
    }

    private static func checkSize(_ value: AttributeValue, isPartition: Bool) throws(TableError) {
        // Numbers always fit.
        let size = value.sizeBytes
        if isPartition && size > KeySchema.maximumPartitionBytes {
            throw TableError.invalidParameter("Size of hashkey has exceeded the maximum size limit of2048 bytes")
        }
        if !isPartition && size > KeySchema.maximumSortBytes {
            throw TableError.invalidParameter(
                "Aggregated size of all range keys has exceeded the size limit of 1024 bytes")
        }
    }

    /// Attributes that an index finds items by have its types and sizes, or are not there.
    func checkIndexKeys(of item: AttributeMap) throws(TableError) {
        for index in self.indexes {
            for (place, attribute) in index.keys.attributes.enumerated() {
                guard let value = item[attribute.name] else { continue }
                guard value.type == attribute.type else {
                    throw TableError.invalidParameter(
                        "Type mismatch for Index Key \(attribute.name) Expected: \(attribute.type.rawValue) "
                            + "Actual: \(value.type.rawValue) IndexName: \(index.name)")
                }
                if let kind = value.emptyKind { throw Self.emptyKey(kind, attribute.name, index) }
                try Self.checkSize(value, isPartition: place == 0)
            }
        }
    }

    /// Checks what a read asks to be shown.
    package func check(_ projection: Projection?) throws(TableError) {
        if let projection { try self.checkPaths(projection.paths) }
    }

    /// Paths go into keys nowhere: these are no maps and lists.
    func checkPaths(_ paths: [DocumentPath]) throws(TableError) {
        let nested = Set(paths.filter { !$0.inner.isEmpty }.map(\.attribute))
        guard !nested.isEmpty else { return }
        let message = "Key attributes must be scalars; list random access '[]' and map lookup '.' are not allowed: "
        for attribute in self.keys.attributes where nested.contains(attribute.name) {
            throw TableError.validation("\(message)Key: \(attribute.name)")
        }
        for index in self.indexes {
            for attribute in index.keys.attributes where nested.contains(attribute.name) {
                throw TableError.validation("\(message)IndexKey: \(attribute.name)")
            }
        }
    }

    /// An update changes no key of the table, and gives index keys no other type where that shows already.
    func check(_ update: Update) throws(TableError) {
        for attribute in self.keys.attributes where update.paths.contains(where: { $0.attribute == attribute.name }) {
            throw TableError.invalidParameter(
                "Cannot update attribute \(attribute.name). This attribute is part of the key")
        }
        for action in update.actions {
            guard case .set(let path, .value(let value)) = action, path.inner.isEmpty else { continue }
            try self.checkIndexKeys(of: [path.attribute: value])
        }
        try self.checkPaths(update.paths)
    }
}

extension AttributeValue {
    /// What an empty value is called where none may be.
    var emptyKind: String? {
        switch self {
        case .string(let text) where text.byteCount == 0: "string"
        case .binary(let bytes) where bytes.isEmpty: "binary"
        default: nil
        }
    }
}
