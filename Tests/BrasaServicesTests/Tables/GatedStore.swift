import BrasaServices
import Synchronization

/// A store whose reads wait until a test lets them in.
final class GatedStore: TableStore {
    private struct State {
        var isOpen = true
        var held: [@Sendable () -> Void] = []
    }

    private let store: any TableStore
    private let state = Mutex(State())

    init(_ store: any TableStore) {
        self.store = store
    }

    /// Reads wait from now on.
    func close() {
        self.state.withLock { $0.isOpen = false }
    }

    /// Lets in those that wait, and all later ones.
    func open() {
        let held = self.state.withLock { state in
            defer { state.held = [] }
            state.isOpen = true
            return state.held
        }
        for read in held { read() }
    }

    /// Waits until so many reads do.
    func waitForReads(_ count: Int) async {
        while self.state.withLock({ $0.held.count }) < count { await Task.yield() }
    }

    private func pass(_ read: @escaping @Sendable () -> Void) {
        let passes = self.state.withLock { state in
            if !state.isOpen { state.held.append(read) }
            return state.isOpen
        }
        if passes { read() }
    }

    func read<Value: Sendable>(
        _ body: @escaping @Sendable (any TableReading) throws -> Value,
        completion: @escaping @Sendable (Result<Value, any Error>) -> Void
    ) {
        self.pass { self.store.read(body, completion: completion) }
    }

    func readFew<Value: Sendable>(
        _ body: @escaping @Sendable (any TableReading) throws -> Value,
        completion: @escaping @Sendable (Result<Value, any Error>) -> Void
    ) {
        self.pass { self.store.readFew(body, completion: completion) }
    }

    func write<Value: Sendable>(
        _ body: @escaping @Sendable (any TableWriting) throws -> Value,
        completion: @escaping @Sendable (Result<Value, any Error>) -> Void
    ) {
        self.store.write(body, completion: completion)
    }
}
