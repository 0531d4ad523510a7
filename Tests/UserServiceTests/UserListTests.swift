import BrasaFunctionJSON
import Foundation
import Testing

@Suite struct UserListTests {
    private let api = TestAPI()

    private func page(_ query: [String: String]) throws -> (ids: [String], next: String?) {
        let answer = try self.api.send("GET", query: query)
        #expect(answer.statusCode == 200)
        let users = try #require(answer.json["users"] as? [[String: Any]])
        return (users.compactMap { $0["id"] as? String }, try answer.json["next"] as? String)
    }

    @Test func listsNobody() throws {
        #expect(try self.api.send("GET").body == #"{"users":[]}"#)
    }

    @Test(arguments: [1, 2, 3, 7, 100])
    func joinsPagesUpToEverybody(limit: Int) throws {
        for number in 1...7 { try self.api.create("u\(number)@example.org") }

        var (ids, next) = try self.page(["limit": "\(limit)"])
        var pages = 1
        while let token = next {
            // Fit for a query without encoding.
            #expect(token.wholeMatch(of: #/[A-Za-z0-9_-]+/#) != nil)
            let page = try self.page(["limit": "\(limit)", "next": token])
            #expect(page.ids.count <= limit)
            ids += page.ids
            next = page.next
            pages += 1
        }

        #expect(ids == (1...7).map { "u\($0)" })
        #expect(pages == (7 + limit - 1) / limit)
    }

    @Test func showsTwentyUnlessAskedOtherwise() throws {
        for number in 1...21 { try self.api.create("u\(number)@example.org") }

        #expect(try self.page([:]).ids.count == 20)
        #expect(try self.page(["limit": "100"]).ids.count == 21)
    }

    @Test func goesOnBehindSomebodyWhoIsGone() throws {
        for number in 1...3 { try self.api.create("u\(number)@example.org") }
        let first = try self.page(["limit": "2"])

        try self.api.send("DELETE", "u2")

        #expect(try self.page(["next": #require(first.next)]).ids == ["u3"])
    }

    @Test(arguments: ["0", "101", "-1", "1.5", "x", "", "1,2", " 1", "99999999999999999999"])
    func refusesLimitsThatAreNone(limit: String) throws {
        #expect(try self.api.send("GET", query: ["limit": limit]).violations == ["limit size"])
    }

    @Test(arguments: ["", "=", "!", "dTE=", "dTE ", "_w", "dTF", "dTE,dTI", String(repeating: "dTE", count: 500)])
    func refusesTokensThatAreNone(token: String) throws {
        #expect(
            try self.api.send("GET", query: ["next": token, "limit": "x"]).violations == ["limit size", "next format"])
    }
}
