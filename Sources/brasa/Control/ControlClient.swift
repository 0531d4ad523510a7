import Foundation
import FoundationNetworking

/// Asks a running host through its control port.
///
/// May be used from several tasks at once. URLSession and not AsyncHTTPClient: docs/decisions/cli-http-client.md.
struct ControlClient: Sendable {
    let endpoint: ControlEndpoint
    private let session: URLSession

    init(_ endpoint: ControlEndpoint) {
        self.endpoint = endpoint
        let configuration = URLSessionConfiguration.ephemeral
        configuration.urlCache = nil
        configuration.httpCookieStorage = nil
        self.session = URLSession(configuration: configuration)
    }

    /// Keeps requests to this machine from going through the proxy of `http_proxy`, which libcurl reads.
    ///
    /// For the start of the program, while it has one thread: it changes the environment.
    static func exemptLoopbackFromProxies() {
        let environment = ProcessInfo.processInfo.environment
        let exempt = [environment["no_proxy"] ?? environment["NO_PROXY"], "127.0.0.1,localhost,::1"]
        setenv("no_proxy", exempt.compactMap { $0 }.filter { !$0.isEmpty }.joined(separator: ","), 1)
    }

    /// The functions of the host, in its order.
    func functions() async throws(ControlError) -> [HostedFunction] { try await self.list().functions }

    /// The functions of the host, and what of its folder it does not take.
    func list() async throws(ControlError) -> HostedFunctions {
        try await self.get(HostedFunctions.self, ["_brasa", "functions"])
    }

    /// Has the host take libraries of its folder over, and waits until they answer or are refused.
    ///
    /// - Parameter function: nil stands for all of them.
    func deploy(function: String?) async throws(ControlError) -> [HostedDeployment] {
        struct Answer: Decodable {
            let functions: [HostedDeployment]
        }
        let path = ["_brasa", "deploy"] + (function.map { [$0] } ?? [])
        // The longest time `init` may have.
        let (_, body) = try await self.send("POST", path, query: [], seconds: 900 + 120)
        do {
            return try JSONDecoder().decode(Answer.self, from: body).functions
        } catch {
            throw self.unexpected("POST /\(path.joined(separator: "/"))", cause: error)
        }
    }

    /// Lines of a function's log with a sequence above `after`, oldest first.
    ///
    /// - Parameters:
    ///   - limit: 1 to 10,000.
    ///   - waitSeconds: 0 to 60; how long the host may wait for a line when there is none.
    func logLines(
        function: String, after: UInt64, limit: Int = 10_000, waitSeconds: Int = 0
    ) async throws(ControlError) -> [HostedLogLine] {
        struct Answer: Decodable {
            let lines: [HostedLogLine]
        }
        return try await self.get(
            Answer.self, ["_brasa", "logs", function],
            query: [("after", "\(after)"), ("limit", "\(limit)"), ("wait", "\(waitSeconds)")],
            seconds: Double(waitSeconds) + 30
        ).lines
    }

    /// Invokes a function and waits for its answer, or for its acceptance when it is asynchronous.
    ///
    /// That the function fails is an answer and not an error.
    func invoke(_ request: InvokeRequest) async throws(ControlError) -> InvokeReply {
        var headers = ["Content-Type": "application/json", "X-Amz-Log-Type": "Tail"]
        headers["X-Amz-Invocation-Type"] = request.isAsynchronous ? "Event" : "RequestResponse"
        let (response, body) = try await self.send(
            "POST", ["2015-03-31", "functions", request.function, "invocations"],
            query: request.qualifier.map { [("Qualifier", $0)] } ?? [], headers: headers, body: request.event,
            // The longest timeout of a function, and a while for its start.
            seconds: 900 + 120)
        func header(_ name: String) -> String? { response.value(forHTTPHeaderField: name) }
        return InvokeReply(
            status: response.statusCode, functionError: header("x-amz-function-error"),
            executedVersion: header("x-amz-executed-version"), requestID: header("x-amzn-requestid"),
            log: header("x-amz-log-result").flatMap { Data(base64Encoded: $0) }
                .map { String(decoding: $0, as: UTF8.self) },
            payload: body)
    }

