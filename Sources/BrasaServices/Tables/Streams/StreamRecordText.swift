import BrasaModel

/// Writes records of changes as the API has them.
///
/// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_streams_Record.html
enum StreamRecordText {
    static func write(_ record: ChangeRecord, of stream: TableStream, region: String, to out: inout ByteWriter) {
        let eventID = SHA256.hexadecimal("\(stream.tableID) \(record.sequence)".utf8).prefix(32)
        out.literal("{\"eventID\":\"")
        out.text(String(eventID))
        out.literal("\",\"eventName\":\"")
        switch record.kind {
        case .insert: out.literal("INSERT")
        case .modify: out.literal("MODIFY")
        case .remove: out.literal("REMOVE")
        }
        out.literal("\",\"eventVersion\":\"1.1\",\"eventSource\":\"aws:dynamodb\",\"awsRegion\":\"")
        out.text(region)
        out.literal("\",\"dynamodb\":{\"ApproximateCreationDateTime\":")
        out.decimal(record.atMilliseconds / 1_000)
        out.literal(",\"Keys\":")
        out.json(record.keys)
        if let image = record.newImage {
            out.literal(",\"NewImage\":")
            out.json(image)
        }
        if let image = record.oldImage {
            out.literal(",\"OldImage\":")
            out.json(image)
        }
        out.literal(",\"SequenceNumber\":\"")
        out.text(SequenceNumber.text(record.sequence))
        out.literal("\",\"SizeBytes\":")
        out.decimal(Int64(record.sizeBytes))
        out.literal(",\"StreamViewType\":\"")
        out.text(stream.definition.view)
        out.literal("\"}")
        if record.isExpiry {
            out.literal(",\"userIdentity\":{\"PrincipalId\":\"dynamodb.amazonaws.com\",\"Type\":\"Service\"}")
        }
        out.byte(UInt8(ascii: "}"))
    }
}
