import BlockingTests
import BrasaTesting
import Glibc
import Synchronization
import Testing

/// Tables when the host is killed at the worst moments.
@Suite(.blocking, .serialized, .timeLimit(.minutes(15)))
struct TableKillTests {
    /// Kills a host at one of the acknowledgements that its clients get, or a little later.
    private final class Killer: Sendable {
        private struct Aim {
            var acknowledged = 0
            var wanted = Int.max
            var delayMicroseconds: UInt32 = 0
            var pid: pid_t = 0
        }

        private let aim = Mutex(Aim())

        var acknowledged: Int { self.aim.withLock { $0.acknowledged } }

        /// - Parameters:
        ///   - count: acknowledgements from now on.
        ///   - delay: microseconds, so that it may be a moment that no acknowledgement has chosen.
        func aim(at pid: pid_t, after count: Int, delay: UInt32) {
            self.aim.withLock {
                $0.wanted = $0.acknowledged + count
                $0.delayMicroseconds = delay
                $0.pid = pid
            }
        }

        func noteAcknowledgement() {
            let target = self.aim.withLock { aim -> (pid: pid_t, delay: UInt32)? in
                aim.acknowledged += 1
                return aim.acknowledged == aim.wanted ? (aim.pid, aim.delayMicroseconds) : nil
            }
            guard let target else { return }
            if target.delay > 0 { usleep(target.delay) }
            kill(target.pid, SIGKILL)
        }
    }

    @Test func losesAndHalvesNothingInFiftyKillsUnderFullLoad() throws {
        try withHost(HostSetup(hasNeighbour: false)) { host in
            let table = LedgerTable(host: host)
            try table.make()
            var replay = try StreamReplay(table)
            let works: [any LedgerWork] =
                (0..<6).map { TransferWork(client: $0) } + (6..<8).map { CountWork(client: $0) }
                + (8..<12).map { ItemWork(client: $0) } + (12..<14).map { ExpiringWork(client: $0) }
            let killer = Killer()
            let clients = works.map { LedgerClient($0) { killer.noteAcknowledgement() } }
            // The same in each run, as far as the machine lets them be.
            var random = SeededRandom(seed: 50)
            for round in 0..<50 {
                let wanted = [1, 10, 40, 120, 300][Int.random(in: 0..<5, using: &random)]
                let delay = round.isMultiple(of: 2) ? 0 : UInt32.random(in: 0..<4_000, using: &random)
                killer.aim(at: host.pid, after: wanted, delay: delay)
                for client in clients { client.start(host.control) }
                try waitUntil("\(wanted) acknowledgements, and the kill") {
                    !clients.contains(where: \.isRunning)
                }
                host.kill()
                try host.start()

                let balances = try Self.balances(table)
                #expect(balances.reduce(0, +) == LedgerTable.accounts * LedgerTable.balance, "round \(round)")
                for client in clients { try client.check(table) }
                try replay.advance()
                if round % 10 == 9 {
                    try Self.checkLedger(table, clients)
                    try Self.checkReplay(table, &replay, clients)
                }
            }
            #expect(killer.acknowledged > 50 * 40)
            #expect(replay.records > 50 * 40)
            #expect(replay.expired > 50)
        }
    }

    /// The stream gives what the table has, once the host has removed what has expired.
    private static func checkReplay(
        _ table: LedgerTable, _ replay: inout StreamReplay, _ clients: [LedgerClient]
    ) throws {
        var different: [LedgerTable.Key] = []
        try waitUntil("stream and table to agree about \(different.prefix(5))") {
            try replay.advance()
            let all = try table.all()
            different = Set(all.keys).union(replay.items.keys).filter { all[$0] != replay.items[$0] }
            return different.isEmpty && !all.keys.contains { $0.kind == ExpiringWork.kind }
        }
        for done in clients.compactMap({ $0.work(as: ExpiringWork.self)?.done }) {
            #expect(done.subtracting(replay.expiring).isEmpty)
        }
    }

    private static func balances(_ table: LedgerTable) throws -> [Int] {
        let accounts = try table.items("account")
        return (0..<LedgerTable.accounts).map { Int(accounts["\($0)"]?["balance"]?["N"] ?? "") ?? .min }
    }

    /// Each transfer that a client was told of is there once, no other one is, and the accounts are what they come to.
    private static func checkLedger(_ table: LedgerTable, _ clients: [LedgerClient]) throws {
        let transfers = clients.compactMap { $0.work(as: TransferWork.self)?.done }
            .reduce(into: [:]) { $0.merge($1) { first, _ in first } }
        let lines = try table.items("transfer")
        #expect(Set(lines.keys).symmetricDifference(transfers.keys).isEmpty)
        #expect(lines.values.allSatisfy { $0["uses"] == ["N": "1"] })
        var balances = [Int](repeating: LedgerTable.balance, count: LedgerTable.accounts)
        for transfer in transfers.values {
            balances[transfer.from] -= transfer.amount
            balances[transfer.to] += transfer.amount
        }
        #expect(try self.balances(table) == balances)
    }
}
