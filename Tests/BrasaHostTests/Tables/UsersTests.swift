import BlockingTests
import BrasaTesting
import Foundation
import Testing

/// The shipped function `users` in a real host: through the ABI to the tables.
@Suite(.blocking, .serialized, .timeLimit(.minutes(5)))
struct UsersTests {
    private static let setup = HostSetup(
        [TestFunction(file: BuiltProgram.path("libusers.so"), name: "users", settings: "memorySize: 256\ntimeout: 60")],
        serviceSettings: """
            resources:
              Resources:
                UsersTable:
                  Type: AWS::DynamoDB::Table
                  Properties:
                    TableName: users
                    BillingMode: PAY_PER_REQUEST
                    KeySchema: [{ AttributeName: id, KeyType: HASH }]
                    AttributeDefinitions: [{ AttributeName: id, AttributeType: S }]
                UserEmailsTable:
                  Type: AWS::DynamoDB::Table
                  Properties:
                    TableName: user-emails
                    BillingMode: PAY_PER_REQUEST
                    KeySchema: [{ AttributeName: email, KeyType: HASH }]
                    AttributeDefinitions: [{ AttributeName: email, AttributeType: S }]
            """, hasNeighbour: false)

    private struct User: Decodable, Equatable {
        let id: String
        let email: String
        let name: String
        let version: Int
    }

    private struct Page: Decodable {
        let users: [User]
        let next: String?
    }

    private static let json = [("content-type", "application/json")]

    private func start(
        _ host: RunningHost, _ method: String, _ path: String, _ body: String = ""
    ) throws -> HTTPConnection {
        try host.gateway.start(method, path, headers: body.isEmpty ? [] : Self.json, body: body)
    }

    private func send(_ host: RunningHost, _ method: String, _ path: String, _ body: String = "") throws -> HTTPReply {
        try self.start(host, method, path, body).receive(isHead: method == "HEAD")
    }

