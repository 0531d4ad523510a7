package import BrasaModel
import BrasaTables
package import Logging
import NIOCore

/// Tables as AWS's DynamoDB has them, API version 2012-08-10.
///
/// Requests are read and checked on the caller's thread, large ones on another, so that no event loop is held up; what they
/// do runs on the store's threads, which also make the answer: but GetItem is done at once when its item is in memory. Callable
/// from any thread.
package final class TableService: Service {
    package typealias Completion = @Sendable (Result<ServiceResponse, ServiceFailure>) -> Void

    /// Runs work on a thread that may take its time.
    package typealias Offload = @Sendable (_ work: @escaping @Sendable () -> Void) -> Void

    /// Most bytes of a request that is read on the caller's thread: about 0.1 ms.
    static let bytesOnCaller = 16_384

    package let name = "dynamodb"
    let store: any TableStore
    let catalog: TableCatalog
    let scope: AccountScope
    /// Milliseconds since 1970.
    let now: @Sendable () -> Int64
    let logger: Logger
    /// Host and port of the control port; nil while it is not open.
    let endpoint: @Sendable () -> String?
    package let counts = TableRequestCounts()
    private let offload: Offload

    /// Reads which tables there are.
    ///
    /// - Throws: what the store throws, or that something stored about a table cannot be read.
    package init(
        store: any TableStore, scope: AccountScope, logger: Logger, offload: @escaping Offload,
        endpoint: @escaping @Sendable () -> String? = { nil }, now: @escaping @Sendable () -> Int64
    ) async throws {
        self.store = store
        self.scope = scope
        self.now = now
        self.logger = logger
        self.offload = offload
        self.endpoint = endpoint
        let catalog = TableCatalog(scope)
        self.catalog = catalog
        try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
            store.read({ try catalog.load(from: $0) }, completion: { continuation.resume(with: $0) })
        }
        for table in catalog.all {
            self.fillIndexes(of: table)
            self.countEntries(of: table)
            self.noteExpiries(of: table)
        }
    }

    package func perform(_ request: ServiceRequest, completion: @escaping Completion) {
        guard let operation = TableOperation(rawValue: request.operation) else {
            completion(.failure(TableOperation.failure(of: request.operation)))
            return
        }
        self.counts.noteRequest()
        guard request.parameters.readableBytes > Self.bytesOnCaller else {
            return self.perform(operation, request, completion)
        }
        self.offload { self.perform(operation, request, completion) }
    }

    private func perform(
        _ operation: TableOperation, _ request: ServiceRequest, _ completion: @escaping Completion
    ) {
        do {
            try request.parameters.withUnsafeReadableBytes { try self.perform(operation, $0, request, completion) }
        } catch {
            completion(.failure(self.failure(of: error)))
        }
    }

    private func perform(
        _ operation: TableOperation, _ body: UnsafeRawBufferPointer, _ request: ServiceRequest,
        _ completion: @escaping Completion
    ) throws {
        switch operation {
        case .putItem: try self.write(WriteRequest(.put, body), completion)
        case .updateItem: try self.write(WriteRequest(.update, body), completion)
        case .deleteItem: try self.write(WriteRequest(.delete, body), completion)
        case .getItem: try self.get(GetRequest(body), completion)
        case .query: try self.find(FindRequest(.query, body), completion)
        case .scan: try self.find(FindRequest(.scan, body), completion)
        case .batchGetItem: try self.batchGet(BatchGetRequest(body), completion)
        case .batchWriteItem: try self.batchWrite(BatchWriteRequest(body), completion)
        case .transactGetItems: try self.transactGet(TransactGetRequest(body), completion)
        case .transactWriteItems:
            let request = try TransactWriteRequest(body)
            let fingerprint = request.clientRequestToken == nil ? [] : try RequestFingerprint.make(body)
            try self.transactWrite(request, fingerprint: fingerprint, completion)
        case .createTable: try self.createTable(CreateTableRequest(body), completion)
        case .describeTable: try self.describeTable(TableNameRequest(body), completion)
        case .listTables: try self.listTables(ListTablesRequest(body), completion)
        case .updateTable: try self.updateTable(UpdateTableRequest(body), completion)
        case .deleteTable: try self.deleteTable(TableNameRequest(body), completion)
        case .describeTimeToLive: try self.describeTimeToLive(TableNameRequest(body), completion)
        case .updateTimeToLive: try self.updateTimeToLive(UpdateTimeToLiveRequest(body), completion)
        case .tagResource: try self.tag(TagRequest(.tag, body), completion)
        case .untagResource: try self.untag(TagRequest(.untag, body), completion)
        case .listTagsOfResource: try self.listTags(TagRequest(.list, body), completion)
        case .describeLimits: self.describeLimits(completion)
        case .describeEndpoints: self.describeEndpoints(request.endpoint, completion)
        case .describeContinuousBackups: try self.describeContinuousBackups(TableNameRequest(body), completion)
        }
    }

    // MARK: - Ways to the store

    /// Reads in one consistent view and answers with the JSON that `body` makes.
    func read(_ completion: @escaping Completion, _ body: @escaping @Sendable (any TableReading) throws -> ByteBuffer) {
        self.store.read(body) { self.finish($0, completion) }
    }

    /// The same for a few items: at once, where they are in memory; `body` may be run twice.
    func readFew(
        _ completion: @escaping Completion, _ body: @escaping @Sendable (any TableReading) throws -> ByteBuffer
    ) {
        self.store.readFew(body) { self.finish($0, completion) }
    }

    /// Changes what is stored and answers with the JSON that `body` makes, once that is durable.
    func change(
        _ completion: @escaping Completion, _ body: @escaping @Sendable (any TableWriting) throws -> ByteBuffer
    ) {
        self.store.write(body) { self.finish($0, completion) }
    }

    private func finish(_ result: Result<ByteBuffer, any Error>, _ completion: Completion) {
        switch result {
        case .success(let json): completion(.success(ServiceResponse(result: json)))
        case .failure(let error): completion(.failure(self.failure(of: error)))
        }
    }

    /// The failure that a caller is told; what is not the caller's fault is logged.
    func failure(of error: any Error) -> ServiceFailure {
        if let error = error as? TableError {
            if error.code != .internalServerError {
                self.counts.noteRefusal()
            } else {
                self.counts.noteFailure()
                self.logger.error("request to tables failed", metadata: ["error": "\(error.message)"])
            }
            return ServiceFailure(error)
        }
        self.counts.noteFailure()
        self.logger.error("request to tables failed", metadata: ["error": "\(error)"])
        return .internal("The tables could not be read or written: \(error)")
    }

    /// A table as it is now; nil: it is gone.
    func current(_ table: Table) -> Table? {
        self.catalog.table(named: table.name).flatMap { $0.id == table.id ? $0 : nil }
    }

    /// The table that a request on items names.
    func table(_ name: String) throws(TableError) -> Table {
        guard let table = self.catalog.table(named: name) else { throw self.foreign(name) ?? .noResource }
        return table
    }

    /// The refusal of a request on a table, which is not there.
    func noTable(_ name: String) -> TableError {
        self.foreign(name) ?? .noTable(self.catalog.plainName(name))
    }

    /// The refusal of an ARN that cannot be one of this host's.
    func foreign(_ name: String) -> TableError? {
        TableARN.refusal(name, account: self.scope.account, region: self.scope.region)
    }
}
