import BrasaAWS
import BrasaGateway
import BrasaModel
import BrasaRouter
import ControlFixtures
import FoundationEssentials
import NIOCore
import NIOHTTP1
import Testing

@Suite(.timeLimit(.minutes(5)))
struct ControlTests {
    private static let functions = "/2015-03-31/functions"

    private func json(_ answer: Answer) throws -> [String: JSON] {
        try JSONDecoder().decode([String: JSON].self, from: Data(answer.body.readableBytesView))
    }

    @Test func createsAFunctionThatThenCanBeSeen() async throws {
        let fixture = try await APIFixture()

        let created = try await fixture.create(
            "users",
            #","MemorySize":256,"Timeout":9,"Handler":"users.so#list","Environment":{"Variables":{"TABLE":"t"}},"Tags":{"a":"b"},"Runtime":"provided.al2""#
        )
        let answer = try await fixture.send(.GET, "\(Self.functions)/users", headers: ["Host": "localhost:4566"])

        #expect(created.status == 201)
        let pending = try self.json(created)
        #expect(pending["State"] == .string("Pending"))
        #expect(pending["StateReasonCode"] == .string("Creating"))
        #expect(pending["LastModified"] == .string("2026-11-21T10:00:00.000+0000"))
        #expect(answer.status == 200)
        let body = try self.json(answer)
        let configuration = try #require(body["Configuration"]?.object)
        #expect(configuration["State"] == .string("Active"))
        #expect(configuration["LastUpdateStatus"] == .string("Successful"))
        #expect(configuration["FunctionArn"] == .string("arn:aws:lambda:us-east-1:000000000000:function:users"))
        #expect(configuration["MemorySize"] == .number(256))
        #expect(configuration["Timeout"] == .number(9))
        #expect(configuration["Handler"] == .string("users.so#list"))
        #expect(configuration["Runtime"] == .string("provided.al2"))
        #expect(configuration["Environment"] == .object(["Variables": .object(["TABLE": .string("t")])]))
        #expect(configuration["CodeSize"] == .number(7))
        #expect(body["Tags"] == .object(["a": .string("b")]))
        #expect(fixture.control.table.functions["users"]?.latest.settings.entry == "list")
        #expect(fixture.control.table.functions["users"]?.latest.settings.timeoutMilliseconds == 9_000)
        let location = try #require(body["Code"]?.object?["Location"])
        #expect(location == .string("http://localhost:4566/_brasa/code/users/$LATEST"))
        let code = try await fixture.send(.GET, "/_brasa/code/users/$LATEST")
        #expect(code.text == "\u{7f}ELFone")
        #expect(code.header("content-type") == "application/octet-stream")
    }

