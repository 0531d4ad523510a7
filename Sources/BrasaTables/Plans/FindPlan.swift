/// A query or scan that fits its table: where to look, and what of it to answer with.
package struct FindPlan: Sendable, Hashable {
    package let request: FindRequest
    package let schema: TableSchema
    /// Nil: the table itself.
    package let index: SecondaryIndex?
    /// The keys to go through, of the table or of the index.
    package let range: KeyRange
    /// Where the page begins: behind this item, given by its key and its key bytes in the index.
    package let start: (key: ItemKey, indexKey: [UInt8]?)?

    /// Checks the request against the table.
    package init(_ request: FindRequest, _ schema: TableSchema) throws(TableError) {
        self.request = request
        self.schema = schema
        self.index = try request.indexName.map { name throws(TableError) in try schema.index(named: name) }
        if self.index?.scope == .global && request.isConsistent {
            throw TableError.validation("Consistent reads are not supported on global secondary indexes")
        }
        let keys = self.index?.keys ?? schema.keys
        self.start = try Self.start(request, schema, self.index)
        if let condition = request.keyCondition {
            self.range = try Self.range(condition, keys, self.index)
            try Self.checkBounds(of: request.exclusiveStartKey, condition, keys)
            try Self.checkFilter(request.filter, keys)
        } else if let segment = request.segment {
            self.range = KeyRange.segment(segment.index, of: segment.total)
            try Self.check(self.start.map { $0.indexKey ?? $0.key.bytes }, in: self.range, segment)
        } else {
            self.range = .all
        }
        if let index = self.index, index.scope == .global, request.select == .allAttributes, index.projection != .all {
            throw TableError.invalidParameter(
                "Select type ALL_ATTRIBUTES is not supported for global secondary index \(index.name) "
                    + "because its projection type is not ALL")
        }
        if let index = self.index { try Self.checkShown(request, index, schema) }
        var paths = request.projection?.paths ?? []
        request.filter?.visitPaths { paths.append($0) }
        try schema.checkPaths(paths)
    }

    private static func start(
        _ request: FindRequest, _ schema: TableSchema, _ index: SecondaryIndex?
    ) throws(TableError) -> (key: ItemKey, indexKey: [UInt8]?)? {
        guard let given = request.exclusiveStartKey else { return nil }
        let invalid = "The provided starting key is invalid"
        let names = Set((schema.keys.attributes + (index?.keys.attributes ?? [])).map(\.name))
        guard given.count == names.count, names.allSatisfy({ given[$0] != nil }) else {
            let isPlain = index != nil || request.keyCondition != nil
            throw TableError.validation(
                isPlain ? invalid : "\(invalid): The provided key element does not match the schema")
        }
        do throws(TableError) {
            if let index { try TableSchema.check(given.restricted(to: index.keys), index.keys) }
            let key = try schema.key(given.restricted(to: schema.keys))
            return (key, index?.keyBytes(of: given))
        } catch {
            throw TableError.validation("\(invalid): \(error.message)")
        }
    }

    /// An index filters by what it shows, and a global one has nothing else to answer with.
    private static func checkShown(
        _ request: FindRequest, _ index: SecondaryIndex, _ schema: TableSchema
    ) throws(TableError) {
        guard let shown = index.projectedNames(schema) else { return }
        func missing(_ names: [ByteText]) -> String? {
            let names = Set(names).subtracting(shown).sorted().map(\.string)
            return names.isEmpty ? nil : "[\(names.joined(separator: ", "))]"
        }
        var filtered: [ByteText] = []
        request.filter?.visitPaths { filtered.append($0.attribute) }
        if let names = missing(filtered) {
            throw TableError.invalidParameter(
                "Secondary index \(index.name) does not project one or more filter attributes: \(names)")
        }
        if index.scope == .global, let names = missing(request.projection?.paths.map(\.attribute) ?? []) {
            throw TableError.invalidParameter("Global secondary index \(index.name) does not project \(names)")
        }
    }

    /// A scan in segments goes on in the segment it came from.
    private static func check(
        _ start: [UInt8]?, in range: KeyRange, _ segment: FindRequest.Segment
    ) throws(TableError) {
        guard let start, segment.total > 1 else { return }
        let isBelow = start.lexicographicallyPrecedes(range.lower)
        let isBeyond = range.upper.map { !start.lexicographicallyPrecedes($0) } ?? false
        guard !isBelow, !isBeyond else {
            throw TableError.validation(
                "The provided starting key is invalid: Invalid ExclusiveStartKey. Please use ExclusiveStartKey with "
                    + "correct Segment. TotalSegments: \(segment.total) Segment: \(segment.index)")
        }
    }

    private static func range(
        _ condition: KeyCondition, _ keys: KeySchema, _ index: SecondaryIndex?
    ) throws(TableError) -> KeyRange {
        if keys.sort == nil && condition.predicates.count > 1 {
            throw TableError.validation("Query key condition not supported")
        }
        let partition = condition.predicates[keys.partition.name]
        guard let partition else {
            throw TableError.validation("Query condition missed key schema element: \(keys.partition.name)")
        }
        try Self.check(partition, keys.partition, index)
        guard case .equal(let value) = partition else {
            throw TableError.validation("Query key condition not supported")
        }
        guard let sort = keys.sort else { return KeyRange(partition: value) }
        let predicate = condition.predicates[sort.name]
        if predicate == nil && condition.predicates.count > 1 {
            throw TableError.validation("Query condition missed key schema element: \(sort.name)")
        }
        if let predicate { try Self.check(predicate, sort, index) }
        return KeyRange(partition: value, sort: predicate)
    }

    private static func check(
        _ predicate: KeyCondition.Predicate, _ key: KeySchema.Attribute, _ index: SecondaryIndex?
    ) throws(TableError) {
        guard predicate.values.allSatisfy({ $0.type == key.type }) else {
            throw TableError.invalidParameter("Condition parameter type does not match schema type")
        }
        // No key is empty.
        if let kind = predicate.values.lazy.compactMap(\.emptyKind).first {
            throw TableSchema.emptyKey(kind, key.name, index)
        }
    }

    private static func checkBounds(
        of start: AttributeMap?, _ condition: KeyCondition, _ keys: KeySchema
    ) throws(TableError) {
        guard let start else { return }
        let isInPartition =
            start[keys.partition.name].map { condition.predicates[keys.partition.name]?.holds(for: $0) ?? false }
            ?? false
        guard let sort = keys.sort, let predicate = condition.predicates[sort.name] else {
            guard isInPartition else {
                throw TableError.validation(
                    "The provided starting key is outside query boundaries based on provided conditions")
            }
            return
        }
        guard start[sort.name].map({ predicate.holds(for: $0) }) ?? false else {
            throw TableError.validation("The provided starting key does not match the range key predicate")
        }
        guard isInPartition else {
            throw TableError.validation(
                "The provided starting key is outside query boundaries based on provided conditions")
        }
    }

    private static func checkFilter(_ filter: Condition?, _ keys: KeySchema) throws(TableError) {
        var names: Set<ByteText> = []
        filter?.visitPaths { names.insert($0.attribute) }
        for attribute in keys.attributes where names.contains(attribute.name) {
            throw TableError.validation(
                "Filter Expression can only contain non-primary key attributes: Primary key attribute: \(attribute.name)"
            )
        }
    }

    package static func == (left: FindPlan, right: FindPlan) -> Bool {
        left.request == right.request && left.schema == right.schema
    }

    package func hash(into hasher: inout Hasher) {
        hasher.combine(self.request)
        hasher.combine(self.schema)
    }
}

extension AttributeMap {
    /// The attributes of a key alone.
    package func restricted(to schema: KeySchema) -> AttributeMap {
        AttributeMap(
            schema.attributes.compactMap { attribute in
                self[attribute.name].map { Attribute(name: attribute.name, value: $0) }
            })
    }
}
