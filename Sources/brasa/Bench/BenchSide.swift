import Foundation

/// One of two measurements that are compared.
struct BenchSide: Sendable {
    /// What it is called in reports.
    let name: String
    let values: [BenchMetric: Double]
    /// The same of each part of the time, in order.
    let rounds: [[BenchMetric: Double]]
    /// Latencies in microseconds by percentile, ascending; empty when it is not known.
    let curve: [[Double]]

    init(
        name: String, values: [BenchMetric: Double], rounds: [[BenchMetric: Double]], curve: [[Double]] = []
    ) {
        self.name = name
        self.values = values
        self.rounds = rounds
        self.curve = curve
    }

    init(name: String, _ figures: BenchFigures) {
        self.name = name
        self.values = Self.values(
            latency: figures.latencyUs.byName, rate: figures.ratePerS, cpu: figures.cpuUsPerInvocation,
            hostCPU: figures.hostCpuUsPerInvocation, faults: figures.pageFaultsPerInvocation,
            memory: figures.peakMemoryBytes, errors: figures.errors, invocations: figures.invocations)
        self.rounds = figures.rounds.map { round in
            Self.values(
                latency: round.latencyUs.byName, rate: round.ratePerS, cpu: round.cpuUsPerInvocation, hostCPU: nil,
                faults: round.pageFaultsPerInvocation, memory: round.peakMemoryBytes, errors: round.errors,
                invocations: round.invocations)
        }
        self.curve = figures.percentilesUs
    }

    /// What `brasa bench --json` has printed earlier.
    ///
    /// - Throws: `CommandFailure` when it is something else.
    init(name: String, json: Data) throws(CommandFailure) {
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        let saved: Saved
        do {
            saved = try decoder.decode(Saved.self, from: json)
        } catch {
            throw CommandFailure(
                .failed, "\(name) is neither a library nor what `brasa bench --json` prints.", cause: error)
        }
        self.name = name
        self.values = saved.whole.values
        self.rounds = (saved.rounds ?? []).map(\.values)
        self.curve = (saved.percentilesUs ?? []).filter { $0.count == 2 }
    }

    private static func values(
        latency: [String: Double], rate: Double?, cpu: Double?, hostCPU: Double?, faults: Double?, memory: Int?,
        errors: Int?, invocations: Int?
    ) -> [BenchMetric: Double] {
        var values: [BenchMetric: Double] = [:]
        for (name, time) in latency { if let metric = BenchMetric(rawValue: name) { values[metric] = time } }
        values[.rate] = rate
        values[.cpu] = cpu
        values[.hostCPU] = hostCPU
        values[.faults] = faults
        values[.memory] = memory.map(Double.init)
        values[.errors] = errors.map(Double.init)
        if let errors, let invocations, invocations > 0 { values[.errorRate] = Double(errors) / Double(invocations) }
        return values
    }

    /// The least that a file has to hold: further keys came later, or will.
    private struct Saved: Decodable {
        struct Part: Decodable {
            let latencyUs: [String: Double]
            let ratePerS: Double?
            let cpuUsPerInvocation: Double?
            let hostCpuUsPerInvocation: Double?
            let pageFaultsPerInvocation: Double?
            let peakMemoryBytes: Int?
            let errors: Int?
            let invocations: Int?

            var values: [BenchMetric: Double] {
                BenchSide.values(
                    latency: self.latencyUs, rate: self.ratePerS, cpu: self.cpuUsPerInvocation,
                    hostCPU: self.hostCpuUsPerInvocation, faults: self.pageFaultsPerInvocation,
                    memory: self.peakMemoryBytes, errors: self.errors, invocations: self.invocations)
            }
        }

        let whole: Part
        let rounds: [Part]?
        let percentilesUs: [[Double]]?

        private enum CodingKeys: CodingKey {
            case rounds, percentilesUs
        }

        init(from decoder: any Decoder) throws {
            self.whole = try Part(from: decoder)
            let container = try decoder.container(keyedBy: CodingKeys.self)
            self.rounds = try container.decodeIfPresent([Part].self, forKey: .rounds)
            self.percentilesUs = try container.decodeIfPresent([[Double]].self, forKey: .percentilesUs)
        }
    }
}
