import Foundation

/// What a host answered to an invocation.
struct InvokeReply: Sendable, Hashable {
    /// 200, or 202 when it was accepted to be run later.
    let status: Int
    /// `Unhandled` when the function failed; else nil.
    let functionError: String?
    let executedVersion: String?
    let requestID: String?
    /// The last 4 KB of the invocation's log; nil when the host sent none.
    let log: String?
    /// The reply, or the error as JSON.
    let payload: Data

    /// The log's `REPORT` line; nil when there is none.
    var reportLine: String? {
        self.log?.split(whereSeparator: \.isNewline).last { $0.hasPrefix("REPORT RequestId: ") }.map(String.init)
    }

    /// `Type: message` of a function that failed, as far as the payload says; nil when it did not fail.
    var failure: String? {
        struct Body: Decodable {
            let errorType: String?
            let errorMessage: String?
        }
        guard let functionError = self.functionError else { return nil }
        let body = try? JSONDecoder().decode(Body.self, from: self.payload)
        let parts = [body?.errorType ?? functionError, body?.errorMessage].compactMap { $0 }
        return parts.joined(separator: ": ")
    }

    /// All of it as one line of JSON: the payload as it is when it is JSON, else as text, else in base64.
    func json() throws(CommandFailure) -> String {
        struct Rest: Encodable {
            let status: Int
            let functionError: String?
            let executedVersion: String?
            let requestID: String?
            let report: InvocationCost?
            let log: String?
            var payload: String?
            var payloadBase64: String?
        }
        var rest = Rest(
            status: self.status, functionError: self.functionError, executedVersion: self.executedVersion,
            requestID: self.requestID, report: self.reportLine.flatMap(InvocationCost.init(reportLine:)),
            log: self.log)
        if self.payload.isEmpty { return try JSONLine.text(rest) }
        if (try? JSONSerialization.jsonObject(with: self.payload, options: .fragmentsAllowed)) != nil {
            // Spliced in and not decoded: numbers of any size keep their digits. A line's end in JSON can only be a blank.
            let text = String(decoding: self.payload.map { $0 == 10 || $0 == 13 ? 32 : $0 }, as: UTF8.self)
            return "{\"payload\":\(text),\(try JSONLine.text(rest).dropFirst())"
        }
        rest.payload = String(validating: self.payload, as: UTF8.self)
        if rest.payload == nil { rest.payloadBase64 = self.payload.base64EncodedString() }
        return try JSONLine.text(rest)
    }
}
