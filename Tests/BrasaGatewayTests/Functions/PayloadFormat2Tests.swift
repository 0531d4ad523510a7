import BrasaModel
import Foundation
import NIOCore
import NIOHTTP1
import Testing

@testable import BrasaGateway

struct PayloadFormat2Tests {
    private func event(
        _ method: HTTPMethod = .GET, path: String = "/greet", query: String = "", headers: HTTPHeaders = [:],
        body: ByteBuffer = ByteBuffer(), proxy: String? = nil
    ) throws -> [String: Any] {
        let format = PayloadFormat2(account: "000000000000", region: "us-east-1", stage: "dev")
        var time = RequestTime()
        time.update()
        var json = JSONBytes(capacity: 1)
        format.write(
            HTTPRequest(
                method: method, path: path, query: query, headers: headers, body: body, remoteAddress: "127.0.0.1"),
            function: "greet", proxy: proxy, requestID: try #require(RequestID("01234567-89ab-4def-8123-456789abcdef")),
            time: time, to: &json)
        let object = try JSONSerialization.jsonObject(with: Data(json.buffer.readableBytesView))
        return try #require(object as? [String: Any])
    }

    @Test func describesTheRequest() throws {
        let event = try self.event(
            .POST, path: "/greet/a%20b/c", query: "x=1&y=%C3%A9&x=2",
            headers: ["Host": "example.org", "User-Agent": "test"], proxy: "a%20b/c")
        let context = try #require(event["requestContext"] as? [String: Any])
        let http = try #require(context["http"] as? [String: String])

        #expect(event["version"] as? String == "2.0")
        #expect(event["routeKey"] as? String == "ANY /greet/{proxy+}")
        #expect(event["rawPath"] as? String == "/greet/a%20b/c")
        #expect(event["rawQueryString"] as? String == "x=1&y=%C3%A9&x=2")
        #expect(event["queryStringParameters"] as? [String: String] == ["x": "1,2", "y": "é"])
        #expect(event["pathParameters"] as? [String: String] == ["proxy": "a b/c"])
        #expect(event["isBase64Encoded"] as? Bool == false)
        #expect(context["routeKey"] as? String == "ANY /greet/{proxy+}")
        #expect(context["requestId"] as? String == "01234567-89ab-4def-8123-456789abcdef")
        #expect(context["stage"] as? String == "dev")
        #expect(context["domainName"] as? String == "example.org")
        #expect(try #require(context["timeEpoch"] as? Int64) > 1_700_000_000_000)
        #expect(
            http == [
                "method": "POST", "path": "/greet/a%20b/c", "protocol": "HTTP/1.1", "sourceIp": "127.0.0.1",
                "userAgent": "test",
            ])
    }

    @Test func namesEachHeaderOnceInLowerCase() throws {
        let event = try self.event(headers: [
            "X-One": "1", "x-TWO": "a", "X-Other": "o", "X-Two": "b", "Cookie": "k=v; l=w", "cookie": "m=x",
            "x-two": "c",
        ])

        #expect(event["headers"] as? [String: String] == ["x-one": "1", "x-two": "a,b,c", "x-other": "o"])
        #expect(event["cookies"] as? [String] == ["k=v", "l=w", "m=x"])
    }

    @Test func escapesWhatJSONDoesNotAllow() throws {
        let value = (0..<32).map { String(UnicodeScalar(UInt8($0))) }.joined() + "\"\\/é\u{1F525}\u{7f}"
        let event = try self.event(headers: ["x-odd": value])

        #expect(event["headers"] as? [String: String] == ["x-odd": value])
    }

    @Test func passesTextAsText() throws {
        let event = try self.event(
            .POST, headers: ["content-type": "text/plain"], body: ByteBuffer(string: "a \"quoted\" é\n"))

        #expect(event["body"] as? String == "a \"quoted\" é\n")
        #expect(event["isBase64Encoded"] as? Bool == false)
    }

    @Test(arguments: 0...5)
    func passesBinaryBodiesAsBase64(count: Int) throws {
        let bytes = (0..<count).map { UInt8(250 + $0) }
        let event = try self.event(
            .POST, headers: ["content-type": "application/octet-stream"], body: ByteBuffer(bytes: [0xff] + bytes))

        #expect(event["isBase64Encoded"] as? Bool == true)
        #expect(try #require(event["body"] as? String) == Data([0xff] + bytes).base64EncodedString())
    }
}
