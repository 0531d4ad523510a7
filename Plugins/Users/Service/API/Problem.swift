import BrasaFunctionJSON

/// An answer that says why there is no other: `application/problem+json` (RFC 9457).
struct Problem: Error, Encodable, Hashable {
    /// The HTTP status.
    let status: Int
    /// What programs tell problems apart by.
    let code: String
    /// The status in words.
    let title: String
    /// A full sentence.
    let detail: String
    /// Of a request that is not as it should be: all that is wrong with it.
    var violations: [Violation]?

    private var headers: [String: String] = [:]

    private enum CodingKeys: CodingKey {
        case status, code, title, detail, violations
    }

    private init(_ status: Int, _ title: String, _ code: String, _ detail: String) {
        self.status = status
        self.title = title
        self.code = code
        self.detail = detail
    }

    /// The answer.
    func response() throws -> HTTPResponse {
        var response = try HTTPResponse.json(self, status: self.status)
        response.headers.merge(self.headers) { $1 }
        response.headers["content-type"] = "application/problem+json"
        return response
    }
}

extension Problem {
    static func badRequest(_ code: String, _ detail: String) -> Problem { Problem(400, "Bad Request", code, detail) }

    static func missingID(method: String) -> Problem {
        .badRequest("missing-id", "\(method) needs the id of a user in the path.")
    }

    static func violations(_ violations: [Violation]) -> Problem {
        let count = violations.count == 1 ? "One thing is" : "\(violations.count) things are"
        var problem = Problem.badRequest("invalid-request", "\(count) wrong with the request.")
        problem.violations = violations
        return problem
    }

    static func unknownUser(_ id: String) -> Problem {
        let shown = id.utf8.count <= 64 ? " \(id)" : " of \(id.utf8.count) bytes"
        return Problem(404, "Not Found", "unknown-user", "There is no user with the id\(shown).")
    }

    static func method(_ method: String, allowed: [String]) -> Problem {
        let list = allowed.joined(separator: ", ")
        var problem = Problem(
            405, "Method Not Allowed", "method-not-allowed", "\(method) is not possible here; \(list) are.")
        problem.headers["allow"] = list
        return problem
    }

    /// - Parameter version: what the client had read; nil: it was up to date a moment ago.
    static func staleVersion(_ version: Int?) -> Problem {
        let what =
            version.map { "Version \($0) of the user is not the present one" } ?? "The user was changed meanwhile"
        return Problem(409, "Conflict", "stale-version", "\(what): read it again and decide anew.")
    }

    static func emailTaken(_ email: EmailAddress) -> Problem {
        Problem(409, "Conflict", "email-taken", "Another user has the e-mail address \(email.text).")
    }

    static func tooLarge(bytes: Int, limit: Int) -> Problem {
        Problem(
            413, "Content Too Large", "body-too-large", "The body has \(bytes) bytes; at most \(limit) are allowed.")
    }

    static func mediaType(_ given: String?) -> Problem {
        let what = given.map { "The body is \($0)" } ?? "The body has no content-type"
        return Problem(
            415, "Unsupported Media Type", "unsupported-media-type", "\(what); it has to be application/json.")
    }

    static var contended: Problem {
        var problem = Problem(
            503, "Service Unavailable", "contended", "Others are changing the same user; try again in a moment.")
        problem.headers["retry-after"] = "1"
        return problem
    }
}
