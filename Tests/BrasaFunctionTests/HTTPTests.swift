import BrasaFunctionJSON
import CBrasa
import Testing

@Suite struct HTTPTests {
    private struct Note: Codable {
        var text: String
    }

    private func notes() throws -> LoadedModule {
        try LoadedModule(
            Module(
                "notes",
                Function("notes") { (note: Note, _) in note }
                    .onHTTP { request, _ in
                        switch request.method {
                        case "GET": .text("query \(request.query("q") ?? "-")")
                        case "PUT": .bytes(try request.bodyBytes(), contentType: "image/x")
                        case "POST": try .json(request.decode(Note.self), status: 201)
                        default: throw HTTPFailure(405, "Use GET, PUT or POST.")
                        }
                    }))
    }

    private func request(
        _ method: String, query: String = "{}", body: String = "null", base64: Bool = false
    ) -> String {
        """
        {"version":"2.0","routeKey":"$default","rawPath":"/notes","rawQueryString":"","headers":{"host":"x"},\
        "queryStringParameters":\(query),"requestContext":{"http":{"method":"\(method)","path":"/notes"}},\
        "body":\(body),"isBase64Encoded":\(base64)}
        """
    }

    private func reply(_ event: String) throws -> [FakeHost.Act] {
        try self.notes().invoke(0, event, trigger: "http").acts
    }

    @Test func answersARequestInPayloadFormat2() throws {
        #expect(
            try self.reply(self.request("GET", query: #"{"q":"é"}"#)) == [
                .reply(
                    #"{"body":"query é","headers":{"content-type":"text/plain; charset=utf-8"},"#
                        + #""isBase64Encoded":false,"statusCode":200}"#, metadata: [])
            ])
    }

    @Test func decodesAJSONBody() throws {
        #expect(
            try self.reply(self.request("POST", body: #""{\"text\":\"hi\"}""#)) == [
                .reply(
                    #"{"body":"{\"text\":\"hi\"}","headers":{"content-type":"application/json"},"#
                        + #""isBase64Encoded":false,"statusCode":201}"#, metadata: [])
            ])
    }

    @Test func carriesBinaryBodiesAsBase64() throws {
        #expect(
            try self.reply(self.request("PUT", body: #""AP/+""#, base64: true)) == [
                .reply(
                    #"{"body":"AP/+","headers":{"content-type":"image/x"},"isBase64Encoded":true,"statusCode":200}"#,
                    metadata: [])
            ])
    }

    @Test(arguments: [
        ("DELETE", "null", false, 405, "Use GET, PUT or POST."),
        ("PUT", #""?!""#, true, 400, "The body is not valid base64."),
        ("POST", #""{}""#, false, 400, #"The event lacks \\\"text\\\"."#),
    ])
    func answersAWrongRequestWithItsStatus(
        method: String, body: String, base64: Bool, status: Int, message: String
    ) throws {
        let answer = try self.notes().invoke(
            0, self.request(method, body: body, base64: base64), trigger: "http")

        #expect(answer.status == 0)
        #expect(
            answer.acts == [
                .reply(
                    #"{"body":"{\"message\":\"\#(message)\"}","headers":{"content-type":"application/json"},"#
                        + #""isBase64Encoded":false,"statusCode":\#(status)}"#, metadata: [])
            ])
    }

    @Test func takesADirectEventByTheTypedWay() throws {
        let answer = try self.notes().invoke(0, #"{"text":"direct"}"#, trigger: "invoke")

        #expect(answer.acts == [.reply(#"{"text":"direct"}"#, metadata: [])])
    }
}
