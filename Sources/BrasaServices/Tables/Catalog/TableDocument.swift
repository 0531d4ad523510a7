import BrasaTables
package import Foundation

/// All that is kept about a table besides its items: what `StoredTable.document` holds, as JSON.
///
/// Later releases add optional members; `format` rises when older ones could not read it.
package struct TableDocument: Sendable, Hashable, Codable {
    /// An attribute that is part of a key; its type is `S`, `N` or `B`.
    package struct Attribute: Sendable, Hashable, Codable {
        package var name: String
        package var type: String
    }

    /// A secondary index.
    package struct Index: Sendable, Hashable, Codable {
        /// Whether it answers already.
        package enum Status: String, Sendable, Hashable, Codable {
            /// Items of before are still being added.
            case creating = "CREATING"
            case active = "ACTIVE"
        }

        package var name: String
        /// What the store knows it by; never given twice in a table.
        package var number: Int64
        package var isGlobal: Bool
        /// Partition key, and sort key if there is one.
        package var keys: [String]
        /// `ALL`, `KEYS_ONLY` or `INCLUDE`.
        package var projection: String
        package var projectedAttributes: [String]
        package var throughput: Throughput?
        package var status: Status
        /// Whether the store counts what is in it; nil in a document of the time when it did not.
        package var isCounted: Bool?
        /// Where counting what is in it has come to: the key of an item, up to which they are counted.
        package var countedThrough: Data?

        /// Whether an item of the table is among those that are counted.
        func counts(item key: [UInt8]) -> Bool {
            if self.isCounted == true { return true }
            return self.countedThrough.map { !$0.lexicographicallyPrecedes(key) } ?? false
        }
    }

    /// Units a second of a provisioned table or index.
    package struct Throughput: Sendable, Hashable, Codable {
        package var readUnits: Int
        package var writeUnits: Int
    }

    /// A change stream of the table, on or off.
    package struct Stream: Sendable, Hashable, Codable {
        /// What the records show: `NEW_AND_OLD_IMAGES` or another of the four views.
        package var view: String
        package var startedAtMilliseconds: Int64
        /// Records with a higher sequence number are the stream's.
        package var afterSequence: Int64
        /// When it was switched off, and its last sequence number; nil: it is on.
        package var endedAtMilliseconds: Int64?
        package var lastSequence: Int64?

        /// Whether the stream is on, or was within the last 24 hours.
        func isReadable(atMilliseconds now: Int64) -> Bool {
            self.endedAtMilliseconds ?? .max > now - TableStreams.retentionMilliseconds
        }
    }

    package var format = 1
    /// A UUID: tells a table from a later one of its name.
    package var uniqueID: String
    package var createdAtMilliseconds: Int64
    package var attributes: [Attribute]
    /// Partition key, and sort key if there is one.
    package var keys: [String]
    package var indexes: [Index]
    package var nextIndexNumber: Int64
    /// Nil: on demand.
    package var throughput: Throughput?
    /// When it was made on demand last; nil: never.
    package var onDemandSinceMilliseconds: Int64?
    /// Oldest first; at most the last is on.
    package var streams: [Stream]
    /// When the last stream began of earlier tables of this name; nil: none had one that is remembered.
    package var earlierStreamMilliseconds: Int64?
    /// The attribute by which items expire.
    package var timeToLive: String?
    /// Names the change of that attribute after which not all items have noted yet when they expire; nil: they have.
    package var expiryNoting: String?
    package var tags: [String: String]
    /// Nil: `STANDARD`.
    package var tableClass: String?
    package var isProtectedFromDeletion: Bool

    /// What the store is given.
    package func encoded() throws -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        return [UInt8](try encoder.encode(self))
    }

    /// Reads what the store has.
    package init(encoded: [UInt8]) throws {
        self = try JSONDecoder().decode(TableDocument.self, from: Data(encoded))
    }
}