    func get<Answer: Decodable>(
        _ type: Answer.Type, _ path: [String], query: [(name: String, value: String)] = [], seconds: Double = 30
    ) async throws(ControlError) -> Answer {
        let (_, body) = try await self.send("GET", path, query: query, seconds: seconds)
        do {
            return try JSONDecoder().decode(type, from: body)
        } catch {
            throw self.unexpected("GET /\(path.joined(separator: "/"))", cause: error)
        }
    }

    /// Sends a request; the answer has a status of 200 to 299.
    func send(
        _ method: String, _ path: [String], query: [(name: String, value: String)],
        headers: [String: String] = [:], body: Data? = nil, seconds: Double
    ) async throws(ControlError) -> (HTTPURLResponse, Data) {
        let what = "\(method) /\(path.joined(separator: "/"))"
        guard let url = self.endpoint.url(path, query: query) else {
            throw ControlError(.unexpected, "\(self.endpoint) and \(what) make no address.")
        }
        var request = URLRequest(url: url, timeoutInterval: seconds)
        request.httpMethod = method
        request.httpBody = body
        for (name, value) in headers { request.setValue(value, forHTTPHeaderField: name) }
        let data: Data
        let response: URLResponse
        do {
            (data, response) = try await Exchange().answer(to: request, in: self.session)
        } catch {
            throw self.connectionError(error, what, seconds: seconds)
        }
        guard let response = response as? HTTPURLResponse else { throw self.unexpected(what, cause: nil) }
        guard (200..<300).contains(response.statusCode) else { throw self.refusal(response, data, what) }
        return (response, data)
    }

    func connectionError(_ error: any Error, _ what: String, seconds: Double) -> ControlError {
        switch (error as? URLError)?.code {
        case .cannotConnectToHost:
            return ControlError(
                .unreachable, "No host answers at \(self.endpoint). Start one with `brasa serve`.", cause: error)
        case .cannotFindHost, .dnsLookupFailed:
            return ControlError(
                .unreachable, "The name in \(self.endpoint) cannot be resolved to an address.", cause: error)
        case .timedOut:
            return ControlError(
                .interrupted, "The host at \(self.endpoint) did not answer \(what) within \(Int(seconds)) s.",
                cause: error)
        case .cancelled:
            return ControlError(.cancelled, "\(what) was cancelled.", cause: error)
        default:
            if error is CancellationError || Task.isCancelled {
                return ControlError(.cancelled, "\(what) was cancelled.", cause: error)
            }
            return ControlError(
                .interrupted,
                "The connection to the host at \(self.endpoint) failed before \(what) was answered: "
                    + "\(error.localizedDescription)",
                cause: error)
        }
    }

    /// What a host says no with, in its own words.
    func refusal(_ response: HTTPURLResponse, _ body: Data, _ what: String) -> ControlError {
        struct Answer: Decodable {
            let message: String?
            let Message: String?
            let Reason: String?
            /// Where the gateway has its error's type; the control port has it in a header.
            let errorType: String?
        }
        let status = response.statusCode
        let type = response.value(forHTTPHeaderField: "x-amzn-errortype")
        guard let answer = try? JSONDecoder().decode(Answer.self, from: body),
            let message = answer.message ?? answer.Message
        else {
            return ControlError(
                .unexpected, "\(self.endpoint) answered \(what) with the status \(status), not like a Brasa host.")
        }
        guard answer.errorType == nil || type != nil else {
            return ControlError(
                .refused(status),
                "\(self.endpoint) is the gateway of a host, where clients call functions. This asks the control port, "
                    + "which is 4566 unless set otherwise: give it with --control-port.")
        }
        let reason = answer.Reason.map { " (\($0))" } ?? ""
        return ControlError(
            .refused(status), "The host refused (\(status)\(type.map { ", \($0)" } ?? "")): \(message)\(reason)")
    }

    func unexpected(_ what: String, cause: (any Error)?) -> ControlError {
        ControlError(
            .unexpected,
            "\(self.endpoint) answered \(what) with something no Brasa host of this version says; is it one?",
            cause: cause)
    }
}
