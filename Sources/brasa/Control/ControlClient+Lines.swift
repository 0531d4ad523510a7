import Foundation
import FoundationNetworking
import Synchronization

extension ControlClient {
    /// Sends a request whose answer comes line by line, and gives each line to `onLine` as it comes.
    ///
    /// Ending the task closes the connection, which tells the host.
    func lines(
        _ method: String, _ path: [String], query: [(name: String, value: String)] = [], body: Data? = nil,
        idleSeconds: Double = 120, onLine: (Data) throws -> Void
    ) async throws {
        let what = "\(method) /\(path.joined(separator: "/"))"
        guard let url = self.endpoint.url(path, query: query) else {
            throw ControlError(.unexpected, "\(self.endpoint) and \(what) make no address.")
        }
        var request = URLRequest(url: url, timeoutInterval: idleSeconds)
        request.httpMethod = method
        request.httpBody = body
        if body != nil { request.setValue("application/json", forHTTPHeaderField: "Content-Type") }
        let receiver = LineReceiver()
        let configuration = URLSessionConfiguration.ephemeral
        configuration.urlCache = nil
        let session = URLSession(configuration: configuration, delegate: receiver, delegateQueue: nil)
        defer { session.invalidateAndCancel() }
        let task = session.dataTask(with: request)
        task.resume()
        var refused = Data()
        do {
            for try await line in receiver.lines {
                if let response = receiver.response, !(200..<300).contains(response.statusCode) {
                    refused += line
                } else {
                    try onLine(line)
                }
            }
        } catch let error as URLError {
            throw self.connectionError(error, what, seconds: idleSeconds)
        }
        if Task.isCancelled { throw ControlError(.cancelled, "\(what) was cancelled.") }
        guard let response = receiver.response else { throw self.unexpected(what, cause: nil) }
        guard (200..<300).contains(response.statusCode) else { throw self.refusal(response, refused, what) }
    }
}

/// Splits what a URLSession receives into lines.
private final class LineReceiver: NSObject, URLSessionDataDelegate {
    private struct State {
        var response: HTTPURLResponse?
        var rest = Data()
    }

    let lines: AsyncThrowingStream<Data, any Error>
    private let continuation: AsyncThrowingStream<Data, any Error>.Continuation
    private let state = Mutex(State())

    override init() {
        (self.lines, self.continuation) = AsyncThrowingStream.makeStream()
    }

    /// The head of the answer, once it has come.
    var response: HTTPURLResponse? { self.state.withLock { $0.response } }

    func urlSession(
        _ session: URLSession, dataTask: URLSessionDataTask, didReceive response: URLResponse,
        completionHandler: @escaping (URLSession.ResponseDisposition) -> Void
    ) {
        self.state.withLock { $0.response = response as? HTTPURLResponse }
        completionHandler(.allow)
    }

    func urlSession(_ session: URLSession, dataTask: URLSessionDataTask, didReceive data: Data) {
        let lines = self.state.withLock { state in
            state.rest += data
            var lines = state.rest.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
            state.rest = Data(lines.removeLast())
            return lines.map { Data($0) }
        }
        for line in lines where !line.isEmpty { self.continuation.yield(line) }
    }

    func urlSession(_ session: URLSession, task: URLSessionTask, didCompleteWithError error: (any Error)?) {
        let rest = self.state.withLock { $0.rest }
        if !rest.isEmpty { self.continuation.yield(rest) }
        self.continuation.finish(throwing: error)
    }
}