extension TableDocument {
    /// What CreateTable asked for.
    init(
        _ definition: TableDefinition, uniqueID: String, atMilliseconds now: Int64,
        earlierStreamMilliseconds: Int64? = nil
    ) {
        self.uniqueID = uniqueID
        self.createdAtMilliseconds = now
        self.attributes = definition.attributes.map { Attribute(name: $0.name.string, type: $0.type.rawValue) }
        self.keys = definition.schema.keys.attributes.map(\.name.string)
        self.indexes = []
        self.nextIndexNumber = 1
        self.throughput = nil
        self.onDemandSinceMilliseconds = nil
        self.streams = []
        self.earlierStreamMilliseconds = earlierStreamMilliseconds
        self.timeToLive = definition.timeToLive?.string
        self.tags = definition.tags
        self.tableClass = definition.tableClass
        self.isProtectedFromDeletion = definition.isProtectedFromDeletion
        for index in definition.schema.indexes {
            self.add(index, throughput: definition.indexThroughput[index.name], status: .active)
        }
        self.setBilling(definition.billing, atMilliseconds: now)
        if let view = definition.stream { self.startStream(view, atMilliseconds: now, afterSequence: 0) }
    }

    /// Adds an index and returns its number.
    @discardableResult
    mutating func add(
        _ index: SecondaryIndex, throughput: TableDefinition.Throughput?, status: Index.Status
    ) -> Int64 {
        let (projection, others): (String, [ByteText]) =
            switch index.projection {
            case .all: ("ALL", [])
            case .keysOnly: ("KEYS_ONLY", [])
            case .include(let names): ("INCLUDE", names)
            }
        let number = self.nextIndexNumber
        self.nextIndexNumber += 1
        self.indexes.append(
            Index(
                name: index.name, number: number, isGlobal: index.scope == .global,
                keys: index.keys.attributes.map(\.name.string), projection: projection,
                projectedAttributes: others.map(\.string), throughput: throughput.map(Throughput.init), status: status,
                isCounted: true))
        return number
    }

    /// Records how the table is paid for.
    mutating func setBilling(_ billing: TableDefinition.Billing, atMilliseconds now: Int64) {
        switch billing {
        case .onDemand:
            guard self.throughput != nil || self.onDemandSinceMilliseconds == nil else { return }
            self.throughput = nil
            self.onDemandSinceMilliseconds = now
            for place in self.indexes.indices { self.indexes[place].throughput = nil }
        case .provisioned(let throughput): self.throughput = Throughput(throughput)
        }
    }

    /// Switches a stream on.
    mutating func startStream(
        _ view: TableDefinition.StreamView, atMilliseconds now: Int64, afterSequence sequence: Int64
    ) {
        // Labels are times, and have to differ among all streams of a name.
        let latest = self.streams.last?.startedAtMilliseconds ?? self.earlierStreamMilliseconds ?? Int64.min
        self.streams.append(
            Stream(view: view.rawValue, startedAtMilliseconds: max(now, latest &+ 1), afterSequence: sequence))
    }

    /// Switches the stream that is on off.
    mutating func endStream(atMilliseconds now: Int64, lastSequence: Int64) {
        let place = self.streams.count - 1
        self.streams[place].endedAtMilliseconds = now
        self.streams[place].lastSequence = lastSequence
    }

    /// Keys and indexes as requests are checked against.
    func schema(named name: String) -> TableSchema? {
        guard let keys = self.keySchema(self.keys) else { return nil }
        let indexes = self.indexes.compactMap { index in
            self.keySchema(index.keys).map { keys in
                let projection: SecondaryIndex.Projection =
                    switch index.projection {
                    case "KEYS_ONLY": .keysOnly
                    case "INCLUDE": .include(index.projectedAttributes.map { ByteText($0) })
                    default: .all
                    }
                return SecondaryIndex(
                    name: index.name, scope: index.isGlobal ? .global : .local, keys: keys, projection: projection)
            }
        }
        return TableSchema(name: name, keys: keys, indexes: indexes)
    }

    private func keySchema(_ names: [String]) -> KeySchema? {
        let found = names.compactMap { name in
            self.attributes.first { $0.name == name }.flatMap { attribute in
                AttributeType(rawValue: attribute.type).map {
                    KeySchema.Attribute(name: ByteText(attribute.name), type: $0)
                }
            }
        }
        guard let partition = found.first, found.count == names.count else { return nil }
        return KeySchema(partition: partition, sort: found.count > 1 ? found[1] : nil)
    }
}

extension TableDocument.Throughput {
    init(_ throughput: TableDefinition.Throughput) {
        self.init(readUnits: throughput.readUnits, writeUnits: throughput.writeUnits)
    }
}
