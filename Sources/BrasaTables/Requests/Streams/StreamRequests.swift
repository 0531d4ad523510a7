/// What ListStreams asks for.
package struct ListStreamsRequest: Sendable, Hashable {
    /// Only this table's streams; nil: all.
    package let tableName: String?
    /// Most streams of the answer: 1 to 100.
    package let limit: Int
    /// Streams come after this one.
    package let exclusiveStartARN: String?

    /// Reads the body of a request.
    ///
    /// - Throws: the refusal in the service's words.
    package init(_ body: UnsafeRawBufferPointer) throws(TableError) {
        var name: String?
        var limit: Int?
        var arn: String?
        try RequestBody.read(body) { json throws(TableError) in
            try json.members { json, member throws(TableError) in
                switch member.string {
                case "TableName": name = try json.text()
                case "Limit": limit = try json.integer("Integer")
                case "ExclusiveStartStreamArn": arn = try json.text()
                default: try json.skip()
                }
            }
        }
        var faults = ConstraintFaults()
        faults.atLeast(1, limit, "limit", atMost: 100)
        faults.name(name, "tableName", isRequired: false)
        if let arn { faults.streamARN(arn, "exclusiveStartStreamArn") }
        try faults.check()
        self.tableName = name
        self.limit = limit ?? 100
        self.exclusiveStartARN = arn
    }
}

/// What DescribeStream asks for.
package struct DescribeStreamRequest: Sendable, Hashable {
    /// Which shards may be asked for alone.
    package enum FilterType: String, Sendable, Hashable, CaseIterable {
        case childShards = "CHILD_SHARDS"
    }

    package let streamARN: String
    /// Most shards of the answer: 1 to 100.
    package let limit: Int
    /// Shards come after this one.
    package let exclusiveStartShardID: String?
    /// Only shards that follow this one; nil: all.
    package let parentShardID: String?

    /// Reads the body of a request.
    ///
    /// - Throws: the refusal in the service's words.
    package init(_ body: UnsafeRawBufferPointer) throws(TableError) {
        var arn: String?
        var limit: Int?
        var start: String?
        var filter: (type: String?, shard: String?)?
        try RequestBody.read(body) { json throws(TableError) in
            try json.members { json, member throws(TableError) in
                switch member.string {
                case "StreamArn": arn = try json.text()
                case "Limit": limit = try json.integer("Integer")
                case "ExclusiveStartShardId": start = try json.text()
                case "ShardFilter":
                    try json.beginStructure("ShardFilter")
                    var read: (type: String?, shard: String?)
                    try json.members { json, member throws(TableError) in
                        switch member.string {
                        case "Type": read.type = try json.text()
                        case "ShardId": read.shard = try json.text()
                        default: try json.skip()
                        }
                    }
                    filter = read
                default: try json.skip()
                }
            }
        }
        var faults = ConstraintFaults()
        faults.atLeast(1, limit, "limit", atMost: 100)
        faults.streamARN(arn, "streamArn")
        if let start { faults.shardID(start, "exclusiveStartShardId") }
        if let filter {
            _ = faults.word(filter.type, "shardFilter.type", as: FilterType.self)
            if let shard = filter.shard { faults.shardID(shard, "shardFilter.shardId") }
        }
        try faults.check()
        self.streamARN = arn ?? ""
        self.limit = limit ?? 100
        self.exclusiveStartShardID = start
        self.parentShardID = filter?.shard
    }
}

/// What GetShardIterator asks for.
package struct GetShardIteratorRequest: Sendable, Hashable {
    /// Where reading begins.
    package enum Place: Sendable, Hashable {
        /// At the oldest record that is there.
        case trimHorizon
        /// Behind the newest record.
        case latest
        /// At a record, as the service names it.
        case at(String)
        /// Behind it.
        case after(String)
    }

    /// The words for places, in the order in which the service lists them.
    enum PlaceType: String, CaseIterable {
        case after = "AFTER_SEQUENCE_NUMBER"
        case latest = "LATEST"
        case at = "AT_SEQUENCE_NUMBER"
        case trimHorizon = "TRIM_HORIZON"
    }

    package let streamARN: String
    package let shardID: String
    package let place: Place

    /// Reads the body of a request.
    ///
    /// - Throws: the refusal in the service's words.
    package init(_ body: UnsafeRawBufferPointer) throws(TableError) {
        var arn: String?
        var shard: String?
        var type: String?
        var sequence: String?
        try RequestBody.read(body) { json throws(TableError) in
            try json.members { json, member throws(TableError) in
                switch member.string {
                case "StreamArn": arn = try json.text()
                case "ShardId": shard = try json.text()
                case "ShardIteratorType": type = try json.text()
                case "SequenceNumber": sequence = try json.text()
                default: try json.skip()
                }
            }
        }
        var faults = ConstraintFaults()
        faults.streamARN(arn, "streamArn")
        if let shard { faults.shardID(shard, "shardId") } else { faults.require(false, "shardId") }
        faults.require(type != nil, "shardIteratorType")
        let word = faults.word(type, "shardIteratorType", as: PlaceType.self)
        if let sequence { faults.length(sequence.utf16.count, sequence, "sequenceNumber", 21...40) }
        try faults.check()
        self.streamARN = arn ?? ""
        self.shardID = shard ?? ""
        switch (word, sequence) {
        case (.trimHorizon, nil), (nil, _): self.place = .trimHorizon
        case (.latest, nil): self.place = .latest
        case (.at, let sequence?): self.place = .at(sequence)
        case (.after, let sequence?): self.place = .after(sequence)
        case (.trimHorizon, _), (.latest, _):
            throw TableError.validation(
                "SequenceNumber can only be given with AT_SEQUENCE_NUMBER and AFTER_SEQUENCE_NUMBER")
        case (.at?, nil), (.after?, nil):
            throw TableError.validation("SequenceNumber must be given with ShardIteratorType \(type ?? "")")
        }
    }
}

/// What GetRecords asks for.
package struct GetRecordsRequest: Sendable, Hashable {
    package let shardIterator: String
    /// Most records of the answer: 1 to 1,000.
    package let limit: Int

    /// Reads the body of a request.
    ///
    /// - Throws: the refusal in the service's words.
    package init(_ body: UnsafeRawBufferPointer) throws(TableError) {
        var iterator: String?
        var limit: Int?
        try RequestBody.read(body) { json throws(TableError) in
            try json.members { json, member throws(TableError) in
                switch member.string {
                case "ShardIterator": iterator = try json.text()
                case "Limit": limit = try json.integer("Integer")
                default: try json.skip()
                }
            }
        }
        var faults = ConstraintFaults()
        faults.atLeast(1, limit, "limit", atMost: 1_000)
        if let iterator {
            faults.length(iterator.utf16.count, iterator, "shardIterator", 1...2_048)
        } else {
            faults.require(false, "shardIterator")
        }
        try faults.check()
        self.shardIterator = iterator ?? ""
        self.limit = limit ?? 1_000
    }
}

extension ConstraintFaults {
    fileprivate mutating func streamARN(_ value: String?, _ member: String) {
        guard let value else { return self.require(false, member) }
        self.length(value.utf16.count, value, member, 37...1_024)
    }

    fileprivate mutating func shardID(_ value: String, _ member: String) {
        self.length(value.utf16.count, value, member, 28...65)
    }
}
