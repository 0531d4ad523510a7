/// What is told about a stream.
///
/// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_streams_StreamDescription.html
struct StreamDescription: Encodable {
    struct SequenceNumberRange: Encodable {
        let startingSequenceNumber: String
        let endingSequenceNumber: String?
    }

    struct Shard: Encodable {
        let shardId: String
        let sequenceNumberRange: SequenceNumberRange
    }

    let streamArn: String
    let streamLabel: String
    let streamStatus: String
    let streamViewType: String
    let creationRequestDateTime: Double
    let tableName: String
    let keySchema: [TableDescription.Key]
    let shards: [Shard]

    /// - Parameter hasShards: whether the shard is among those asked for.
    init(_ stream: TableStream, hasShards: Bool) {
        self.streamArn = stream.arn
        self.streamLabel = stream.label
        self.streamStatus = stream.status
        self.streamViewType = stream.definition.view
        self.creationRequestDateTime = Double(stream.definition.startedAtMilliseconds) / 1_000
        self.tableName = stream.tableName
        self.keySchema = TableDescription.Key.list(stream.keys)
        let shard = Shard(
            shardId: stream.shardID,
            sequenceNumberRange: SequenceNumberRange(
                startingSequenceNumber: SequenceNumber.text(stream.firstSequence),
                // A stream without a record has to name one all the same.
                endingSequenceNumber: stream.lastSequence.map { SequenceNumber.text(max($0, stream.firstSequence)) }))
        self.shards = hasShards ? [shard] : []
    }
}
