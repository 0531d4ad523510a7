import BrasaTables
import Logging
import Synchronization

/// What tables need that nobody asks for: expired items are removed, and records of changes that are too old.
///
/// Works in rounds, each of which does all that is due. Its writes are small, and after each it leaves the writer to others
/// for as long as the write took. Callable from any thread.
package final class TableUpkeep: Sendable {
    /// How often and how much.
    package struct Settings: Sendable, Hashable {
        /// Time between two rounds.
        package var interval: Duration
        /// Most items that one write removes, and records: others wait as long.
        package var itemsAtOnce: Int
        package var recordsAtOnce: Int

        package init(interval: Duration = .seconds(5), itemsAtOnce: Int = 50, recordsAtOnce: Int = 500) {
            self.interval = interval
            self.itemsAtOnce = itemsAtOnce
            self.recordsAtOnce = recordsAtOnce
        }
    }

    let tables: TableService
    let settings: Settings
    private let task = Mutex<Task<Void, Never>?>(nil)
    private let expired = Atomic<Int>(0)
    private let trimmed = Atomic<Int>(0)

    package init(_ tables: TableService, settings: Settings = Settings()) {
        self.tables = tables
        self.settings = settings
    }

    /// Items that were removed so far because they had expired.
    package var expiredItems: Int { self.expired.load(ordering: .relaxed) }
    /// Records of changes that were removed so far because they were too old.
    package var trimmedRecords: Int { self.trimmed.load(ordering: .relaxed) }

    /// Begins with the rounds.
    package func start() {
        // Unstructured because it lives as long as the host; kept here and ended by `stop`.
        self.task.withLock { task in
            guard task == nil else { return }
            task = Task {
                while !Task.isCancelled {
                    await self.round()
                    try? await Task.sleep(for: self.settings.interval)
                }
            }
        }
    }

    /// Ends the rounds, and returns when none is under way; before the store is closed.
    package func stop() async {
        let task = self.task.withLock { task in
            defer { task = nil }
            return task
        }
        task?.cancel()
        await task?.value
    }

    /// Does all that is due now; what fails is logged, and tried again in the next round.
    package func round() async {
        var failures: [(table: String, error: any Error)] = []
        let present = self.tables.catalog.all.map { (table: $0, isRemoved: false) }
        for (table, isRemoved) in present + self.tables.catalog.removed().map({ (table: $0, isRemoved: true) }) {
            do {
                if isRemoved {
                    try await self.trimRecords(ofRemoved: table)
                    continue
                }
                if table.timeToLive != nil { try await self.removeExpired(of: table) }
                if !table.document.streams.isEmpty { try await self.trimRecords(of: table) }
            } catch is CancellationError {
                return
            } catch let error as TableError where error.code == .resourceNotFound {
                // Somebody has removed it meanwhile.
            } catch {
                failures.append((table.name, error))
            }
        }
        guard let first = failures.first else { return }
        // A disk that is full, perhaps: said once, not for each table.
        self.tables.logger.error(
            "upkeep of tables failed",
            metadata: ["tables": "\(failures.count)", "table": "\(first.table)", "error": "\(first.error)"])
    }

    /// What one write has done.
    struct Progress: Sendable {
        var expiredItems = 0
        var trimmedRecords = 0
        /// Whether there is more to do.
        var isPartial = false
    }

    /// Repeats a write until there is nothing more to do, and pauses in between.
    func repeatWrite(_ body: @escaping @Sendable (any TableWriting) throws -> Progress) async throws {
        let clock = ContinuousClock()
        while true {
            try Task.checkCancellation()
            let start = clock.now
            let progress = try await self.tables.store.write(body)
            self.expired.add(progress.expiredItems, ordering: .relaxed)
            self.trimmed.add(progress.trimmedRecords, ordering: .relaxed)
            guard progress.isPartial else { return }
            try await clock.sleep(for: clock.now - start)
        }
    }
}
