import BrasaAWS
import BrasaModel
import FoundationEssentials
import NIOCore

/// One request to the control plane, taken apart.
struct ControlRequest: Sendable {
    let operation: LambdaOperation
    let parameters: [String: String]
    let query: [(name: String, value: String)]
    let body: ByteBuffer
    /// What the client calls this port, for links in answers.
    let host: String
    let scope: AccountScope

    /// The first value of a parameter of the query.
    func queried(_ name: String) -> String? {
        self.query.first { $0.name == name }?.value
    }

    /// The function the path names, with the qualifier of the query.
    func function() throws -> FunctionReference {
        try FunctionReference(
            self.parameters["FunctionName"] ?? "", qualifier: self.queried("Qualifier"), form: self.operation.nameForm,
            scope: self.scope)
    }

    /// The function the path names, for operations on the function as a whole.
    func unqualifiedFunction() throws -> String {
        let reference = try FunctionReference(
            self.parameters["FunctionName"] ?? "", form: self.operation.nameForm, scope: self.scope)
        guard reference.qualifier == nil || reference.qualifier == VersionKey.latest else {
            throw LambdaError.invalidParameter(
                "This operation is permitted on Lambda functions only. Aliases and versions do not support this operation. "
                    + "Please specify either a function name or an unqualified function ARN.")
        }
        return reference.name
    }

    /// The qualifier where the operation needs one.
    func requiredQualifier(_ reference: FunctionReference) throws -> String {
        var check = ParameterCheck()
        check.required(reference.qualifier != nil, "qualifier")
        try check.finish()
        return reference.qualifier ?? VersionKey.latest
    }

    /// The body as JSON; an empty one is an empty object.
    func decoded<Body: Decodable>(_ type: Body.Type) throws -> Body {
        let data = self.body.readableBytes == 0 ? Data("{}".utf8) : Data(self.body.readableBytesView)
        do {
            return try JSONDecoder().decode(type, from: data)
        } catch let error as DecodingError {
            throw LambdaError.serialization(Self.explanation(of: error))
        }
    }

    private static func explanation(of error: DecodingError) -> String {
        func place(_ context: DecodingError.Context, _ key: (any CodingKey)? = nil) -> String {
            let path = (context.codingPath + (key.map { [$0] } ?? [])).map(\.stringValue).joined(separator: ".")
            return path.isEmpty ? "the body" : "'\(path)'"
        }
        switch error {
        case .typeMismatch(let type, let context): return "The value at \(place(context)) is not of type \(type)."
        case .valueNotFound(let type, let context): return "The value at \(place(context)) is null, not \(type)."
        case .keyNotFound(let key, let context): return "The value at \(place(context, key)) is missing."
        case .dataCorrupted(let context):
            return "The value at \(place(context)) cannot be read: \(context.debugDescription)"
        @unknown default: return "The body cannot be read: \(error)"
        }
    }
}

/// An answer of the control plane.
struct ControlResponse: Sendable {
    var status: Int
    var headers: [(String, String)]
    var body: ByteBuffer?

    /// JSON.
    init(_ status: Int = 200, json body: some Encodable) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        self.status = status
        self.headers = [("content-type", "application/json")]
        self.body = ByteBuffer(bytes: try encoder.encode(body))
    }

    /// Nothing but a status.
    init(emptyWithStatus status: Int) {
        self.status = status
        self.headers = [("content-type", "application/json")]
        self.body = nil
    }

    /// A file.
    init(file: [UInt8], contentType: String, name: String) {
        self.status = 200
        self.headers = [
            ("content-type", contentType), ("content-disposition", "attachment; filename=\"\(name)\""),
        ]
        self.body = ByteBuffer(bytes: file)
    }

    init(_ error: LambdaError) {
        self.status = error.status
        self.headers = error.headers
        self.body = error.body
    }
}