    @Test(arguments: [
        (
            #","Timeout":901"#, "ValidationException",
            "Value '901' at 'timeout' failed to satisfy constraint: Member must have value less than or equal to 900"
        ),
        (#","MemorySize":127"#, "ValidationException", "Value '127' at 'memorySize'"),
        (#","Layers":["arn"]"#, "InvalidParameterValueException", "Layers: not offered by this version"),
        (#","TracingConfig":{"Mode":"Active"}"#, "InvalidParameterValueException", "TracingConfig: not offered"),
        (
            #","Handler":"index.handler""#, "InvalidParameterValueException",
            "Handler \\\"index.handler\\\" is not allowed"
        ),
        (#","PackageType":"Image""#, "InvalidParameterValueException", "Container images"),
        (
            #","Architectures":["mips"]"#, "ValidationException",
            "Value '[mips]' at 'architectures' failed to satisfy constraint: Member must satisfy constraint: "
                + "[Member must satisfy enum value set: [x86_64, arm64], Member must not be null]"
        ),
        (
            #","Runtime":"python3.13""#, "InvalidParameterValueException",
            "Value python3.13 at 'runtime' failed to satisfy constraint: Member must satisfy enum value set: "
        ),
        (
            #","Environment":{"Variables":{"AWS_REGION":"b"}}"#, "InvalidParameterValueException",
            "Reserved keys used in this request: AWS_REGION"
        ),
        (#","Tags":{"a&b":"c"}"#, "ValidationException", "Value '{a&b=c}' at 'tags' failed to satisfy constraint"),
        (#","Timeout":"9""#, "SerializationException", "'Timeout' is not of type Int"),
        (#","Environment":{"Variables":{"1A":"b"}}"#, "ValidationException", "environment.variables"),
    ])
    func refusesToCreateWhatCannotBe(more: String, type: String, part: String) async throws {
        let fixture = try await APIFixture()

        let answer = try await fixture.create("users", more)

        #expect(answer.status == 400)
        #expect(answer.header("x-amzn-ErrorType") == type)
        #expect(answer.text.contains(part), "\(answer.text)")
        #expect(answer.header("x-amzn-RequestId") != nil)
    }

    @Test func acceptsSettingsAtTheirDefaults() async throws {
        let fixture = try await APIFixture()

        let answer = try await fixture.create(
            "users",
            #","Layers":[],"VpcConfig":{"SubnetIds":[],"SecurityGroupIds":[]},"TracingConfig":{"Mode":"PassThrough"},"EphemeralStorage":{"Size":512},"SnapStart":{"ApplyOn":"None"}"#
        )

        #expect(answer.status == 201)
    }

    @Test func refusesTooLargeAnEnvironment() async throws {
        let fixture = try await APIFixture()
        let value = String(repeating: "v", count: 4_096)

        let answer = try await fixture.create("users", #","Environment":{"Variables":{"AA":"\#(value)"}}"#)

        #expect(answer.header("x-amzn-ErrorType") == "InvalidParameterValueException")
        #expect(
            answer.text.contains(
                "Lambda was unable to configure your environment variables because the environment variables you have "
                    + "provided exceeded the 4KB limit. String measured: {\\\"AA\\\":"))
    }

    @Test func refusesCodeFromElsewhere() async throws {
        let fixture = try await APIFixture()

        let bucket = try await fixture.send(
            .POST, Self.functions, body: #"{"FunctionName":"u","Code":{"S3Bucket":"b","S3Key":"k"}}"#)
        let nothing = try await fixture.send(.POST, Self.functions, body: #"{"FunctionName":"u","Code":{}}"#)
        let incomplete = try await fixture.send(.POST, Self.functions)

        #expect(bucket.text.contains("S3Bucket and S3Key are not offered"))
        #expect(nothing.text.contains("Please provide the code as ZipFile"))
        #expect(
            incomplete.text.contains(
                "2 validation errors detected: Value null at 'functionName' failed to satisfy constraint: Member must not "
                    + "be null; Value null at 'code'"))
    }

    @Test func changesCodeAndSettings() async throws {
        let fixture = try await APIFixture()
        _ = try await fixture.create("users")

        let code = try await fixture.send(
            .PUT, "\(Self.functions)/users/code",
            body: #"{"ZipFile":"\#(APIFixture.base64(Array("\u{7f}ELFtwo!".utf8)))","Publish":true}"#)
        await fixture.control.catalog.settled(function: "users")
        let settings = try await fixture.send(
            .PUT, "\(Self.functions)/users/configuration",
            body: #"{"Timeout":30,"Handler":"","Environment":{"Variables":{}}}"#)
        let busy = try await fixture.send(
            .PUT, "\(Self.functions)/users/configuration", body: #"{"RevisionId":"other"}"#)

        #expect(try self.json(code)["Version"] == .string("1"))
        #expect(try self.json(code)["CodeSize"] == .number(8))
        #expect(try self.json(settings)["LastUpdateStatus"] == .string("InProgress"))
        #expect(try self.json(settings)["Timeout"] == .number(30))
        #expect(busy.status == 412)
        #expect(busy.header("x-amzn-ErrorType") == "PreconditionFailedException")
    }

    @Test func listsFunctionsInPages() async throws {
        let fixture = try await APIFixture()
        for name in ["c", "a", "b"] { _ = try await fixture.create(name) }

        let first = try await fixture.send(.GET, Self.functions, query: "MaxItems=2")
        let marker = try #require(try self.json(first)["NextMarker"]?.string)
        _ = try await fixture.send(.DELETE, "\(Self.functions)/b")
        let second = try await fixture.send(
            .GET, Self.functions, query: "MaxItems=2&Marker=\(marker.replacing("=", with: "%3D"))")

        #expect(
            try self.json(first)["Functions"]?.array?.compactMap { $0.object?["FunctionName"]?.string } == ["a", "b"])
        #expect(try self.json(second)["Functions"]?.array?.compactMap { $0.object?["FunctionName"]?.string } == ["c"])
        #expect(try self.json(second)["NextMarker"] == nil)
        let bad = try await fixture.send(.GET, Self.functions, query: "MaxItems=0")
        #expect(bad.text.contains("'maxItems' failed to satisfy constraint"))
    }

    @Test func listsEveryVersion() async throws {
        let fixture = try await APIFixture()
        _ = try await fixture.create("users", #","Publish":true"#)

        let all = try await fixture.send(.GET, Self.functions, query: "FunctionVersion=ALL")
        let versions = try await fixture.send(.GET, "\(Self.functions)/users/versions")

        let numbers = try self.json(all)["Functions"]?.array?.compactMap { $0.object?["Version"]?.string }
        #expect(numbers == ["$LATEST", "1"])
        let arns = try self.json(versions)["Versions"]?.array?.compactMap { $0.object?["FunctionArn"]?.string }
        #expect(arns?.map { $0.split(separator: ":").last } == ["$LATEST", "1"])
    }

    @Test func managesAliases() async throws {
        let fixture = try await APIFixture()
        _ = try await fixture.create("users", #","Publish":true"#)
        let path = "\(Self.functions)/users/aliases"

        let created = try await fixture.send(.POST, path, body: #"{"Name":"live","FunctionVersion":"1"}"#)
        let updated = try await fixture.send(.PUT, "\(path)/live", body: #"{"Description":"d"}"#)
        let listed = try await fixture.send(.GET, path)
        let configuration = try await fixture.send(
            .GET, "\(Self.functions)/users/configuration", query: "Qualifier=live")
        let deleted = try await fixture.send(.DELETE, "\(path)/live")
        let numeric = try await fixture.send(.POST, path, body: #"{"Name":"12","FunctionVersion":"1"}"#)

        #expect(created.status == 201)
        #expect(
            try self.json(created)["AliasArn"]
                == .string("arn:aws:lambda:us-east-1:000000000000:function:users:live"))
        #expect(try self.json(updated)["Description"] == .string("d"))
        #expect(try self.json(listed)["Aliases"]?.array?.count == 1)
        #expect(try self.json(configuration)["Version"] == .string("1"))
        #expect(deleted.status == 204)
        #expect(numeric.header("x-amzn-ErrorType") == "ValidationException")
    }

    @Test func managesConcurrency() async throws {
        let fixture = try await APIFixture()
        _ = try await fixture.create("users", #","Publish":true"#)
        let provisioned = "/2019-09-30/functions/users/provisioned-concurrency"

        let put = try await fixture.send(
            .PUT, "/2017-10-31/functions/users/concurrency", body: #"{"ReservedConcurrentExecutions":5}"#)
        let get = try await fixture.send(.GET, "/2019-09-30/functions/users/concurrency")
        let asked = try await fixture.send(
            .PUT, provisioned, query: "Qualifier=1", body: #"{"ProvisionedConcurrentExecutions":2}"#)
        await fixture.control.catalog.settled(function: "users")
        let ready = try await fixture.send(.GET, provisioned, query: "Qualifier=1")
        let listed = try await fixture.send(.GET, provisioned, query: "List=ALL")
        let removed = try await fixture.send(.DELETE, provisioned, query: "Qualifier=1")
        let missing = try await fixture.send(.GET, provisioned, query: "Qualifier=1")
        let deleted = try await fixture.send(.DELETE, "/2017-10-31/functions/users/concurrency")

        #expect(put.text == #"{"ReservedConcurrentExecutions":5}"#)
        #expect(get.text == put.text)
        #expect(asked.status == 202)
        #expect(try self.json(asked)["Status"] == .string("IN_PROGRESS"))
        #expect(try self.json(ready)["Status"] == .string("READY"))
        #expect(try self.json(ready)["AvailableProvisionedConcurrentExecutions"] == .number(2))
        #expect(try self.json(listed)["ProvisionedConcurrencyConfigs"]?.array?.count == 1)
        #expect(removed.status == 204)
        #expect(missing.header("x-amzn-ErrorType") == "ProvisionedConcurrencyConfigNotFoundException")
        #expect(missing.status == 404)
        #expect(deleted.status == 204)
        #expect(try await fixture.send(.GET, "/2019-09-30/functions/users/concurrency").text == "{}")
        let settings = try await fixture.send(.GET, "/2016-08-19/account-settings")
        #expect(try self.json(settings)["AccountLimit"]?.object?["ConcurrentExecutions"] == .number(1_000))
    }

    @Test func managesRetriesOfAsynchronousEvents() async throws {
        let fixture = try await APIFixture()
        _ = try await fixture.create("users")
        let path = "/2019-09-25/functions/users/event-invoke-config"

        let put = try await fixture.send(.PUT, path, body: #"{"MaximumRetryAttempts":0}"#)
        let updated = try await fixture.send(.POST, path, body: #"{"MaximumEventAgeInSeconds":60}"#)
        let listed = try await fixture.send(.GET, "\(path)/list")
        let bad = try await fixture.send(.PUT, path, body: #"{"MaximumRetryAttempts":3}"#)
        let destination = try await fixture.send(
            .PUT, path, body: #"{"DestinationConfig":{"OnFailure":{"Destination":"arn:aws:sqs:x"}}}"#)
        let deleted = try await fixture.send(.DELETE, path)

        #expect(try self.json(put)["LastModified"] == .number(1_795_255_200))
        #expect(try self.json(updated)["MaximumRetryAttempts"] == .number(0))
        #expect(try self.json(updated)["MaximumEventAgeInSeconds"] == .number(60))
        #expect(try self.json(listed)["FunctionEventInvokeConfigs"]?.array?.count == 1)
        #expect(bad.header("x-amzn-ErrorType") == "ValidationException")
        #expect(destination.text.contains("DestinationConfig is not offered"))
        #expect(deleted.status == 204)
        #expect(try await fixture.send(.GET, path).status == 404)
    }

    @Test func managesTags() async throws {
        let fixture = try await APIFixture()
        _ = try await fixture.create("users")
        let path = "/2017-03-31/tags/arn%3Aaws%3Alambda%3Aus-east-1%3A000000000000%3Afunction%3Ausers"

        let added = try await fixture.send(.POST, path, body: #"{"Tags":{"a":"1","b c":"2"}}"#)
        let removed = try await fixture.send(.DELETE, path, query: "tagKeys=a&tagKeys=x")

        #expect(added.status == 204)
        #expect(removed.status == 204)
        #expect(try await fixture.send(.GET, path).text == #"{"Tags":{"b c":"2"}}"#)
        #expect(try await fixture.send(.GET, "/2017-03-31/tags/users").status == 400)
    }

    @Test func namesOperationsItDoesNotOffer() async throws {
        let fixture = try await APIFixture()

        let known = try await fixture.send(.POST, "/2015-03-31/event-source-mappings", body: "{}")
        let unknown = try await fixture.send(.GET, "/nowhere")

        #expect(known.status == 501)
        #expect(known.header("x-amzn-ErrorType") == "NotImplementedException")
        #expect(known.text.contains("The operation CreateEventSourceMapping is not offered by this version of Brasa."))
        #expect(unknown.status == 404)
        #expect(unknown.header("x-amzn-ErrorType") == "UnknownOperationException")
    }

    @Test func listsFunctionsForItsOwnTools() async throws {
        let fixture = try await APIFixture()
        _ = try await fixture.create("users", #","Publish":true"#)
        fixture.control.runner.setStatus(
            VersionStatus(
                readiness: .ready(isolation: .exec, initNanoseconds: 1, note: "init left a thread"),
                startingInstances: 0,
                idleInstances: 2, busyInstances: 1, provisionedRequested: 0, provisionedAllocated: 0,
                provisionedAvailable: 0, provisionedFailure: nil), of: VersionKey(function: "users"))

        let answer = try await fixture.send(.GET, "/_brasa/functions")

        let function = try #require(try self.json(answer)["functions"]?.array?.first?.object)
        #expect(function["name"] == .string("users"))
        #expect(function["isolation"] == .string("exec"))
        #expect(function["note"] == .string("init left a thread"))
        #expect(function["publishedVersions"] == .array([.string("1")]))
        #expect(
            function["instances"] == .object(["starting": .number(0), "idle": .number(2), "busy": .number(1)]))
    }

    @Test func givesLogLinesAndWaitsForNewOnes() async throws {
        let fixture = try await APIFixture()
        _ = try await fixture.create("users")
        fixture.logs.append("first")
        fixture.logs.appendWhenAwaited("second")

        let first = try await fixture.send(.GET, "/_brasa/logs/users")
        let second = try await fixture.send(.GET, "/_brasa/logs/users", query: "after=1&wait=5")
        let unknown = try await fixture.send(.GET, "/_brasa/logs/nobody", query: "after=9")
        let bad = try await fixture.send(.GET, "/_brasa/logs/users", query: "limit=0")

        #expect(try self.json(first)["lines"]?.array?.compactMap { $0.object?["message"]?.string } == ["first"])
        #expect(try self.json(second)["lines"]?.array?.compactMap { $0.object?["message"]?.string } == ["second"])
        #expect(unknown.status == 404)
        #expect(bad.text.contains("give a whole number from 1 to 10000"))
    }
}

/// A JSON value that tests compare.
enum JSON: Decodable, Equatable {
    case null, bool(Bool), number(Double), string(String), array([JSON]), object([String: JSON])

    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if container.decodeNil() {
            self = .null
        } else if let value = try? container.decode(Bool.self) {
            self = .bool(value)
        } else if let value = try? container.decode(Double.self) {
            self = .number(value)
        } else if let value = try? container.decode(String.self) {
            self = .string(value)
        } else if let value = try? container.decode([JSON].self) {
            self = .array(value)
        } else {
            self = .object(try container.decode([String: JSON].self))
        }
    }

    var string: String? { if case .string(let value) = self { value } else { nil } }
    var array: [JSON]? { if case .array(let value) = self { value } else { nil } }
    var object: [String: JSON]? { if case .object(let value) = self { value } else { nil } }
}
