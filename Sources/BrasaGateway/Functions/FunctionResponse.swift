import BrasaModel
import FoundationEssentials
import NIOCore

/// What an HTTP client gets for a function's buffered reply.
struct FunctionResponse {
    var status: Int
    var headers: [(String, String)]
    var body: ByteBuffer

    /// Reads a reply: the metadata fast path, format 2.0 JSON, or JSON that is the body itself.
    ///
    /// Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
    init(_ reply: Reply) {
        guard reply.metadata.isEmpty else {
            (self.status, self.headers) = Self.head(reply.metadata)
            self.body = reply.body
            return
        }
        if let format2 = Self.format2(reply.body) {
            self = format2
            return
        }
        self.status = 200
        self.body = reply.body
        if reply.body.readableBytes == 0 {
            self.headers = [("content-type", "application/json")]
            self.body = ByteBuffer(staticString: "null")
        } else {
            let isJSON = Self.looksLikeJSON(reply.body)
            self.headers = [("content-type", isJSON ? "application/json" : "text/plain; charset=utf-8")]
            if let text = Self.unquoted(reply.body) { self.body = ByteBuffer(string: text) }
        }
    }

    /// Splits metadata into status and headers; hop-by-hop headers are the gateway's own.
    static func head(_ metadata: [MetadataPair]) -> (Int, [(String, String)]) {
        var status = 200
        var headers: [(String, String)] = []
        // With room for what the responder adds.
        headers.reserveCapacity(metadata.count + 1)
        for pair in metadata {
            if pair.name == "status" {
                status = Int(pair.value).flatMap { (200...599).contains($0) ? $0 : nil } ?? 502
            } else if !Self.isOwn(pair.name) {
                headers.append((pair.name, pair.value))
            }
        }
        return (status, headers)
    }

    private static let own = [
        "content-length", "transfer-encoding", "connection", "keep-alive", "upgrade", "trailer", "te",
    ]

    private static func isOwn(_ name: String) -> Bool { Self.own.contains { ASCIIText.isEqual($0, name) } }

    private struct Format2: Decodable {
        var statusCode: Status
        var headers: [String: Value]?
        var multiValueHeaders: [String: [Value]]?
        var cookies: [String]?
        var body: String?
        var isBase64Encoded: Bool?
    }

    /// A status as a number or, as many functions write it, as text.
    private struct Status: Decodable {
        let code: Int

        init(from decoder: any Decoder) throws {
            let container = try decoder.singleValueContainer()
            if let number = try? container.decode(Int.self) {
                self.code = number
            } else {
                self.code = Int(try container.decode(String.self)) ?? 502
            }
        }
    }

    private struct Value: Decodable {
        let text: String

        init(from decoder: any Decoder) throws {
            let container = try decoder.singleValueContainer()
            if let text = try? container.decode(String.self) {
                self.text = text
            } else if let number = try? container.decode(Int.self) {
                self.text = "\(number)"
            } else if let flag = try? container.decode(Bool.self) {
                self.text = "\(flag)"
            } else {
                self.text = "\(try container.decode(Double.self))"
            }
        }
    }

    private static func format2(_ body: ByteBuffer) -> FunctionResponse? {
        let bytes = body.readableBytesView
        guard bytes.first(where: { $0 > 32 }) == UInt8(ascii: "{"), Self.contains("\"statusCode\"", bytes) else {
            return nil
        }
        guard let decoded = try? JSONDecoder().decode(Format2.self, from: Data(bytes)) else { return nil }
        var response = FunctionResponse(
            status: (200...599).contains(decoded.statusCode.code) ? decoded.statusCode.code : 502, headers: [],
            body: ByteBuffer())
        for (name, value) in (decoded.headers ?? [:]).sorted(by: { $0.key < $1.key }) where !Self.isOwn(name) {
            response.headers.append((name, value.text))
        }
        for (name, values) in (decoded.multiValueHeaders ?? [:]).sorted(by: { $0.key < $1.key }) where !Self.isOwn(name)
        {
            for value in values { response.headers.append((name, value.text)) }
        }
        for cookie in decoded.cookies ?? [] { response.headers.append(("set-cookie", cookie)) }
        if !response.headers.contains(where: { $0.0.lowercased() == "content-type" }) {
            response.headers.append(("content-type", "text/plain; charset=utf-8"))
        }
        let text = decoded.body ?? ""
        if decoded.isBase64Encoded == true {
            guard let data = Data(base64Encoded: text) else {
                return FunctionResponse(
                    status: 502, headers: [("content-type", "application/json")],
                    body: ByteBuffer(string: "{\"message\":\"The function's body is not the base64 it says it is.\"}"))
            }
            response.body = ByteBuffer(bytes: data)
        } else {
            response.body = ByteBuffer(string: text)
        }
        return response
    }

    private init(status: Int, headers: [(String, String)], body: ByteBuffer) {
        self.status = status
        self.headers = headers
        self.body = body
    }

    private static func contains(_ needle: StaticString, _ bytes: ByteBufferView) -> Bool {
        let needle = UnsafeBufferPointer(start: needle.utf8Start, count: needle.utf8CodeUnitCount)
        guard let first = needle.first, bytes.count >= needle.count else { return false }
        var index = bytes.startIndex
        while let hit = bytes[index...].firstIndex(of: first) {
            if bytes[hit...].starts(with: needle) { return true }
            index = hit + 1
        }
        return false
    }

    private static func looksLikeJSON(_ body: ByteBuffer) -> Bool {
        guard let first = body.readableBytesView.first(where: { $0 > 32 }) else { return false }
        switch first {
        case UInt8(ascii: "{"), UInt8(ascii: "["), UInt8(ascii: "\""), UInt8(ascii: "-"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            return true
        default:
            return body.readableBytes <= 5 && ["null", "true", "false"].contains(String(buffer: body))
        }
    }

    /// A reply that is one JSON string is sent as its text.
    private static func unquoted(_ body: ByteBuffer) -> String? {
        guard body.readableBytesView.first == UInt8(ascii: "\"") else { return nil }
        return try? JSONDecoder().decode(String.self, from: Data(body.readableBytesView))
    }
}
