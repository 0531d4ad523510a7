import BrasaModel
import Synchronization

/// A catalog store that forgets everything with the process.
package final class MemoryCatalogStore: CatalogStore {
    private struct Failure: Error, CustomStringConvertible {
        var description: String { "the disk is full" }
    }

    private struct State {
        var documents: [String: [UInt8]] = [:]
        var fails = false
    }

    private let state = Mutex(State())

    package init() {}

    /// Whether every change fails from now on.
    package func setFails(_ fails: Bool) {
        self.state.withLock { $0.fails = fails }
    }

    package func load() async throws -> [String: [UInt8]] {
        self.state.withLock { $0.documents }
    }

    package func save(_ document: [UInt8], function: String) async throws {
        try self.state.withLock {
            if $0.fails { throw Failure() }
            $0.documents[function] = document
        }
    }

    package func delete(function: String) async throws {
        try self.state.withLock {
            if $0.fails { throw Failure() }
            $0.documents[function] = nil
        }
    }
}
