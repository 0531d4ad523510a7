import BrasaModel
import NIOCore
import NIOHTTP1

/// Writes the event of an HTTP request: API Gateway's payload format 2.0.
///
/// Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
/// Written by hand, byte by byte: it is made for every request, and an encoder would cost more than the function.
struct PayloadFormat2 {
    /// What does not change from request to request.
    let account: String
    let region: String
    let stage: String

    /// Writes the event for `request` to the function's route; `proxy` is the path below the function's name.
    func write(
        _ request: HTTPRequest, function: String, proxy: String?, requestID: RequestID, time: RequestTime,
        to out: inout JSONBytes
    ) {
        out.raw("{\"version\":\"2.0\",\"routeKey\":")
        Self.routeKey(function, hasProxy: proxy != nil, &out)
        out.raw(",\"rawPath\":")
        out.string(request.path)
        out.raw(",\"rawQueryString\":")
        out.string(request.query)
        Self.cookies(request.headers, &out)
        Self.headers(request.headers, &out)
        Self.query(request.query, &out)
        self.context(request, function: function, hasProxy: proxy != nil, requestID: requestID, time: time, &out)
        if let proxy {
            out.raw(",\"pathParameters\":{\"proxy\":")
            out.string(PercentEncoding.decode(proxy, plusIsSpace: false))
            out.raw("}")
        }
        Self.body(request, &out)
        out.raw("}")
    }

    private static func routeKey(_ function: String, hasProxy: Bool, _ out: inout JSONBytes) {
        out.raw("\"ANY /")
        out.stringPart(function)
        if hasProxy { out.raw("/{proxy+}") }
        out.raw("\"")
    }

    private static func cookies(_ headers: HTTPHeaders, _ out: inout JSONBytes) {
        guard headers.contains(name: "cookie") else { return }
        out.raw(",\"cookies\":[")
        var isFirst = true
        for header in headers["cookie"] {
            for cookie in header.split(separator: ";") {
                let trimmed = cookie.drop { $0 == " " }
                guard !trimmed.isEmpty else { continue }
                if !isFirst { out.raw(",") }
                isFirst = false
                out.string(String(trimmed))
            }
        }
        out.raw("]")
    }

    /// Each name once, in lower case; the values of a name that comes more than once joined by commas.
    private static func headers(_ headers: HTTPHeaders, _ out: inout JSONBytes) {
        out.raw(",\"headers\":{")
        var isFirst = true
        for (position, (name, value)) in headers.enumerated() {
            guard !ASCIIText.isEqual(name, "cookie") else { continue }
            let isRepeated = Self.count(of: name, in: headers) > 1
            if isRepeated, Self.firstPosition(of: name, in: headers) != position { continue }
            if !isFirst { out.raw(",") }
            isFirst = false
            out.lowercasedString(name)
            out.raw(":")
            out.string(isRepeated ? headers[name].joined(separator: ",") : value)
        }
        out.raw("}")
    }

    private static func count(of name: String, in headers: HTTPHeaders) -> Int {
        var count = 0
        for (other, _) in headers where ASCIIText.isEqual(other, name) { count += 1 }
        return count
    }

    private static func firstPosition(of name: String, in headers: HTTPHeaders) -> Int? {
        for (position, (other, _)) in headers.enumerated() where ASCIIText.isEqual(other, name) { return position }
        return nil
    }

    private static func query(_ query: String, _ out: inout JSONBytes) {
        guard !query.isEmpty else { return }
        var order: [String] = []
        var values: [String: String] = [:]
        for pair in query.split(separator: "&", omittingEmptySubsequences: true) {
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            let name = PercentEncoding.decode(String(parts[0]), plusIsSpace: true)
            let value = parts.count > 1 ? PercentEncoding.decode(String(parts[1]), plusIsSpace: true) : ""
            if let before = values[name] {
                values[name] = before + "," + value
            } else {
                order.append(name)
                values[name] = value
            }
        }
        out.raw(",\"queryStringParameters\":{")
        for (index, name) in order.enumerated() {
            if index > 0 { out.raw(",") }
            out.string(name)
            out.raw(":")
            out.string(values[name] ?? "")
        }
        out.raw("}")
    }

    private func context(
        _ request: HTTPRequest, function: String, hasProxy: Bool, requestID: RequestID, time: RequestTime,
        _ out: inout JSONBytes
    ) {
        out.raw(",\"requestContext\":{\"accountId\":")
        out.string(self.account)
        out.raw(",\"apiId\":\"brasa\",\"domainName\":")
        out.string(request.headers.first(name: "host") ?? "")
        out.raw(",\"domainPrefix\":\"brasa\",\"http\":{\"method\":")
        out.string(request.method.rawValue)
        out.raw(",\"path\":")
        out.string(request.path)
        out.raw(",\"protocol\":\"HTTP/1.1\",\"sourceIp\":")
        out.string(request.remoteAddress)
        out.raw(",\"userAgent\":")
        out.string(request.headers.first(name: "user-agent") ?? "")
        out.raw("},\"requestId\":\"")
        out.plain(requestID)
        out.raw("\",\"routeKey\":")
        Self.routeKey(function, hasProxy: hasProxy, &out)
        out.raw(",\"stage\":")
        out.string(self.stage)
        out.raw(",\"time\":\"")
        out.plain(time.text)
        out.raw("\",\"timeEpoch\":")
        out.number(time.milliseconds)
        out.raw("}")
    }

    private static func body(_ request: HTTPRequest, _ out: inout JSONBytes) {
        guard request.body.readableBytes > 0 else {
            out.raw(",\"isBase64Encoded\":false")
            return
        }
        let isText =
            Self.isText(request.headers.first(name: "content-type") ?? "") && out.utf8(request.body, key: ",\"body\":")
        if !isText {
            out.raw(",\"body\":\"")
            out.base64(request.body)
            out.raw("\"")
        }
        if isText {
            out.raw(",\"isBase64Encoded\":false")
        } else {
            out.raw(",\"isBase64Encoded\":true")
        }
    }

    /// Media types that API Gateway passes as text.
    private static func isText(_ contentType: String) -> Bool {
        let type = contentType.lowercased().prefix { $0 != ";" }
        return type.isEmpty || type.hasPrefix("text/") || type.hasPrefix("application/json")
            || type.hasPrefix("application/javascript") || type.hasPrefix("application/xml")
            || type.hasSuffix("+json") || type.hasSuffix("+xml") || type.hasPrefix("application/x-www-form-urlencoded")
    }
}
