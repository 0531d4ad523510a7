import BrasaBench
import Foundation

extension ControlClient {
    /// Has the host run a candidate beside a function's live version for as long as `body` runs.
    ///
    /// - Parameters:
    ///   - qualifier: of the version whose settings it gets.
    ///   - library: its code; nil: the function's own.
    ///   - name: what the library is called in the host's messages.
    /// - Throws: `ControlError` when the host refuses the candidate, and what `body` throws.
    func withCandidate<Result: Sendable>(
        of function: String, qualifier: String?, library: Data? = nil, name: String = "",
        _ body: @escaping @Sendable (CandidateMessage.Candidate) async throws -> Result
    ) async throws -> Result {
        let (candidates, continuation) = AsyncThrowingStream<CandidateMessage.Candidate, any Error>.makeStream()
        return try await withThrowingTaskGroup(of: Result?.self) { group in
            group.addTask {
                // The candidate ends when this task, and with it the connection, does.
                do {
                    try await self.hold(
                        function, qualifier: qualifier, library: library, name: name,
                        onStart: { continuation.yield($0) })
                } catch {
                    continuation.finish(throwing: error)
                    throw error
                }
                continuation.finish()
                return nil
            }
            group.addTask {
                for try await candidate in candidates { return try await body(candidate) }
                throw self.lost(function)
            }
            defer { group.cancelAll() }
            while let ended = try await group.next() {
                guard let result = ended else { throw self.lost(function) }
                return result
            }
            throw self.lost(function)
        }
    }

    private func hold(
        _ function: String, qualifier: String?, library: Data?, name: String,
        onStart: (CandidateMessage.Candidate) -> Void
    ) async throws {
        var query = [(name: "function", value: function)]
        if let qualifier { query.append((name: "qualifier", value: qualifier)) }
        if !name.isEmpty { query.append((name: "file", value: name)) }
        let decoder = JSONDecoder()
        try await self.lines(
            "POST", ["_brasa", "candidates"], query: query, body: library,
            // The longest time `init` may have.
            idleSeconds: 900 + 120
        ) { line in
            let message: CandidateMessage
            do {
                message = try decoder.decode(CandidateMessage.self, from: line)
            } catch {
                throw self.unexpected("POST /_brasa/candidates", cause: error)
            }
            if let failure = message.failure { throw CommandFailure(.failed, failure) }
            if let candidate = message.candidate { onStart(candidate) }
        }
    }

    private func lost(_ function: String) -> ControlError {
        ControlError(
            .interrupted, "The host at \(self.endpoint) ended the candidate of \(function) before it was told to.")
    }
}
