/// The same for callers that can wait.
extension TableStore {
    func read<Value: Sendable>(_ body: @escaping @Sendable (any TableReading) throws -> Value) async throws -> Value {
        try await withCheckedThrowingContinuation { continuation in
            self.read(body) { continuation.resume(with: $0) }
        }
    }

    func write<Value: Sendable>(
        _ body: @escaping @Sendable (any TableWriting) throws -> Value
    ) async throws -> Value {
        try await withCheckedThrowingContinuation { continuation in
            self.write(body) { continuation.resume(with: $0) }
        }
    }
}
