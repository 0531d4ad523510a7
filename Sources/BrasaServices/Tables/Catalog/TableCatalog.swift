import BrasaModel
import Synchronization

/// All tables by name, in memory: the newest state, as the writer sees it.
///
/// Changed on the writer's thread alone, so a write that finds a table here finds it in the store. A reader may be behind:
/// it asks its own view when something is missing there.
final class TableCatalog: Sendable {
    private let tables = Mutex<[String: Table]>([:])
    /// What the ARNs of this host's tables begin with.
    private let arnPrefix: String

    init(_ scope: AccountScope) {
        self.arnPrefix = scope.tableARN("")
    }

    /// A table by its name or ARN; nil: there is no such table.
    func table(named name: String) -> Table? {
        self.tables.withLock { $0[self.plainName(name)] }
    }

    /// The name in an ARN of this host's; others are not changed, and no table has them.
    func plainName(_ name: String) -> String {
        name.hasPrefix("arn:") && name.hasPrefix(self.arnPrefix) ? String(name.dropFirst(self.arnPrefix.count)) : name
    }

    /// All tables, in no order.
    var all: [Table] { self.tables.withLock { Array($0.values) } }

    /// Takes the new state of a table over; nil: it is gone.
    func set(_ table: Table?, named name: String) {
        self.tables.withLock { $0[name] = table }
    }

    /// Reads a table anew: after a change that was not committed after all, or at the start.
    func reload(_ name: String, from store: any TableReading) throws {
        self.set(try store.table(named: name).map { try Table($0) }, named: name)
    }

    /// Reads all tables.
    func load(from store: any TableReading) throws {
        var last = ""
        while true {
            let names = try store.tableNames(after: last, limit: 1_000)
            for name in names { try self.reload(name, from: store) }
            guard let name = names.last else { return }
            last = name
        }
    }
}
