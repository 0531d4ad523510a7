/// Redis that syncs its file after each command, beside PutItem and GetItem over HTTP: the same bytes by the same client.
struct RedisComparison {
    private let server: PeerProcess
    private let load: LoadProgram
    private let milliseconds: Int
    private var rounds: [String: [(ours: Load, theirs: Load)]] = [:]
    /// Requests and clients, in the order of the first round.
    private var order: [(request: TableRequest, clients: Int)] = []

    /// Starts it; nil without it.
    init?(programs: Programs, milliseconds: Int) throws {
        guard let program = programs.redis,
            let server = try PeerProcess(
                program,
                { port, folder in
                    [
                        "--port", "\(port)", "--bind", "127.0.0.1", "--dir", folder, "--save", "", "--appendonly",
                        "yes",
                        "--appendfsync", "always",
                    ]
                })
        else { return nil }
        self.server = server
        self.load = LoadProgram(program: programs.floor)
        self.milliseconds = milliseconds
    }

    /// Measures the command that comes closest to the line's request; nothing where none does.
    mutating func measure(_ line: TableLine, ours: Load) throws {
        guard let command = Self.command(line.request) else { return }
        let theirs = try self.load.run(
            command, .redis, port: self.server.port, clients: line.clients, milliseconds: self.milliseconds)
        let key = Self.key(line.request, line.clients)
        if self.rounds[key] == nil { self.order.append((line.request, line.clients)) }
        self.rounds[key, default: []].append((ours, theirs))
    }

    var findings: [Finding] {
        self.order.map { request, clients in
            let key = Self.key(request, clients)
            let rounds = self.rounds[key] ?? []
            func median(_ value: (Load) -> Double) -> Double { Samples(rounds.map { value($0.theirs) }).median }
            return Finding(
                key: key,
                title: "  \(request.operation) over HTTP against Redis, \(clients) client\(clients == 1 ? "" : "s")",
                unit: "req/s", rounds: rounds.map { ($0.ours.perSecond, $0.theirs.perSecond) }, goal: nil,
                details: [
                    "redis_p50_us": median(\.p50Microseconds), "redis_p99_us": median(\.p99Microseconds),
                ])
        }
    }

    private static func key(_ request: TableRequest, _ clients: Int) -> String {
        "table_\(request.key)_redis_\(clients)"
    }

    private static func command(_ request: TableRequest) -> String? {
        switch request.key {
        case TableRequest.put.key:
            self.text(["SET", "user-########", request.template])
        case TableRequest.get.key:
            self.text(["GET", "user-########"])
        default: nil
        }
    }

    /// As its protocol has it: the number of words, and each with its length.
    private static func text(_ words: [String]) -> String {
        "*\(words.count)\r\n" + words.map { "$\($0.utf8.count)\r\n\($0)\r\n" }.joined()
    }
}
