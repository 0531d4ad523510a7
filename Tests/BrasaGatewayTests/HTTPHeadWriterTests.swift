import NIOCore
import Testing

@testable import BrasaGateway

struct HTTPHeadWriterTests {
    @Test func writesStatusHeadersAndBody() {
        let head = HTTPHeadWriter.write(
            status: 200, headers: [("content-type", "text/plain"), ("x-empty", "")], framing: .length(5), closes: false,
            body: ByteBuffer(string: "hello"))

        #expect(
            String(buffer: head)
                == "HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\nx-empty: \r\ncontent-length: 5\r\n\r\nhello")
    }

    @Test func writesTheReasonOfOtherStatuses() {
        let head = HTTPHeadWriter.write(status: 404, headers: [], framing: .length(0), closes: true)

        #expect(String(buffer: head) == "HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\nconnection: close\r\n\r\n")
    }

    @Test func announcesChunks() {
        let head = HTTPHeadWriter.write(status: 299, headers: [], framing: .chunked, closes: false)

        #expect(String(buffer: head).hasSuffix("\r\ntransfer-encoding: chunked\r\n\r\n"))
        #expect(String(buffer: head).hasPrefix("HTTP/1.1 299 "))
    }

    @Test func letsNoHeaderEndItsLine() {
        let head = HTTPHeadWriter.write(
            status: 204, headers: [("x-a\r\nb: c", "1\r\nset-cookie: d\0\u{7f}\té")], framing: .none, closes: false)

        #expect(
            String(buffer: head) == "HTTP/1.1 204 No Content\r\nx-a__b__c: 1  set-cookie: d  \té\r\n\r\n")
    }
}
