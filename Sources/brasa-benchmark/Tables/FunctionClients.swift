import BrasaModel
import BrasaRouter
import NIOCore

/// Functions that ask a service from within, each again and again: how long each of their calls takes.
final class FunctionClients: Responder {
    /// Calls of one invocation: what the arena holds of their answers.
    private static let callsPerInvocation = 200

    private let bed: Bed
    private let service: String
    private let request: TableRequest
    private let promise: EventLoopPromise<Load>
    private let begin: UInt64
    private let end: UInt64
    private var running = 0
    private var next = NumberedText.firstNumber
    private var durations: [UInt64] = []

    private init(
        bed: Bed, service: String, request: TableRequest, milliseconds: Int, promise: EventLoopPromise<Load>
    ) {
        self.bed = bed
        self.service = service
        self.request = request
        self.promise = promise
        self.begin = monotonicNanoseconds()
        self.end = self.begin + UInt64(milliseconds) * 1_000_000
    }

    /// Has as many instances as clients ask at the same time.
    ///
    /// - Throws: `Load.Failed` with the first failure.
    static func run(
        _ request: TableRequest, service: String = "dynamodb", clients: Int, milliseconds: Int, on bed: Bed
    ) async throws -> Load {
        try await bed.loop.flatSubmit {
            let promise = bed.loop.makePromise(of: Load.self)
            let asking = FunctionClients(
                bed: bed, service: service, request: request, milliseconds: milliseconds, promise: promise)
            asking.running = clients
            for _ in 0..<clients { asking.invoke() }
            return promise.futureResult
        }.get()
    }

    private func invoke() {
        let line =
            "\(self.service) \(self.request.operation) \(Self.callsPerInvocation) \(self.next) \(TableRequest.modulus)"
        self.next += Self.callsPerInvocation
        self.bed.router.value.invoke(
            Event(
                requestID: RequestID(), function: TableBed.function, trigger: .invoke,
                payload: ByteBuffer(string: line + "\n" + self.request.template)),
            responder: self)
    }

    func begin(metadata: [MetadataPair], stream: any ReplyStream) {}

    func write(_ chunk: ByteBuffer) -> Bool { true }

    func complete(_ outcome: Outcome) {
        guard case .reply(var reply) = outcome.result else {
            self.promise.fail(
                Load.Failed(description: "A function that asks for \(self.request.operation): \(outcome.result)"))
            return
        }
        while let nanoseconds = reply.body.readInteger(endianness: .little, as: UInt32.self) {
            self.durations.append(UInt64(nanoseconds))
        }
        let now = monotonicNanoseconds()
        if now < self.end {
            // A turn of its own: what is asked next does not delay the answers that wait.
            let bound = NIOLoopBound(self, eventLoop: self.bed.loop)
            self.bed.loop.execute { bound.value.invoke() }
            return
        }
        self.running -= 1
        guard self.running == 0 else { return }
        let samples = Samples(nanoseconds: self.durations)
        self.promise.succeed(
            Load(
                perSecond: Double(self.durations.count) / (Double(now - self.begin) / 1e9),
                p50Microseconds: samples.median, p99Microseconds: samples.percentile(0.99)))
    }
}
