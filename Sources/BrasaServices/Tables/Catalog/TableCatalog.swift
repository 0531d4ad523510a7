import BrasaModel
import Synchronization

/// All tables by name, in memory: the newest state, as the writer sees it; and those that are gone but for their streams.
///
/// Changed on the writer's thread alone, so a write that finds a table here finds it in the store. A reader may be behind:
/// it asks its own view when something is missing there.
final class TableCatalog: Sendable {
    private struct State {
        var tables: [String: Table] = [:]
        /// By number: several may have had one name.
        var removed: [Int64: Table] = [:]
    }

    private let state = Mutex(State())
    /// What the ARNs of this host's tables begin with.
    private let arnPrefix: String

    init(_ scope: AccountScope) {
        self.arnPrefix = scope.tableARN("")
    }

    /// A table by its name or ARN; nil: there is no such table.
    func table(named name: String) -> Table? {
        self.state.withLock { $0.tables[self.plainName(name)] }
    }

    /// The name in an ARN of this host's; others are not changed, and no table has them.
    func plainName(_ name: String) -> String {
        name.hasPrefix("arn:") && name.hasPrefix(self.arnPrefix) ? String(name.dropFirst(self.arnPrefix.count)) : name
    }

    /// All tables, in no order.
    var all: [Table] { self.state.withLock { Array($0.tables.values) } }

    /// Tables that were removed and whose streams are kept, the oldest first.
    ///
    /// - Parameter name: name or ARN; nil: of all names.
    func removed(named name: String? = nil) -> [Table] {
        let name = name.map { self.plainName($0) }
        return self.state.withLock { state in
            state.removed.values.filter { name == nil || $0.name == name }.sorted { $0.id < $1.id }
        }
    }

    /// Takes the new state of a table over.
    func set(_ table: Table) {
        self.state.withLock { $0.tables[table.name] = table }
    }

    /// Takes note that a table is gone.
    ///
    /// - Parameter rest: what is left of it, its streams; nil: nothing.
    func remove(_ table: Table, leaving rest: Table?) {
        self.state.withLock { state in
            state.tables[table.name] = nil
            state.removed[table.id] = rest
        }
    }

    /// Takes note that nothing is left of a table that was removed.
    func forget(_ table: Table) {
        self.state.withLock { $0.removed[table.id] = nil }
    }

    /// Reads a table, and those of its name that were removed, anew: after a change that was not committed after all.
    func reload(_ name: String, from store: any TableReading) throws {
        let table = try store.table(named: name).map { try Table($0) }
        let removed = try store.removedTables().filter { $0.name == name }.map { try Table($0) }
        self.state.withLock { state in
            state.tables[name] = table
            state.removed = state.removed.filter { $0.value.name != name }
            for table in removed { state.removed[table.id] = table }
        }
    }

    /// Reads all tables, at the start.
    func load(from store: any TableReading) throws {
        var last = ""
        while true {
            let names = try store.tableNames(after: last, limit: 1_000)
            for name in names {
                if let table = try store.table(named: name) { self.set(try Table(table)) }
            }
            guard let name = names.last else { break }
            last = name
        }
        for table in try store.removedTables() {
            let table = try Table(table)
            self.state.withLock { $0.removed[table.id] = table }
        }
    }
}