    private func body(_ email: String, name: String = "Ada", version: Int? = nil) -> String {
        let version = version.map { #","version":\#($0)"# } ?? ""
        return #"{"email":"\#(email)","name":"\#(name)"\#(version)}"#
    }

    private func create(_ host: RunningHost, _ email: String) throws -> User {
        let reply = try self.send(host, "POST", "/users", self.body(email))
        #expect(reply.status == 201, "\(reply.text)")
        return try reply.json()
    }

    private func count(_ host: RunningHost, _ table: String) throws -> Int {
        struct Answer: Decodable { let Count: Int }
        return try host.dynamoDB("Scan", #"{"TableName":"\#(table)","Select":"COUNT"}"#).json(Answer.self).Count
    }

    @Test func keepsUsersInTheTables() throws {
        try withHost(Self.setup) { host in
            let created = try self.send(host, "POST", "/users", self.body("Ada@Example.org", name: "Ada é 👩‍🚀"))
            #expect(created.status == 201)
            let location = try #require(created.head["location"])
            let user: User = try created.json()
            #expect(location == "/users/\(user.id)")

            let read = try self.send(host, "GET", location)
            #expect(read.text == created.text)
            #expect(read.head["etag"] == "\"1\"")
            let row = try host.dynamoDB("GetItem", #"{"TableName":"users","Key":{"id":{"S":"\#(user.id)"}}}"#).text
            #expect(row.contains(#""email":{"S":"Ada@Example.org"}"#))
            #expect(row.contains(#""version":{"N":"1"}"#))
            let claim = try host.dynamoDB(
                "GetItem", #"{"TableName":"user-emails","Key":{"email":{"S":"ada@example.org"}}}"#)
            #expect(claim.text.contains(#""user":{"S":"\#(user.id)"}"#))

            let changed = try self.send(host, "PUT", location, self.body("ada@example.net", version: 1))
            #expect(changed.status == 200, "\(changed.text)")
            #expect(try self.send(host, "PUT", location, self.body("ada@example.net", version: 1)).status == 409)
            #expect(try changed.json(User.self).version == 2)
            #expect(try self.count(host, "user-emails") == 1)
            // The former address is free again.
            let other = try self.create(host, "ada@example.org")
            #expect(
                try self.send(host, "PUT", "/users/\(other.id)", self.body("ada@example.net", version: 1)).status == 409
            )

            #expect(try self.send(host, "DELETE", location).status == 204)
            #expect(try self.send(host, "GET", location).status == 404)
            #expect(try self.count(host, "users") == 1)
            #expect(try self.count(host, "user-emails") == 1)
        }
    }

    @Test func keepsUsersOverAKill() throws {
        try withHost(Self.setup) { host in
            let user = try self.create(host, "ada@example.org")

            host.kill()
            try host.start()

            #expect(try self.send(host, "GET", "/users/\(user.id)").json(User.self) == user)
            #expect(try self.send(host, "POST", "/users", self.body("ADA@example.org")).status == 409)
        }
    }

    @Test func letsOneOfManyHaveAnEmailAddress() throws {
        try withHost(Self.setup) { host in
            for round in 1...5 {
                let connections = try (1...16).map { _ in
                    try self.start(host, "POST", "/users", self.body("race\(round)@example.org"))
                }
                let statuses = try connections.map { try $0.receive().status }

                #expect(statuses.filter { $0 == 201 }.count == 1)
                #expect(statuses.filter { $0 == 409 }.count == 15)
            }
            #expect(try self.count(host, "users") == 5)
            #expect(try self.count(host, "user-emails") == 5)
        }
    }

    @Test func letsOneOfManyChangeAVersion() throws {
        try withHost(Self.setup) { host in
            let user = try self.create(host, "ada@example.org")
            for version in 1...5 {
                // Half of them change the address too, by a transaction.
                let connections = try (1...16).map { number in
                    try self.start(
                        host, "PUT", "/users/\(user.id)",
                        self.body(
                            "ada\(number % 2 == 0 ? "" : "\(number)")@example.org", name: "Ada \(number)",
                            version: version))
                }
                let replies = try connections.map { try $0.receive() }

                #expect(replies.filter { $0.status == 200 }.count == 1)
                #expect(replies.filter { $0.status == 409 && $0.text.contains("stale-version") }.count == 15)
                let winner = try #require(try replies.first { $0.status == 200 }?.json(User.self))
                #expect(try self.send(host, "GET", "/users/\(user.id)").json(User.self) == winner)
            }
            #expect(try self.count(host, "user-emails") == 1)
        }
    }

    @Test func leavesNothingBehindWhenManyCreateChangeAndDelete() throws {
        try withHost(Self.setup) { host in
            let user = try self.create(host, "ada@example.org")
            for version in 1...10 {
                let change = try self.start(
                    host, "PUT", "/users/\(user.id)", self.body("ada\(version)@example.org", version: version))
                let removal = version == 10 ? try self.start(host, "DELETE", "/users/\(user.id)") : nil
                let status = try change.receive().status
                #expect(version == 10 ? [200, 404, 409].contains(status) : status == 200)
                #expect(try removal?.receive().status ?? 204 == 204)
            }

            #expect(try self.count(host, "users") == 0)
            #expect(try self.count(host, "user-emails") == 0)
        }
    }

    @Test func listsEverybodyOnce() throws {
        try withHost(Self.setup) { host in
            let created = try (1...7).map { try self.create(host, "user\($0)@example.org").id }

            var page: Page = try self.send(host, "GET", "/users?limit=3").json()
            var listed = page.users.map(\.id)
            while let next = page.next {
                page = try self.send(host, "GET", "/users?limit=3&next=\(next)").json()
                listed += page.users.map(\.id)
            }

            #expect(listed.count == 7)
            #expect(Set(listed) == Set(created))
        }
    }

    @Test func answersRequestsThatAreNotAsTheyShouldBe() throws {
        try withHost(Self.setup) { host in
            let user = try self.create(host, "ada@example.org")
            let encoded = user.id.utf8.map { "%" + String($0, radix: 16) }.joined()
            let requests: [(String, String, String, Int)] = [
                ("GET", "/users/\(encoded)", "", 200), ("GET", "/users/\(user.id)?x=%zz", "", 200),
                ("HEAD", "/users/\(user.id)", "", 200), ("GET", "/users/", "", 200),
                ("GET", "/users/\(user.id)/", "", 404), ("GET", "/users/\(user.id)%2F..", "", 404),
                ("GET", "/users//", "", 404), ("GET", "/users/%00", "", 404), ("GET", "/users/%ff%fe", "", 404),
                ("GET", "/users/%", "", 404), ("GET", "/users/..%2fusers", "", 404),
                ("GET", "/users/" + String(repeating: "x", count: 8_000), "", 404),
                ("GET", "/users?limit=0", "", 400), ("GET", "/users?next=%00", "", 400),
                ("GET", "/users?limit=1&limit=2", "", 400),
                ("PUT", "/users", self.body("a@b.c", version: 1), 400), ("DELETE", "/users", "", 400),
                ("PATCH", "/users/\(user.id)", "{}", 405), ("POST", "/users/\(user.id)", "{}", 405),
                ("OPTIONS", "/users", "", 405),
                ("POST", "/users", "{", 400), ("POST", "/users", "{}", 400), ("POST", "/users", "[]", 400),
                ("POST", "/users", #"{"email":"a@b.c","name":"\ud800"}"#, 400),
                ("POST", "/users", String(repeating: "[", count: 16_000), 400),
                ("POST", "/users", self.body("a@b.c", name: String(repeating: "x", count: 20_000)), 413),
                ("POST", "/users", self.body("a@b.c", name: String(repeating: "x", count: 6_000_000)), 413),
            ]

            for (method, path, body, status) in requests {
                let reply = try self.send(host, method, path, body)
                #expect(
                    reply.status == status,
                    "\(method) \(path.prefix(100)) \(body.prefix(100)): \(reply.text.prefix(300))")
                if status >= 400 { #expect(reply.head["content-type"] == "application/problem+json") }
            }
            #expect(try self.send(host, "PATCH", "/users").head["allow"] == "GET, HEAD, POST")
            #expect(try self.count(host, "users") == 1)
        }
    }

    @Test func answersADirectCallWithAnHTTPEvent() throws {
        try withHost(Self.setup) { host in
            let event =
                #"{"version":"2.0","rawPath":"/users","rawQueryString":"","headers":{},"isBase64Encoded":false,"#
                + #""requestContext":{"http":{"method":"GET","path":"/users"}}}"#

            let reply = try host.invoke("users", event)

            #expect(reply.functionError == nil)
            #expect(reply.payload.contains(#""statusCode":200"#))
            #expect(reply.payload.contains(#"{\"users\":[]}"#))
            #expect(try host.invoke("users", "{}").functionError == "Unhandled")
        }
    }

    @Test func failsWithoutItsTables() throws {
        var setup = Self.setup
        setup.serviceSettings = ""

        try withHost(setup) { host in
            let reply = try self.send(host, "GET", "/users")

            #expect(reply.status == 502)
            #expect(reply.text.contains(#""errorType":"ResourceNotFoundException""#))
        }
    }
}
