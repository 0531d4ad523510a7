import BrasaModel
import BrasaServices
import BrasaTesting
import Glibc
import NIOCore

/// Whether a large table is as fast as a small one: the same requests on both, in turn, from one client in the host.
///
/// Both lie in one file; partitions hold 100 items each and are asked for in no order.
struct TableSize {
    /// A table that was filled.
    private struct Sized: Sendable {
        let name: String
        let items: Int

        var partitions: Int { max(1, self.items / TableSize.itemsPerPartition) }
    }

    private static let smallItems = 10_000
    private static let largeItems = 10_000_000
    private static let itemsPerPartition = 100
    /// Items of one write while a table is filled.
    private static let itemsAtOnce = 10_000
    /// Filling ends then, and the table is as large as it has become.
    private static let longestFillSeconds = 150.0
    /// Bytes that an item takes on the disk, log and indexes included.
    private static let bytesOnDisk = 900
    private static let milliseconds = 300
    private static let maximumRounds = 5

    let programs: Programs

    func measure(rounds: Int) async throws -> [Finding] {
        let tables = try await TableBed.make(programs: self.programs)
        let small = try await self.make("small", Self.smallItems, tables)
        let begin = ContinuousClock.now
        let large = try await self.make("large", try Self.itemsThatFit(), tables)
        let fill = (ContinuousClock.now - begin).seconds
        // The writer rests, and what is left of the log goes to the file.
        try await Task.sleep(for: .seconds(4))
        let findings = [
            try await self.compare("get", large, small, tables, rounds: rounds, fill) { FilledItem.get(in: $0.name) },
            try await self.compare("query", large, small, tables, rounds: rounds, fill) {
                FilledItem.query(in: $0.name)
            },
        ]
        try await tables.stop()
        return findings
    }

    private func compare(
        _ key: String, _ large: Sized, _ small: Sized, _ tables: TableBed, rounds: Int, _ fillSeconds: Double,
        _ request: (Sized) -> TableRequest
    ) async throws -> Finding {
        let (ofLarge, ofSmall) = (request(large), request(small))
        var results: [(Double, Double)] = []
        var p99: [Double] = []
        for round in -1..<min(rounds, Self.maximumRounds) {
            let ours = try await self.load(large, ofLarge, tables)
            let floor = try await self.load(small, ofSmall, tables)
            if round < 0 { continue }
            results.append((ours.p50Microseconds, floor.p50Microseconds))
            p99.append(ours.p99Microseconds)
        }
        return Finding(
            key: "table_size_\(key)",
            title: "\(ofLarge.operation), \(large.items / 1_000) thousand items against \(small.items / 1_000), p50",
            unit: "us", rounds: results, goal: Finding.Goal(subject: .ratio, direction: .atMost, value: 2),
            details: ["p99_us": Samples(p99).median, "items": Double(large.items), "filled_in_s": fillSeconds])
    }

    private func load(_ table: Sized, _ request: TableRequest, _ tables: TableBed) async throws -> Load {
        let services = tables.services
        let text = NumberedText(request.template)
        let partitions = table.partitions
        return try await ClosedLoop.run(clients: 1, milliseconds: Self.milliseconds, on: tables.bed.loop) {
            number, completion in
            // Far apart, and each has its turn: the step is a prime number.
            let partition = number * 7_919 % partitions
            services.perform(request.serviceRequest(text.bytes(0, whole: partition))) { result in
                switch result {
                case .success(let response): completion(response.result.readableBytes > 100 ? nil : "nothing found")
                case .failure(let failure): completion("\(failure)")
                }
            }
        }
    }

    /// Makes a table and fills it, past the service: as many items, in fewer writes.
    private func make(_ name: String, _ count: Int, _ tables: TableBed) async throws -> Sized {
        let create = TableRequest(
            key: name, operation: TableRequest.createTable.operation,
            template: TableRequest.createTable.template.replacing(TableRequest.table, with: name))
        try await tables.ask(create)
        let id = try await tables.read { try $0.table(named: name)?.id ?? 0 }
        // All have the size of one that the service has put.
        try await tables.ask(FilledItem.put(in: name))
        let item = FilledItem(sizeBytes: Int(try await tables.read { try $0.table(named: name)?.counts.bytes ?? 0 }))
        let begin = ContinuousClock.now
        var done = 0
        while done < count, (ContinuousClock.now - begin).seconds < Self.longestFillSeconds {
            let first = done
            let last = min(first + Self.itemsAtOnce, count)
            try await tables.write { store in
                for number in first..<last {
                    let stored = item.stored(number % Self.itemsPerPartition, of: number / Self.itemsPerPartition)
                    try store.put(stored, in: id, expiresAtSeconds: nil)
                }
            }
            done = last
        }
        return Sized(name: name, items: done)
    }

    /// As many items as the disk has room for, at most what a large table has.
    private static func itemsThatFit() throws -> Int {
        var disk = statvfs()
        guard statvfs(FixtureLibrary.scratchPath, &disk) == 0 else { return self.smallItems }
        let free = Int(disk.f_bavail) * Int(disk.f_frsize)
        return max(self.smallItems, min(self.largeItems, free / self.bytesOnDisk / 1_000_000 * 1_000_000))
    }
}
