import BrasaModel
import Glibc
import NIOCore

/// Invokes functions one after the other on the engine's loop, and notes how long each took.
final class Calls: Responder {
    /// What a call ended with, other than it should.
    struct Failed: Error, CustomStringConvertible {
        let description: String
    }

    private let invoker: any Invoker
    private let loop: any EventLoop
    private let event: Event
    private let promise: EventLoopPromise<[UInt64]>
    private let count: Int
    private let pauseMicroseconds: UInt32
    private let isExpected: (Outcome) -> Bool
    private var durations: [UInt64] = []
    private var begin: UInt64 = 0

    private init(
        invoker: any Invoker, loop: any EventLoop, event: Event, count: Int, pauseMicroseconds: UInt32,
        promise: EventLoopPromise<[UInt64]>, isExpected: @escaping (Outcome) -> Bool
    ) {
        self.invoker = invoker
        self.loop = loop
        self.event = event
        self.count = count
        self.pauseMicroseconds = pauseMicroseconds
        self.promise = promise
        self.isExpected = isExpected
        self.durations.reserveCapacity(count)
    }

    /// Invokes `function` `count` times in a row; each call begins in a turn of the loop of its own.
    ///
    /// Returns nanoseconds from the router taking the event to the outcome.
    ///
    /// - Throws: `Failed` on the first outcome that is not the one expected.
    static func run(
        _ function: String, on bed: Bed, count: Int = 1, pauseMicroseconds: UInt32 = 0, payload: String = "{}",
        expecting kind: Failure.Kind? = nil
    ) async throws -> [UInt64] {
        let loop = bed.loop
        return try await loop.flatSubmit {
            let promise = loop.makePromise(of: [UInt64].self)
            let event = Event(
                requestID: RequestID(), function: function, trigger: .invoke, payload: ByteBuffer(string: payload))
            let calls = Calls(
                invoker: bed.router.value, loop: loop, event: event, count: count,
                pauseMicroseconds: pauseMicroseconds, promise: promise
            ) {
                switch $0.result {
                case .reply, .streamed: kind == nil
                case .failure(let failure): failure.kind == kind
                }
            }
            calls.next()
            return promise.futureResult
        }.get()
    }

    private func next() {
        // The thread itself sleeps, as the floor's does: a timer of the loop would be set anew within the call that is measured.
        if self.pauseMicroseconds > 0 { usleep(self.pauseMicroseconds) }
        self.begin = monotonicNanoseconds()
        self.invoker.invoke(self.event, responder: self)
    }

    func begin(metadata: [MetadataPair], stream: any ReplyStream) {}

    func write(_ chunk: ByteBuffer) -> Bool { true }

    func complete(_ outcome: Outcome) {
        let end = monotonicNanoseconds()
        guard self.isExpected(outcome) else {
            self.promise.fail(Failed(description: "An invocation of \(self.event.function) gave \(outcome.result)."))
            return
        }
        self.durations.append(end - self.begin)
        guard self.durations.count < self.count else {
            self.promise.succeed(self.durations)
            return
        }
        let bound = NIOLoopBound(self, eventLoop: self.loop)
        self.loop.execute { bound.value.next() }
    }
}
