import BlockingTests
import BrasaTesting
import Testing

/// `brasa state` against a real host.
@Suite(.blocking, .serialized, .timeLimit(.minutes(5)))
struct StateTests {
    private func state(_ host: RunningHost, _ arguments: String...) throws -> ProgramRun {
        try ProgramRun(
            path: BuiltProgram.path("brasa"),
            arguments: ["state"] + arguments + ["--control-port", "\(host.control.port)"])
    }

    private func addAlias(_ name: String, _ host: RunningHost) throws {
        let reply = try host.control.post(
            "/2015-03-31/functions/echo/aliases", #"{"Name":"\#(name)","FunctionVersion":"1"}"#)
        #expect(reply.status == 201)
    }

    private func hasAlias(_ name: String, _ host: RunningHost) throws -> Bool {
        try host.control.get("/2015-03-31/functions/echo/aliases/\(name)").status == 200
    }

    @Test func comesUpAgainWithASnapshot() throws {
        try withHost(HostSetup([TestFunction(fixture: "echo")], hasNeighbour: false)) { host in
            #expect(try host.control.post("/2015-03-31/functions/echo/versions", "{}").status == 201)
            try self.addAlias("early", host)
            let snapshot = host.folder.path + "/snapshots/one"

            let taken = try self.state(host, "snapshot", snapshot)
            try self.addAlias("late", host)
            let restored = try self.state(host, "restore", snapshot)

            #expect(taken.exitStatus == 0, "\(taken.output)")
            #expect(restored.exitStatus == 0, "\(restored.output)")
            // At the same ports, in the same process.
            #expect(try host.gateway.post("/echo", "hi").status == 200)
            #expect(try self.hasAlias("early", host))
            #expect(try !self.hasAlias("late", host))
            #expect(try host.invoke("echo").functionError == nil)
        }
    }

    @Test func comesUpAgainWithTheConfigurationAsItIsNow() throws {
        let function = TestFunction(fixture: "environment", settings: "environment: { STAGE: one }")
        try withHost(HostSetup([function], hasNeighbour: false)) { host in
            try host.rewrite("serverless.yml") {
                $0.replacing("STAGE: one", with: "STAGE: two") + """
                    resources:
                      Resources:
                        Users:
                          Type: AWS::DynamoDB::Table
                          Properties:
                            BillingMode: PAY_PER_REQUEST
                            KeySchema: [{ AttributeName: id, KeyType: HASH }]
                            AttributeDefinitions: [{ AttributeName: id, AttributeType: S }]
                    """
            }
            try waitUntil("the new variable") {
                try host.gateway.post("/environment", "STAGE").text.contains(#""STAGE":"two""#)
            }

            #expect(try self.state(host, "reset", "--yes").exitStatus == 0)

            #expect(try host.gateway.post("/environment", "STAGE").text.contains(#""STAGE":"two""#))
            #expect(try host.dynamoDB("DescribeTable", #"{"TableName":"Users"}"#).status == 200)
        }
    }

    @Test func comesUpAgainWithNothing() throws {
        try withHost(HostSetup([TestFunction(fixture: "echo")], hasNeighbour: false)) { host in
            #expect(try host.control.post("/2015-03-31/functions/echo/versions", "{}").status == 201)
            try self.addAlias("live", host)

            let unsure = try self.state(host, "reset")
            #expect(try self.hasAlias("live", host))
            let sure = try self.state(host, "reset", "--yes")

            #expect(unsure.exitStatus == 64)
            #expect(unsure.output.contains("This deletes all state of the host; add --yes to do it."))
            #expect(sure.exitStatus == 0, "\(sure.output)")
            #expect(try !self.hasAlias("live", host))
            // Libraries of the folder are no state.
            #expect(try host.gateway.post("/echo", "hi").status == 200)
        }
    }

    @Test func goesOnWithItsStateWhenASnapshotIsNone() throws {
        try withHost(HostSetup([TestFunction(fixture: "echo")], hasNeighbour: false)) { host in
            #expect(try host.control.post("/2015-03-31/functions/echo/versions", "{}").status == 201)
            try self.addAlias("live", host)

            let missing = try self.state(host, "restore", "/nowhere")
            let taken = try self.state(host, "snapshot", host.folder.path)

            #expect(missing.exitStatus == 1)
            #expect(missing.output.contains("/nowhere is no snapshot: it has no readable snapshot.json"))
            #expect(taken.exitStatus == 1)
            #expect(taken.output.contains("exists; a snapshot wants a folder that does not."))
            #expect(try self.hasAlias("live", host))
        }
    }
}
