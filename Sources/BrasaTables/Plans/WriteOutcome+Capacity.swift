extension WriteOutcome {
    /// Units of writing that the table itself gives: one for each begun kilobyte of the larger item, twice in transactions.
    package func capacityUnits(isTransactional: Bool = false) -> Double {
        Self.units(max(self.old?.sizeBytes ?? 0, self.new?.sizeBytes ?? 0), isTransactional)
    }

    /// Units that indexes take besides: for what is taken out, for what is put in, and for a change of what they show.
    ///
    /// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/GSI.html#GSI.ThroughputConsiderations
    package func indexCapacityUnits(isTransactional: Bool = false) -> [(index: SecondaryIndex, units: Double)] {
        self.plan.schema.indexes.compactMap { index in
            let old = self.old.flatMap { index.shown(of: $0, in: self.plan.schema) }
            let new = self.new.flatMap { index.shown(of: $0, in: self.plan.schema) }
            guard old != new else { return nil }
            let staysInPlace =
                self.old.flatMap { index.keyBytes(of: $0) } == self.new.flatMap { index.keyBytes(of: $0) }
            guard !staysInPlace else {
                return (index, Self.units(max(old?.sizeBytes ?? 0, new?.sizeBytes ?? 0), isTransactional))
            }
            let units = [old, new].compactMap { $0 }.reduce(0) { $0 + Self.units($1.sizeBytes, isTransactional) }
            return (index, units)
        }
    }

    private static func units(_ sizeBytes: Int, _ isTransactional: Bool) -> Double {
        Double(max(1, (sizeBytes + 1_023) / 1_024) * (isTransactional ? 2 : 1))
    }
}

extension SecondaryIndex {
    /// What the index shows of an item of its table; nil when it does not have it.
    func shown(of item: AttributeMap, in schema: TableSchema) -> AttributeMap? {
        self.keyBytes(of: item) == nil ? nil : self.projected(item, schema)
    }

    /// The attributes that the index has of an item that is in it.
    func projected(_ item: AttributeMap, _ schema: TableSchema) -> AttributeMap {
        guard let names = self.projectedNames(schema) else { return item }
        return AttributeMap(item.attributes.filter { names.contains($0.name) })
    }

    /// Bytes of those attributes.
    ///
    /// - Parameter whole: bytes of the whole item.
    package func shownBytes(of item: AttributeMap, whole: Int, in schema: TableSchema) -> Int {
        guard let names = self.projectedNames(schema) else { return whole }
        return names.reduce(0) { bytes, name in bytes + (item[name].map { name.byteCount + $0.sizeBytes } ?? 0) }
    }

    /// The names of what the index shows; nil: everything.
    func projectedNames(_ schema: TableSchema) -> Set<ByteText>? {
        let others: [ByteText]
        switch self.projection {
        case .all: return nil
        case .keysOnly: others = []
        case .include(let names): others = names
        }
        return Set((schema.keys.attributes + self.keys.attributes).map(\.name)).union(others)
    }
}
