import BrasaFunctionJSON
import Foundation
import Testing

/// What clients may send, and what they hear otherwise.
@Suite struct UserBodyTests {
    private let api = TestAPI()

    @Test func listsEveryViolationAtOnce() throws {
        let answer = try self.api.send(
            "POST", body: #"{"email":"no mail","name":"","status":"asleep","admin":true,"id":"mine"}"#)

        #expect(answer.statusCode == 400)
        #expect(answer.headers["content-type"] == "application/problem+json")
        #expect(answer.code == "invalid-request")
        #expect(try answer.json["status"] as? Int == 400)
        #expect(
            try answer.violations == ["email format", "name size", "status choice", "admin unknown", "id unknown"])
        #expect(try (answer.json["violations"] as? [[String: String]])?.allSatisfy { $0["message"] != "" } == true)
        #expect(self.api.store.users.isEmpty)
    }

    @Test func listsWhatIsMissing() throws {
        #expect(try self.api.send("POST", body: "{}").violations == ["email required", "name required"])
        #expect(
            try self.api.send("PUT", "u1", body: "{}").violations
                == ["email required", "name required", "version required"])
    }

    @Test(arguments: [
        ("null", "required"), ("5", "type"), ("1.5", "type"), ("true", "type"), ("[]", "type"), ("{}", "type"),
    ])
    func refusesOtherTypes(value: String, rule: String) throws {
        let answer = try self.api.send("POST", body: #"{"email":\#(value),"name":\#(value)}"#)

        #expect(try answer.violations == ["email \(rule)", "name \(rule)"])
    }

    @Test(arguments: [
        ("0", "size"), ("-1", "size"), ("1.5", "size"), ("1e300", "size"), ("1e999", "size"), ("\"1\"", "type"),
        ("null", "type"), ("[1]", "type"),
    ])
    func refusesVersionsThatAreNone(value: String, rule: String) throws {
        let answer = try self.api.send("PUT", "u1", body: #"{"email":"a@b.c","name":"A","version":\#(value)}"#)

        #expect(try answer.violations == ["version \(rule)"])
    }

    @Test(arguments: [
        "1", "\"\"", "\"0\"", "\"01\"", "\"-1\"", "\"+1\"", "W/\"1\"", "*", "\"1\", \"2\"", "\"x\"", "\"",
    ])
    func refusesEntityTagsThatAreNone(tag: String) throws {
        let answer = try self.api.send(
            "PUT", "u1", headers: ["content-type": "application/json", "if-match": tag],
            body: #"{"email":"a@b.c","name":"A"}"#)

        #expect(try answer.violations == ["if-match format"])
        #expect(try self.api.send("DELETE", "u1", headers: ["if-match": tag]).violations == ["if-match format"])
    }

    @Test func refusesTwoDifferentVersions() throws {
        let answer = try self.api.send(
            "PUT", "u1", headers: ["content-type": "application/json", "if-match": "\"2\""],
            body: #"{"email":"a@b.c","name":"A","version":1}"#)

        #expect(try answer.violations == ["version choice"])
    }

    @Test(arguments: [
        "", " ", "{", "null", "[]", "5", "\"text\"", "{\"email\":}", "{\"email\":\"\\ud800\"}", "{\"email\":\"a\nb\"}",
        "{}{}", String(repeating: "[", count: 5_000), "\u{feff}",
        "{\"a\":" + String(repeating: "[", count: 5_000) + String(repeating: "]", count: 5_000) + "}",
    ])
    func refusesWhatIsNoJSONObject(body: String) throws {
        for (method, id) in [("POST", nil), ("PUT", "u1")] {
            let answer = try self.api.send(method, id, body: body)
            #expect(answer.statusCode == 400)
            #expect(answer.code == "malformed-body")
        }
    }

    @Test func refusesBodiesThatAreNotUTF8() throws {
        let latin1 = Data(#"{"email":"a@b.c","name":""#.utf8) + [0xe9] + Data("\"}".utf8)

        let answer = try self.api.send("POST", body: latin1.base64EncodedString(), isBase64Encoded: true)

        #expect(answer.code == "malformed-body")
        #expect(try self.api.send("POST", body: "%%%", isBase64Encoded: true).code == "malformed-body")
        #expect(try self.api.send("POST").code == "malformed-body")
    }

    @Test func readsBodiesInBase64() throws {
        let body = Data(#"{"email":"a@b.c","name":"é"}"#.utf8).base64EncodedString()

        #expect(try self.api.send("POST", body: body, isBase64Encoded: true).statusCode == 201)
    }

    @Test func refusesBodiesThatAreTooLarge() throws {
        let padding = String(repeating: " ", count: 16_384 - 28)

        #expect(try self.api.send("POST", body: #"{"email":"a@b.c","name":"A"}"# + padding).statusCode == 201)
        let answer = try self.api.send("POST", body: #"{"email":"b@b.c","name":"A"}"# + padding + " ")
        #expect(answer.statusCode == 413)
        #expect(answer.code == "body-too-large")
    }

    @Test func refusesOtherMediaTypes() throws {
        let body = #"{"email":"a@b.c","name":"A"}"#

        for type in [nil, "", "text/plain", "application/x-www-form-urlencoded", "application/jsonp"] {
            let answer = try self.api.send("POST", headers: type.map { ["content-type": $0] } ?? [:], body: body)
            #expect(answer.statusCode == 415)
            #expect(answer.code == "unsupported-media-type")
        }
        let answer = try self.api.send(
            "POST", headers: ["content-type": "Application/JSON ; charset=utf-8"], body: body)
        #expect(answer.statusCode == 201)
    }

    @Test(
        arguments: [
            ("Ada", []), ("Ada King, Countess of Lovelace", []), ("李小龍", []), ("O\u{2019}Neil-Ångström", []),
            ("عائشة", []), ("👩‍🚀", []), ("नेहा", []), (String(repeating: "x", count: 100), []),
            (String(repeating: "x", count: 101), ["name size"]),
            ("a" + String(repeating: "\u{301}", count: 100), ["name size"]),
            ("", ["name size"]), (" ", ["name format"]), ("Ada ", ["name format"]), ("\u{3000}Ada", ["name format"]),
            ("A\\u0000B", ["name characters"]), ("A\\nB", ["name characters"]), ("A\\u001bB", ["name characters"]),
            ("A\u{202e}B", ["name characters"]), ("A\u{2028}B", ["name characters"]),
            ("A\u{ffff}", ["name characters"]),
            ("A\u{7f}", ["name characters"]), ("A\u{85}", ["name characters", "name format"]),
            ("\\t", ["name characters", "name format"]),
        ] as [(String, [String])])
    func checksNames(name: String, violations: [String]) throws {
        let answer = try self.api.create("a@b.c", name: name)

        #expect(answer.statusCode == (violations.isEmpty ? 201 : 400))
        if !violations.isEmpty { #expect(try answer.violations == violations) }
    }
}
