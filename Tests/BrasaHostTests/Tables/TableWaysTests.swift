import BlockingTests
import BrasaModel
import BrasaTesting
import Foundation
import Testing

/// Tables have the same answers on all ways in: from SDKs, and from functions in C and Swift in each isolation.
@Suite(.blocking, .serialized, .timeLimit(.minutes(15)))
struct TableWaysTests {
    @Test func tellsOfServicesThatAreNotThere() throws {
        try withHost(HostSetup(TableWay.functions(.process))) { host in
            for way in [TableWay.c, .swift] {
                let refusal = try host.tables(way, "GetItem", "{}", service: "teapot")
                #expect(refusal.hasPrefix("UnknownServiceException: "), "\(refusal)")
            }
            let refusal = try host.control.call(
                "POST", "/", headers: [("x-amz-target", "Teapot_20120810.GetItem")], body: "{}")
            #expect(refusal.status == 400)
            #expect(refusal.text == #"{"__type":"com.amazon.coral.service#UnknownOperationException"}"#)
        }
    }

    @Test func namesItselfToThoseWhoLookForEndpoints() throws {
        try withHost(HostSetup(TableWay.functions(.process))) { host in
            for way in TableWay.allCases {
                // What this harness sends as `Host`.
                let endpoint = way == .http ? "brasa" : "127.0.0.1:\(host.control.port)"
                let answer = try host.tables(way, "DescribeEndpoints", "{}")
                #expect(answer == #"{"Endpoints":[{"Address":"\#(endpoint)","CachePeriodInMinutes":1440}]}"#, "\(way)")
            }
        }
    }

    @Test(arguments: Isolation.allCases)
    func answersAlikeOnAllWays(isolation: Isolation) throws {
        try withHost(HostSetup(TableWay.functions(isolation))) { host in
            for name in TableWay.allCases.compactMap(\.function) {
                #expect(try host.status(of: name).isolation == isolation.rawValue)
            }
            for (place, item) in TableCase.all.enumerated() {
                for step in item.steps {
                    let answers = try TableWay.allCases.map { way in
                        // Names of one length, so that errors that show places show the same.
                        let table = "case-\(place + 100)-\(way.rawValue.prefix(1))"
                        return try host.tables(way, step.operation, step.parameters.expanded(table: table))
                            .shortened(table: table)
                    }
                    let called = "\(item.name), \(step.operation) \(step.parameters.prefix(300))"
                    if let expected = step.answer { #expect(answers[0] == expected, "\(called)") }
                    #expect(answers[1] == answers[0], "\(called)")
                    #expect(answers[2] == answers[0], "\(called)")
                }
            }
        }
    }
}
