import BrasaGateway
import BrasaModel
import BrasaSQLite
import BrasaServices
import BrasaTesting
import Logging
import NIOCore
import NIOPosix

/// Tables in a file of their own and the ways to them: in this process, from functions, and over HTTP.
struct TableBed: Sendable {
    /// The fixture that calls services.
    static let function = "asks_service"

    let bed: Bed
    let store: SQLiteTableStore
    let services: ServiceDirectory
    let service: TableService
    let port: Int
    private let server: NIOLoopBound<HTTPServer>
    private let threads: NIOThreadPool

    /// Makes them, with the table of `TableRequest` and its items.
    static func make(programs: Programs) async throws -> TableBed {
        let threads = NIOThreadPool(numberOfThreads: 1)
        threads.start()
        let store = try SQLiteTableStore(in: StateDirectoryLock(directory: try FixtureLibrary.makeFolder()))
        var logger = Logger(label: "benchmark") { StreamLogHandler.standardError(label: $0) }
        logger.logLevel = .error
        let service = try await TableService(
            store: store, scope: AccountScope(), logger: logger,
            offload: { work in threads.submit { _ in work() } }, now: { Int64(monotonicNanoseconds() / 1_000_000) })
        let services = ServiceDirectory([service, FloorService()])
        let bed = try await Bed.make(programs: programs, services: services)
        let loop = bed.loop
        let server = try await loop.submit {
            let api = ServiceAPI(next: NothingElse(), services: services)
            return NIOLoopBound(HTTPServer(loop: loop, limits: HTTPLimits(), handler: api), eventLoop: loop)
        }.get()
        let port = try await loop.flatSubmit { server.value.start(host: "127.0.0.1", port: 0) }.get()
        _ = try await bed.serve(try FixtureLibrary.build(Self.function), as: Self.function)
        let tables = TableBed(
            bed: bed, store: store, services: services, service: service, port: port, server: server, threads: threads)
        try await tables.fill()
        return tables
    }

    /// Asks in this process.
    @discardableResult
    func ask(_ request: TableRequest, _ number: Int = 0) async throws -> ByteBuffer {
        try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<ByteBuffer, any Error>) in
            self.services.perform(request.serviceRequest(NumberedText(request.template).bytes(number))) { result in
                continuation.resume(with: result.map(\.result).mapError { $0 as any Error })
            }
        }
    }

    /// Reads past the service.
    func read<Value: Sendable>(_ body: @escaping @Sendable (any TableReading) throws -> Value) async throws -> Value {
        try await withCheckedThrowingContinuation { continuation in
            self.store.read(body) { continuation.resume(with: $0) }
        }
    }

    /// Writes past the service.
    func write(_ body: @escaping @Sendable (any TableWriting) throws -> Void) async throws {
        try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
            self.store.write(body) { continuation.resume(with: $0) }
        }
    }

    /// Ends all of it.
    func stop() async throws {
        try await self.bed.loop.flatSubmit { self.server.value.stop(seconds: 0) }.get()
        try await self.bed.stop()
        await self.store.close()
        try await self.threads.shutdownGracefully()
    }

    private func fill() async throws {
        try await self.ask(.createTable)
        for number in 0..<TableRequest.listed { try await self.ask(.fillList, number) }
        for number in 0..<TableRequest.modulus { try await self.ask(.put, number) }
    }
}

extension TableRequest {
    /// The request as services get it.
    func serviceRequest(_ parameters: ByteBuffer) -> ServiceRequest {
        ServiceRequest(
            service: "dynamodb", operation: self.operation, parameters: parameters, caller: .client(accessKey: nil))
    }
}

/// Answers at once with as much as GetItem does: what a call of the host costs by itself.
final class FloorService: Service {
    let name = "floor"
    private let answer = ByteBuffer(string: "{\"Item\":{\"p\":{\"S\":\"" + String(repeating: "x", count: 280) + "\"}}}")

    func perform(
        _ request: ServiceRequest, completion: @escaping @Sendable (Result<ServiceResponse, ServiceFailure>) -> Void
    ) {
        completion(.success(ServiceResponse(result: self.answer)))
    }
}

private final class NothingElse: HTTPHandler {
    func handle(_ request: HTTPRequest, exchange: any HTTPExchange) {
        exchange.respond(status: 404, headers: [], body: nil)
    }
}
