import BrasaTesting
import Testing

/// Makes a table anew out of its stream alone, record by record.
struct StreamReplay {
    let table: LedgerTable
    private(set) var items: [LedgerTable.Key: LedgerTable.Item] = [:]
    private(set) var records = 0
    /// Ids of items that expire and were there, and how many of them the host has removed.
    private(set) var expiring: Set<String> = []
    private(set) var expired = 0
    private var iterator: String
    private var lastSequence = ""

    /// Begins with the oldest record.
    init(_ table: LedgerTable) throws {
        self.table = table
        let name = try table.ask("DescribeTable", #"{"TableName":"bank"}"#)["Table"] as? [String: Any]
        let arn = try #require(name?["LatestStreamArn"] as? String)
        let streams = "DynamoDBStreams_20120810"
        let description = try table.ask("DescribeStream", #"{"StreamArn":"\#(arn)"}"#, target: streams)
        let shards = (description["StreamDescription"] as? [String: Any])?["Shards"] as? [[String: Any]]
        let shard = try #require(shards?.first?["ShardId"] as? String)
        let answer = try table.ask(
            "GetShardIterator",
            #"{"StreamArn":"\#(arn)","ShardId":"\#(shard)","ShardIteratorType":"TRIM_HORIZON"}"#, target: streams)
        self.iterator = try #require(answer["ShardIterator"] as? String)
    }

    /// Applies all records that are there and were not before.
    ///
    /// Iterators are good for 15 minutes, whatever becomes of the host.
    mutating func advance() throws {
        while true {
            let page = try self.table.ask(
                "GetRecords", #"{"ShardIterator":"\#(self.iterator)"}"#, target: "DynamoDBStreams_20120810")
            self.iterator = try #require(page["NextShardIterator"] as? String)
            let records = try #require(page["Records"] as? [[String: Any]])
            guard !records.isEmpty else { return }
            for record in records { try self.apply(record) }
        }
    }

    private mutating func apply(_ record: [String: Any]) throws {
        let change = try #require(record["dynamodb"] as? [String: Any])
        let key = LedgerTable.Key(try #require(change["Keys"] as? LedgerTable.Item))
        let sequence = try #require(change["SequenceNumber"] as? String)
        let (old, new) = (change["OldImage"] as? LedgerTable.Item, change["NewImage"] as? LedgerTable.Item)
        if sequence <= self.lastSequence || old != self.items[key] || old == new {
            Issue.record("record \(sequence) of \(key) does not follow \(self.lastSequence): \(record)")
        }
        let name = old == nil ? "INSERT" : new == nil ? "REMOVE" : "MODIFY"
        if record["eventName"] as? String != name { Issue.record("\(sequence) is \(name): \(record)") }
        let isExpiry = record["userIdentity"] != nil
        if isExpiry != (key.kind == ExpiringWork.kind && new == nil) {
            Issue.record("\(sequence) was made by somebody else: \(record)")
        }
        if isExpiry { self.expired += 1 }
        if key.kind == ExpiringWork.kind { self.expiring.insert(key.id) }
        self.lastSequence = sequence
        self.items[key] = new
        self.records += 1
    }
}
