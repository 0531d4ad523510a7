package import BrasaModel
import BrasaTables
import NIOCore

/// The change streams of tables as AWS's DynamoDB Streams has them, API version 2012-08-10.
///
/// Callable from any thread.
package final class StreamService: Service {
    package typealias Completion = @Sendable (Result<ServiceResponse, ServiceFailure>) -> Void

    private enum Operation: String {
        case listStreams = "ListStreams"
        case describeStream = "DescribeStream"
        case getShardIterator = "GetShardIterator"
        case getRecords = "GetRecords"
    }

    private struct Listed: Encodable {
        struct Stream: Encodable {
            let streamArn: String
            let streamLabel: String
            let tableName: String
        }
        let streams: [Stream]
        let lastEvaluatedStreamArn: String?
    }
    private struct Described: Encodable { let streamDescription: StreamDescription }
    private struct Iterator: Encodable { let shardIterator: String }

    package let name = "streams.dynamodb"
    private let streams: TableStreams
    private var tables: TableService { self.streams.tables }

    package init(_ streams: TableStreams) {
        self.streams = streams
    }

    package func perform(_ request: ServiceRequest, completion: @escaping Completion) {
        guard let operation = Operation(rawValue: request.operation) else {
            let message = "Change streams of tables have no operation \"\(request.operation)\"."
            completion(
                .failure(ServiceFailure(.unsupported, type: "UnknownOperationException", message: message)))
            return
        }
        self.tables.counts.noteRequest()
        do {
            try request.parameters.withUnsafeReadableBytes { body in
                switch operation {
                case .listStreams: try self.list(ListStreamsRequest(body), completion)
                case .describeStream: try self.describe(DescribeStreamRequest(body), completion)
                case .getShardIterator: try self.getIterator(GetShardIteratorRequest(body), completion)
                case .getRecords: try self.getRecords(GetRecordsRequest(body), completion)
                }
            }
        } catch {
            completion(.failure(self.tables.failure(of: error)))
        }
    }

    private func list(_ request: ListStreamsRequest, _ completion: Completion) throws {
        var streams = self.streams.all(ofTable: request.tableName)
        if let start = request.exclusiveStartARN { streams.removeAll { $0.arn <= start } }
        let hasMore = streams.count > request.limit
        let shown = streams.prefix(request.limit).map {
            Listed.Stream(streamArn: $0.arn, streamLabel: $0.label, tableName: $0.tableName)
        }
        let last = hasMore ? shown.last?.streamArn : nil
        completion(
            .success(
                ServiceResponse(result: try TableAnswer.json(Listed(streams: shown, lastEvaluatedStreamArn: last)))))
    }

    private func describe(_ request: DescribeStreamRequest, _ completion: Completion) throws {
        let stream = try self.streams.stream(request.streamARN)
        // The only shard: nothing follows it, and it follows none.
        let hasShards = request.parentShardID == nil && request.exclusiveStartShardID ?? "" < stream.shardID
        let description = StreamDescription(stream, hasShards: hasShards)
        completion(
            .success(ServiceResponse(result: try TableAnswer.json(Described(streamDescription: description)))))
    }

    private func getIterator(_ request: GetShardIteratorRequest, _ completion: @escaping Completion) throws {
        let stream = try self.streams.stream(request.streamARN)
        guard request.shardID == stream.shardID else {
            throw TableError(
                .resourceNotFound, "Requested resource not found: Shard: \(request.shardID) in Stream: \(stream.arn)")
        }
        let answer: @Sendable (Result<StreamPosition, any Error>) -> Void = { result in
            completion(
                Result {
                    let iterator = ShardIterator(try result.get(), issuedAtMilliseconds: self.tables.now())
                    return ServiceResponse(
                        result: try TableAnswer.json(Iterator(shardIterator: iterator.text(for: stream))))
                }.mapError { self.tables.failure(of: $0) })
        }
        switch request.place {
        case .trimHorizon: answer(.success(.oldest))
        case .latest: self.streams.latest(stream.arn, completion: answer)
        case .at(let text), .after(let text):
            guard let sequence = SequenceNumber.number(text) else {
                throw TableError.validation("Invalid SequenceNumber")
            }
            var isBehind = false
            if case .after = request.place { isBehind = true }
            self.streams.position(stream.arn, at: sequence, isBehind: isBehind, completion: answer)
        }
    }

    private func getRecords(_ request: GetRecordsRequest, _ completion: @escaping Completion) throws {
        guard let arn = ShardIterator.streamARN(request.shardIterator) else { throw ShardIterator.invalid }
        let iterator = try ShardIterator(
            request.shardIterator, for: try self.streams.stream(arn), nowMilliseconds: self.tables.now())
        self.streams.read(arn, from: iterator.position, limit: .init(records: request.limit)) { result in
            completion(
                result.map { ServiceResponse(result: self.answer($0)) }.mapError { self.tables.failure(of: $0) })
        }
    }

    private func answer(_ page: StreamPage) -> ByteBuffer {
        var answer = AnswerWriter(capacity: 1_024 + page.records.reduce(0) { $0 + $1.sizeBytes * 2 })
        answer.member("Records") { out in
            out.list(page.records) {
                StreamRecordText.write($0, of: page.stream, region: self.tables.scope.region, to: &$1)
            }
        }
        if let next = page.next {
            let iterator = ShardIterator(next, issuedAtMilliseconds: self.tables.now())
            answer.member("NextShardIterator") { JSONText.write(iterator.text(for: page.stream), to: &$0) }
        }
        return answer.finish()
    }
}
