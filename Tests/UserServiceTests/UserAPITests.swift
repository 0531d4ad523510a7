import BrasaFunctionJSON
import Foundation
import Testing
import UserService

@Suite struct UserAPITests {
    private let api = TestAPI()

    @Test func createsAUserAndSaysWhere() throws {
        let created = try self.api.send(
            "POST", body: #"{"name":"Ada Lovelace","email":"Ada@Example.org","status":"suspended"}"#)

        #expect(created.statusCode == 201)
        #expect(created.headers["location"] == "/users/u1")
        #expect(created.headers["etag"] == "\"1\"")
        #expect(created.headers["content-type"] == "application/json")
        #expect(
            created.body
                == #"{"createdAt":"1970-01-01T00:16:41.123Z","email":"Ada@Example.org","id":"u1","name":"Ada Lovelace","#
                + #""status":"suspended","updatedAt":"1970-01-01T00:16:41.123Z","version":1}"#)
        #expect(try self.api.send("GET", "u1").body == created.body)
        #expect(try self.api.send("HEAD", "u1").headers["etag"] == "\"1\"")
    }

    @Test(arguments: ["/users/", "/people", "/a%20b/"])
    func locatesUsersBelowThePathThatWasUsed(path: String) throws {
        let response = try UserAPI(store: MemoryStore(), now: { Date() }, makeID: { "x" }).respond(
            to: HTTPRequest("POST", path, headers: TestAPI.json, body: #"{"email":"a@b.c","name":"A"}"#))

        #expect(response.headers["location"] == (path.hasSuffix("/") ? path + "x" : path + "/x"))
    }

    @Test func changesWhatIsGivenAndCountsVersions() throws {
        try self.api.create("ada@example.org")

        let changed = try self.api.send(
            "PUT", "u1", body: #"{"email":"ada@example.net","name":"Countess","status":"suspended","version":1}"#)

        #expect(changed.statusCode == 200)
        #expect(changed.headers["etag"] == "\"2\"")
        let user = try #require(self.api.store.users["u1"])
        #expect(user.email.text == "ada@example.net")
        #expect(user.name == "Countess")
        #expect(user.status == .suspended)
        #expect(user.version == 2)
        #expect(user.updatedAt.timeIntervalSince(user.createdAt) == 1)
    }

    @Test func takesTheVersionFromIfMatch() throws {
        try self.api.create("ada@example.org")

        let changed = try self.put(#"{"email":"ada@example.org","name":"B"}"#, ifMatch: "\"1\"")
        let stale = try self.put(#"{"email":"ada@example.org","name":"C"}"#, ifMatch: "\"1\"")
        let both = try self.put(#"{"email":"ada@example.org","name":"C","version":2}"#, ifMatch: "\"2\"")

        #expect(changed.statusCode == 200)
        #expect(stale.statusCode == 409)
        #expect(stale.code == "stale-version")
        #expect(both.statusCode == 200)
    }

    @Test func refusesAStaleVersion() throws {
        try self.api.create("ada@example.org")

        for version in ["2", "9223372036854775807"] {
            let answer = try self.api.send(
                "PUT", "u1", body: #"{"email":"ada@example.org","name":"B","version":\#(version)}"#)
            #expect(answer.statusCode == 409)
            #expect(answer.code == "stale-version")
        }
        #expect(try self.api.send("DELETE", "u1", headers: ["if-match": "\"2\""]).statusCode == 409)
        #expect(self.api.store.users["u1"]?.name == "Ada")
    }

    @Test func refusesAVersionThatBecomesStaleWhileItIsChanged() throws {
        try self.api.create("ada@example.org")
        let ada = try #require(self.api.store.users["u1"])
        self.api.store.meanwhile = [{ _ = try? $0.replace(ada, with: ada.changed(to: ada.draft, at: Date())) }]

        let answer = try self.api.send(
            "PUT", "u1", body: #"{"email":"ada@example.org","name":"B","version":1}"#)

        #expect(answer.statusCode == 409)
        #expect(self.api.store.users["u1"]?.version == 2)
    }

    @Test func keepsEmailAddressesUnique() throws {
        try self.api.create("ada@example.org")
        try self.api.create("bob@example.org")

        for email in ["ada@example.org", "ADA@Example.ORG"] {
            let again = try self.api.create(email)
            #expect(again.statusCode == 409)
            #expect(again.code == "email-taken")
            let changed = try self.api.send("PUT", "u2", body: #"{"email":"\#(email)","name":"B","version":1}"#)
            #expect(changed.statusCode == 409)
            #expect(changed.code == "email-taken")
        }
        // Her own, in other letters, is free for her.
        #expect(
            try self.api.send("PUT", "u1", body: #"{"email":"ADA@example.org","name":"A","version":1}"#).statusCode
                == 200)
    }

    @Test func removesAUser() throws {
        try self.api.create("ada@example.org")

        let removed = try self.api.send("DELETE", "u1", headers: [:])

        #expect(removed.statusCode == 204)
        #expect(removed.body == "")
        #expect(try self.api.send("GET", "u1").statusCode == 404)
        #expect(try self.api.send("DELETE", "u1").statusCode == 404)
        #expect(try self.api.create("ada@example.org").statusCode == 201)
    }

    @Test func removesAUserWhoIsBeingChanged() throws {
        try self.api.create("ada@example.org")
        let change: (MemoryStore) -> Void = { store in
            guard let user = store.users["u1"] else { return }
            _ = try? store.replace(user, with: user.changed(to: user.draft, at: Date()))
        }
        // Each change is a write too, before which nothing happens.
        self.api.store.meanwhile = [change, { _ in }, change]

        #expect(try self.api.send("DELETE", "u1").statusCode == 204)
        #expect(self.api.store.users.isEmpty)
    }

    @Test(arguments: ["GET", "HEAD", "PUT", "DELETE"])
    func doesNotKnowWhoIsNotThere(method: String) throws {
        let body = #"{"email":"ada@example.org","name":"B","version":1}"#

        for id in ["nobody", "a/b", "../users", "ü\u{0}\n", String(repeating: "x", count: 5_000)] {
            let answer = try self.api.send(method, id, body: body)
            #expect(answer.statusCode == 404)
            #expect(answer.code == "unknown-user")
            #expect(answer.headers["content-type"] == "application/problem+json")
            #expect(answer.body.utf8.count < 400)
        }
    }

    @Test(arguments: ["PUT", "DELETE"])
    func asksForAnID(method: String) throws {
        let answer = try self.api.send(method)

        #expect(answer.statusCode == 400)
        #expect(answer.code == "missing-id")
    }

    @Test func refusesOtherMethodsAndSaysWhichThereAre() throws {
        for method in ["PATCH", "OPTIONS", "TRACE", "get"] {
            let answer = try self.api.send(method)
            #expect(answer.statusCode == 405)
            #expect(answer.headers["allow"] == "GET, HEAD, POST")
        }
        for method in ["POST", "PATCH"] {
            let answer = try self.api.send(method, "u1")
            #expect(answer.statusCode == 405)
            #expect(answer.headers["allow"] == "GET, HEAD, PUT, DELETE")
            #expect(answer.code == "method-not-allowed")
        }
    }

    private func put(_ body: String, ifMatch: String) throws -> HTTPResponse {
        try self.api.send("PUT", "u1", headers: ["content-type": "application/json", "if-match": ifMatch], body: body)
    }
}

extension User {
    fileprivate var draft: UserDraft { UserDraft(email: self.email, name: self.name, status: self.status) }
}
