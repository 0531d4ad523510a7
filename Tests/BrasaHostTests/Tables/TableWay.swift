import BrasaModel
import BrasaTesting
import Foundation

/// A way in to the host's tables.
enum TableWay: String, CaseIterable, CustomStringConvertible {
    /// As SDKs do.
    case http
    /// `Tests/Fixtures/tables.c`.
    case c
    /// `Tests/TableFunction`.
    case swift

    var description: String { self.rawValue }
    /// The function's name; nil for HTTP.
    var function: String? { self == .http ? nil : "tables-\(self.rawValue)" }

    /// The functions of all ways, in one isolation.
    ///
    /// - Parameter more: what follows in the settings.
    static func functions(_ isolation: Isolation, timeout: String = "280", more: String = " }") -> [TestFunction] {
        let settings = "memorySize: 512\ntimeout: \(timeout)\nbrasa: { isolation: \(isolation.rawValue)\(more)"
        return [
            TestFunction(fixture: "tables", name: "tables-c", settings: settings),
            TestFunction(file: BuiltProgram.path("libtable-fixture.so"), name: "tables-swift", settings: settings),
        ]
    }
}

extension RunningHost {
    /// Asks the tables on one of the ways; answers with what came back as one text.
    ///
    /// Of a refusal that is its type, its message and, where there are any, its further members.
    /// - Parameter bytes: what spaces make the parameters up to.
    func tables(
        _ way: TableWay, _ operation: String, _ parameters: String, service: String = "dynamodb", bytes: Int = 0
    ) throws -> String {
        guard let function = way.function else {
            let missing = String(repeating: " ", count: max(0, bytes - parameters.utf8.count))
            return try self.tablesOverHTTP(operation, parameters + missing, service)
        }
        struct Answer: Decodable {
            let `Type`: String
            let Message: String
            let Result: String
        }
        let reply = try self.deed(
            of: function,
            ["Do": "call", "Service": service, "Operation": operation, "Parameters": parameters, "Bytes": "\(bytes)"])
        let answer = try JSONDecoder().decode(Answer.self, from: Data(reply.utf8))
        guard !answer.Type.isEmpty else { return answer.Result }
        return "\(answer.Type): \(answer.Message)\(answer.Result == "{}" ? "" : answer.Result)"
    }

    private func tablesOverHTTP(_ operation: String, _ parameters: String, _ service: String) throws -> String {
        let target = service == "dynamodb" ? "DynamoDB_20120810" : service
        let reply = try self.control.call(
            "POST", "/",
            headers: [("x-amz-target", "\(target).\(operation)"), ("content-type", "application/x-amz-json-1.0")],
            body: parameters)
        guard reply.status != 200 else { return reply.text }
        let pattern = /\{"__type":"[^"#]*#([^"]*)","message":("(?:[^"\\]|\\.)*")(?:,(.*))?\}/.dotMatchesNewlines()
        guard let found = try pattern.wholeMatch(in: reply.text) else {
            throw HarnessError("\(operation) is refused with \(reply.status) \(reply.text)")
        }
        let message = try JSONDecoder().decode(String.self, from: Data(found.2.utf8))
        return "\(found.1): \(message)\(found.3.map { "{\($0)}" } ?? "")"
    }

    /// What a function replies that is told what to do.
    func deed(of function: String, _ event: [String: String], within seconds: Double = 280) throws -> String {
        let body = String(decoding: try JSONEncoder().encode(event), as: UTF8.self)
        let reply = try self.invoke(function, body, within: seconds)
        guard reply.functionError == nil, reply.status == 200 else {
            throw HarnessError("\(function) fails with \(reply.status) \(reply.payload)")
        }
        return reply.payload
    }
}
