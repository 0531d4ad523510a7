import BrasaSQLite
import BrasaServices
import NIOCore

/// Requests to tables: in this process, from functions, and over HTTP; beside what the machine allows and what others do.
///
/// All of a round are measured one after the other, and the others' in turn with Brasa's.
struct TableSpeed {
    private static let clients = [1, 64]
    private static let milliseconds = 500
    /// A line takes as long as that in each round, and there are many lines.
    private static let maximumRounds = 3

    let programs: Programs

    func measure(rounds: Int) async throws -> [Finding] {
        let rounds = min(rounds, Self.maximumRounds)
        let tables = try await TableBed.make(programs: self.programs)
        let moto = try await self.startMoto()
        var lines = TableRequest.all.flatMap { request in
            Self.clients.flatMap { clients in
                TableWay.allCases.map { TableLine(request: request, way: $0, clients: clients) }
            }
        }
        var redis = try RedisComparison(programs: self.programs, milliseconds: Self.milliseconds)
        for _ in 0..<rounds {
            let syncs = try DiskFloor.syncsPerSecond(milliseconds: Self.milliseconds)
            let commits = try DiskFloor.commitsPerSecond(milliseconds: Self.milliseconds)
            for index in lines.indices {
                var round = try await self.round(lines[index], tables)
                let line = lines[index]
                switch line.way {
                case .http:
                    round.floor = try await self.moto(line, moto)
                    try redis?.measure(line, ours: round.load)
                case .function where line.isTimed:
                    round.floor = try await FunctionClients.run(
                        line.request, service: "floor", clients: line.clients, milliseconds: Self.milliseconds,
                        on: tables.bed
                    ).p50Microseconds
                case .inHost where line.request.key == TableRequest.put.key:
                    // One by one as SQLite alone does it; many as often as the disk syncs.
                    round.floor = line.clients == 1 ? commits : syncs
                default: break
                }
                lines[index].rounds.append(round)
            }
        }
        try await tables.stop()
        return lines.map(\.finding) + (redis?.findings ?? [])
    }

    private func round(_ line: TableLine, _ tables: TableBed) async throws -> TableLine.Round {
        let before = tables.store.statistics
        let load =
            switch line.way {
            case .inHost: try await self.inHost(line, tables)
            case .function:
                try await FunctionClients.run(
                    line.request, clients: line.clients, milliseconds: Self.milliseconds, on: tables.bed)
            case .http: try self.load(line, port: tables.port)
            }
        let after = tables.store.statistics
        return TableLine.Round(
            load: load, writes: after.writes - before.writes, syncs: after.syncs - before.syncs)
    }

    private func inHost(_ line: TableLine, _ tables: TableBed) async throws -> Load {
        let services = tables.services
        let request = line.request
        let text = NumberedText(request.template)
        return try await ClosedLoop.run(
            clients: line.clients, milliseconds: Self.milliseconds, on: tables.bed.loop
        ) { number, completion in
            services.perform(request.serviceRequest(text.bytes(number))) { result in
                if case .failure(let failure) = result { completion("\(failure)") } else { completion(nil) }
            }
        }
    }

    private func load(_ line: TableLine, port: Int, allowsErrors: Bool = false) throws -> Load {
        try LoadProgram(program: self.programs.floor).run(
            line.request.http(port: port), port: port, clients: line.clients, milliseconds: Self.milliseconds,
            allowsErrors: allowsErrors)
    }

    /// What moto_server does of a line.
    private func moto(_ line: TableLine, _ running: PeerProcess?) async throws -> Double? {
        // Transactions take it more than a second each, and it works on those whose client has gone: for them it is another
        // process, which ends with them, so that nothing of that falls into what is measured next.
        let isSlow = line.request.key == TableRequest.transaction.key
        guard let running, let moto = isSlow ? try await self.startMoto() : running else { return nil }
        // It answers some transactions with errors when many are under way: only the others count.
        return try? self.load(line, port: moto.port, allowsErrors: true).perSecond
    }

    /// moto_server with the same table and items; nil without it.
    private func startMoto() async throws -> PeerProcess? {
        guard let program = self.programs.moto,
            let moto = try PeerProcess(program, { port, _ in ["-H", "127.0.0.1", "-p", "\(port)"] })
        else { return nil }
        let load = LoadProgram(program: self.programs.floor)
        try load.send([TableRequest.createTable.http(port: moto.port)], port: moto.port)
        for (request, count) in [(TableRequest.fillList, TableRequest.listed), (.put, TableRequest.modulus)] {
            let text = NumberedText(request.http(port: moto.port))
            try load.send((0..<count).map { String(buffer: text.bytes($0)) }, port: moto.port)
        }
        return moto
    }
}
