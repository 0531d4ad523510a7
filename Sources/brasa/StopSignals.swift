import Foundation

/// Waits for the signals that ask a process to stop.
final class StopSignals {
    private let stream: AsyncStream<Void>
    private let sources: [any DispatchSourceSignal]

    /// - Parameter onSecond: called before a second signal ends the process at once.
    init(onSecond: @escaping @Sendable () -> Void = {}) {
        let (stream, continuation) = AsyncStream<Void>.makeStream()
        self.stream = stream
        self.sources = [SIGINT, SIGTERM].map { number in
            // The source only sees what the default action does not end the process for.
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
            let count = Counter()
            source.setEventHandler {
                if count.next() > 1 {
                    onSecond()
                    _exit(128 + number)
                }
                continuation.yield()
            }
            source.resume()
            return source
        }
    }

    /// Returns when the first signal has come.
    func first() async {
        for await _ in self.stream { return }
    }

    /// Counts the deliveries of one source, whose handler never runs twice at once.
    private final class Counter: @unchecked Sendable {
        // Only touched by the handler of one source.
        private var value = 0

        func next() -> Int {
            self.value += 1
            return self.value
        }
    }
}
