import Foundation
import FoundationNetworking
import Synchronization

/// One request of a `URLSession` and its answer, which may be cancelled at any moment.
///
/// In place of `URLSession.data(for:)` of swift-corelibs-foundation: it cancels its request while it cancels the task, and
/// that waits for the session's queue, which may be about to resume that very task and wait for it: both wait for ever.
final class Exchange: Sendable {
    private enum State {
        case new, cancelled
        case sent(URLSessionDataTask)
    }

    private let state = Mutex(State.new)

    /// Sends the request and returns its answer; once.
    ///
    /// - Throws: `URLError`, or `CancellationError` when the task was cancelled before.
    func answer(to request: URLRequest, in session: URLSession) async throws -> (Data, URLResponse) {
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                let task = session.dataTask(with: request) { data, response, error in
                    if let data, let response, error == nil {
                        continuation.resume(returning: (data, response))
                    } else {
                        continuation.resume(throwing: error ?? URLError(.unknown))
                    }
                }
                let isSent = self.state.withLock { state in
                    guard case .new = state else { return false }
                    state = .sent(task)
                    task.resume()
                    return true
                }
                if !isSent { continuation.resume(throwing: CancellationError()) }
            }
        } onCancel: {
            self.cancel()
        }
    }

    private func cancel() {
        let former = self.state.withLock { state in
            defer { state = .cancelled }
            return state
        }
        // Not here: see above.
        if case .sent(let task) = former { DispatchQueue.global().async { task.cancel() } }
    }
}
