import BrasaAWS
import BrasaModel
import FoundationEssentials
import NIOCore
import NIOHTTP1

/// A call of one of the three operations that invoke, checked.
struct InvokeCall {
    /// The operation; the raw value is the service's name.
    enum Operation: String, Sendable {
        case invoke = "Invoke"
        case invokeAsync = "InvokeAsync"
        case invokeWithResponseStream = "InvokeWithResponseStream"
    }

    /// Whether the caller waits; the raw value is that of `X-Amz-Invocation-Type`.
    enum Kind: String {
        case requestResponse = "RequestResponse"
        case event = "Event"
        case dryRun = "DryRun"
    }

    let operation: Operation
    let kind: Kind
    var event: Event

    /// - Throws: `LambdaError`.
    init(
        _ operation: Operation, name: String, request: HTTPRequest, requestID: RequestID, scope: AccountScope,
        limits: LambdaLimits
    ) throws {
        let qualifier =
            request.query.isEmpty
            ? nil : QueryText.parameters(request.query).first { $0.name == "Qualifier" }?.value
        let reference = try FunctionReference(name, qualifier: qualifier, scope: scope)
        let headers = request.headers
        self.operation = operation
        self.kind = try Self.kind(operation, headers.first(name: "x-amz-invocation-type"))
        try Self.checkSize(request.body.readableBytes, operation: operation, kind: self.kind, limits: limits)
        let wantsLogTail = try Self.wantsLogTail(headers.first(name: "x-amz-log-type"))
        var metadata: [MetadataPair] = []
        if let context = headers.first(name: "x-amz-client-context"), self.kind == .requestResponse {
            metadata = [MetadataPair("client-context", try Self.clientContext(context, limits: limits))]
        }
        self.event = Event(
            requestID: requestID, function: reference.name, qualifier: reference.qualifier,
            trigger: self.kind == .event ? .async : .invoke, payload: try Self.payload(request.body),
            metadata: metadata, traceID: headers.first(name: "x-amzn-trace-id") ?? "", wantsLogTail: wantsLogTail)
    }

    /// The function named in the path of `Invoke`, when it is written without escapes; nil leaves it to the routes.
    static func functionName(inPath path: String) -> String? {
        let prefix = "/2015-03-31/functions/"
        let suffix = "/invocations"
        guard path.hasPrefix(prefix), path.hasSuffix(suffix), path.utf8.count > prefix.utf8.count + suffix.utf8.count
        else { return nil }
        let name = path.utf8.dropFirst(prefix.utf8.count).dropLast(suffix.utf8.count)
        guard !name.contains(UInt8(ascii: "%")), !name.contains(UInt8(ascii: "/")) else { return nil }
        return String(Substring(name))
    }

    private static func kind(_ operation: Operation, _ given: String?) throws -> Kind {
        if operation == .invokeAsync { return .event }
        guard let given else { return .requestResponse }
        let allowed: [Kind] =
            operation == .invoke ? [.event, .requestResponse, .dryRun] : [.requestResponse, .dryRun]
        guard let kind = Kind(rawValue: given), allowed.contains(kind) else {
            var check = ParameterCheck()
            check.oneOf(given, "invocationType", allowed.map(\.rawValue))
            try check.finish()
            return .requestResponse
        }
        return kind
    }

    private static func wantsLogTail(_ given: String?) throws -> Bool {
        var check = ParameterCheck()
        check.oneOf(given, "logType", ["None", "Tail"])
        try check.finish()
        return given == "Tail"
    }

    private static func checkSize(_ bytes: Int, operation: Operation, kind: Kind, limits: LambdaLimits) throws {
        let limit = kind == .event ? limits.asynchronousRequestBytes : limits.requestBytes
        guard bytes > limit else { return }
        let name = operation == .invoke ? "InvokeFunction" : operation.rawValue
        throw LambdaError.tooLarge("Request must be smaller than \(limit) bytes for the \(name) operation")
    }

    private static func payload(_ body: ByteBuffer) throws -> ByteBuffer {
        if body.readableBytes == 0 { return ByteBuffer(string: "{}") }
        if let fault = body.withUnsafeReadableBytes({ JSONValidator.firstFault(in: $0) }) {
            throw LambdaError.invalidContent(
                "Could not parse request body into json: Could not parse payload into json: \(fault)")
        }
        return body
    }

    private static func clientContext(_ text: String, limits: LambdaLimits) throws -> String {
        guard text.utf8.count <= limits.clientContextBytes else {
            throw LambdaError.invalidContent(
                "Client context must be at most \(limits.clientContextBytes) bytes of base64; it has \(text.utf8.count)."
            )
        }
        guard let data = Data(base64Encoded: text),
            data.withUnsafeBytes({ JSONValidator.firstFault(in: $0) }) == nil
        else {
            throw LambdaError.invalidContent("Client context must be a valid Base64-encoded JSON object.")
        }
        return String(decoding: data, as: UTF8.self)
    }
}
