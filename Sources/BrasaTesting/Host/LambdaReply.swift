import Foundation

/// The answer of the Lambda API to `Invoke`.
package struct LambdaReply: Sendable {
    package let http: HTTPReply

    init(_ http: HTTPReply) {
        self.http = http
    }

    /// `Unhandled` when the function failed.
    package var functionError: String? { self.http.head["x-amz-function-error"] }
    package var status: Int { self.http.status }
    package var payload: String { self.http.text }
    package var requestID: String { self.http.requestID }

    /// The last 4 KiB of the log.
    package var log: String {
        let encoded = self.http.head["x-amz-log-result"] ?? ""
        return String(decoding: Data(base64Encoded: encoded) ?? Data(), as: UTF8.self)
    }

    /// A value of the `REPORT` line, such as `Max Memory Used`; nil when it is not there.
    package func report(_ name: String) -> String? {
        guard let line = self.log.split(separator: "\n").last(where: { $0.hasPrefix("REPORT ") }) else { return nil }
        let field = line.split(separator: "\t").first { $0.hasPrefix("\(name): ") }
        return field.map { String($0.dropFirst(name.count + 2)) }
    }

    /// The value of `Max Memory Used` in MiB.
    package var peakMegabytes: Int? {
        self.report("Max Memory Used")?.split(separator: " ").first.flatMap { Int($0) }
    }

    static func path(_ function: String) -> String { "/2015-03-31/functions/\(function)/invocations" }
}
