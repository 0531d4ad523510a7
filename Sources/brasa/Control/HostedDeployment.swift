/// What became of one function that was deployed, as `/_brasa/deploy` tells it.
struct HostedDeployment: Codable, Sendable, Hashable {
    let name: String
    /// Digest of the library in the folder.
    var codeSHA256: String?
    /// Digest of the library that answers.
    var servingSHA256: String?
    /// Why the library in the folder does not answer; nil: it does.
    var problem: String?
    /// Part of an instance's life in which it failed.
    var phase: String?

    /// One line for people.
    var line: String {
        let serving = self.servingSHA256.map { "\($0.prefix(12)) answers" } ?? "nothing answers"
        guard let problem else { return "\(self.name): \(serving)" }
        return "\(self.name): \(serving); refused\(self.phase.map { " (phase \($0))" } ?? ""): \(problem)"
    }
}
