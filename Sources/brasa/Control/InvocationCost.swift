/// What an invocation cost, read from a `REPORT` line.
struct InvocationCost: Encodable, Sendable, Hashable {
    let durationMilliseconds: Double
    let billedMilliseconds: Int
    let memoryMegabytes: Int
    let maximumMemoryMegabytes: Int
    /// nil unless it was a cold start.
    let initMilliseconds: Double?

    private enum CodingKeys: String, CodingKey {
        case durationMilliseconds = "duration_ms"
        case billedMilliseconds = "billed_ms"
        case memoryMegabytes = "memory_mb"
        case maximumMemoryMegabytes = "max_memory_mb"
        case initMilliseconds = "init_ms"
    }

    /// nil for a line that is no report: fields are `Name: number unit`, a tab between them.
    init?(reportLine: String) {
        var fields: [Substring: Substring] = [:]
        for field in reportLine.split(separator: "\t") {
            guard let colon = field.firstIndex(of: ":") else { continue }
            fields[field[..<colon]] = field[field.index(after: colon)...].split(separator: " ").first
        }
        guard let duration = fields["Duration"].flatMap({ Double($0) }),
            let billed = fields["Billed Duration"].flatMap({ Int($0) }),
            let memory = fields["Memory Size"].flatMap({ Int($0) }),
            let maximum = fields["Max Memory Used"].flatMap({ Int($0) })
        else { return nil }
        self.durationMilliseconds = duration
        self.billedMilliseconds = billed
        self.memoryMegabytes = memory
        self.maximumMemoryMegabytes = maximum
        self.initMilliseconds = fields["Init Duration"].flatMap { Double($0) }
    }
}
