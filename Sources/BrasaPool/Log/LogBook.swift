package import BrasaModel
import Glibc
import Synchronization

/// The logs of all functions, in memory.
///
/// Written on the engine's loop, read from anywhere.
package final class LogBook: LogSource {
    private struct State {
        var functions: [String: FunctionLog] = [:]
        var waiters: [UInt64: Waiter] = [:]
        var nextWaiter: UInt64 = 0
    }

    private struct Waiter {
        let function: String
        let after: UInt64
        let continuation: CheckedContinuation<Void, Never>
    }

    /// Sees each entry as it is written, for a host that shows logs; nil: nobody.
    package typealias Observer = @Sendable (String, LogEntry) -> Void

    private let state = Mutex(State())
    private let observer: Observer?
    package let renderer: any LogRenderer

    package init(renderer: any LogRenderer, observer: Observer? = nil) {
        self.renderer = renderer
        self.observer = observer
    }

    /// Adds an entry.
    package func append(_ entry: LogEntry, function: String) {
        var now = timespec()
        clock_gettime(CLOCK_REALTIME, &now)
        let milliseconds = Int64(now.tv_sec) * 1_000 + Int64(now.tv_nsec) / 1_000_000
        let woken = self.state.withLock { state -> [CheckedContinuation<Void, Never>] in
            // By its place: changing a value by its key allocates.
            if let place = state.functions.index(forKey: function) {
                state.functions.values[place].append(entry, timestampMilliseconds: milliseconds)
            } else {
                state.functions[function, default: FunctionLog()].append(entry, timestampMilliseconds: milliseconds)
            }
            guard !state.waiters.isEmpty else { return [] }
            let ready = state.waiters.filter { $0.value.function == function }
            for key in ready.keys { state.waiters[key] = nil }
            return ready.values.map(\.continuation)
        }
        for continuation in woken { continuation.resume() }
        self.observer?(function, entry)
    }

    package func lines(function: String, after: UInt64, limit: Int) async -> [LogLine] {
        let log = self.state.withLock { $0.functions[function] }
        return log?.lines(after: after, limit: limit, renderer: self.renderer) ?? []
    }

    package func waitForLines(function: String, after: UInt64, seconds: Double) async {
        let key = self.state.withLock { state in
            state.nextWaiter += 1
            return state.nextWaiter
        }
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await self.wait(key, function: function, after: after) }
            group.addTask { try? await Task.sleep(for: .seconds(seconds)) }
            await group.next()
            group.cancelAll()
            self.resume(key)
        }
    }

    private func wait(_ key: UInt64, function: String, after: UInt64) async {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isReady = self.state.withLock { state in
                    let last = state.functions[function]?.lastSequence ?? 0
                    guard last <= after, !Task.isCancelled else { return true }
                    state.waiters[key] = Waiter(function: function, after: after, continuation: continuation)
                    return false
                }
                if isReady { continuation.resume() }
            }
        } onCancel: {
            self.resume(key)
        }
    }

    private func resume(_ key: UInt64) {
        self.state.withLock { $0.waiters.removeValue(forKey: key) }?.continuation.resume()
    }
}
