import BrasaFunctionJSON
import Foundation
import Testing
import UserService

/// The API over memory, with ids that count and a clock that moves a second with each use.
final class TestAPI {
    let store = MemoryStore()
    private var made = 0
    private var seconds = 1_000.123_9

    static let json = ["content-type": "application/json"]

    @discardableResult
    func send(
        _ method: String, _ id: String? = nil, query: [String: String] = [:], headers: [String: String] = TestAPI.json,
        body: String? = nil, isBase64Encoded: Bool = false
    ) throws -> HTTPResponse {
        let api = UserAPI(
            store: self.store,
            now: {
                self.seconds += 1
                return Date(timeIntervalSince1970: self.seconds)
            },
            makeID: {
                self.made += 1
                return "u\(self.made)"
            })
        let path = id.map { "/users/\($0)" } ?? "/users"
        return try api.respond(
            to: HTTPRequest(
                method, path, query: query, headers: headers, proxy: id, body: body, isBase64Encoded: isBase64Encoded))
    }

    @discardableResult
    func create(_ email: String, name: String = "Ada") throws -> HTTPResponse {
        try self.send("POST", body: #"{"email":"\#(email)","name":"\#(name)"}"#)
    }
}

extension HTTPResponse {
    var json: [String: Any] {
        get throws { try #require(JSONSerialization.jsonObject(with: Data(self.body.utf8)) as? [String: Any]) }
    }

    var code: String? { try? self.json["code"] as? String }

    /// `field rule` of each violation.
    var violations: [String] {
        get throws {
            try #require(self.json["violations"] as? [[String: String]]).map { "\($0["field"]!) \($0["rule"]!)" }
        }
    }
}
