import BrasaTesting
import Testing

/// Plain C functions and what calls of them have to answer.
struct SymbolCase: Sendable, CustomTestStringConvertible {
    /// One request over HTTP and its answer.
    struct Call: Sendable {
        var query = ""
        var body: String?
        var contentType: String?
        let status: Int
        let answer: String

        /// By query string.
        static func get(_ query: String, _ answer: String, status: Int = 200) -> Call {
            Call(query: query, status: status, answer: answer)
        }

        /// With a body.
        static func post(_ body: String, _ answer: String, type: String? = "application/json", status: Int = 200)
            -> Call
        {
            Call(body: body, contentType: type, status: status, answer: answer)
        }
    }

    let symbol: String
    let signature: String
    var library = "symbols"
    var settings: [String] = []
    let calls: [Call]

    var testDescription: String { "\(self.signature) \(self.symbol)" }

    init(
        _ symbol: String, _ signature: String, library: String = "symbols", settings: [String] = [], _ calls: Call...
    ) {
        self.symbol = symbol
        self.signature = signature
        self.library = library
        self.settings = settings
        self.calls = calls
    }

    /// The body of a refused request.
    static func refusal(_ parameter: String?, _ message: String) -> String {
        let quoted = message.replacing("\"", with: "\\\"")
        let parameter = parameter.map { #","parameter":"\#($0)""# } ?? ""
        return #"{"message":"\#(quoted)","errorType":"Symbol.InvalidParameter"\#(parameter)}"#
    }
}

/// Serves the functions and holds the answers to all calls against what they have to be.
func expectAnswers(_ cases: [SymbolCase]) throws {
    let functions = cases.enumerated().map { index, item in
        TestFunction(
            symbol: item.symbol, library: item.library, signature: item.signature, name: "f\(index)",
            settings: item.settings)
    }
    try withHost(HostSetup(functions)) { host in
        for (index, item) in cases.enumerated() {
            for call in item.calls {
                let path = "/f\(index)" + (call.query.isEmpty ? "" : "?\(call.query)")
                let headers = call.contentType.map { [("content-type", $0)] } ?? []
                let reply = try host.gateway.call(
                    call.body == nil ? "GET" : "POST", path, headers: headers, body: call.body ?? "")
                let answer = call.answer.replacing("REQUESTID", with: reply.requestID)
                #expect(
                    reply.status == call.status, "\(item.testDescription) \(path) \(call.body ?? ""): \(reply.text)")
                #expect(reply.text == answer, "\(item.testDescription) \(path) \(call.body ?? "")")
            }
        }
    }
}
