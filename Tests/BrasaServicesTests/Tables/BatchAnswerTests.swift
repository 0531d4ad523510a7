import Foundation
import NIOCore
import Testing

/// Answers of BatchGetItem, which are of a size that functions can take.
@Suite(.timeLimit(.minutes(5))) struct BatchAnswerTests {
    @Test func leavesKeysOverWhenTheirItemsAreLongerAsJSON() async throws {
        let bed = try await TableBed()
        try await bed.ask(
            "CreateTable",
            [
                "TableName": "long", "BillingMode": "PAY_PER_REQUEST",
                "AttributeDefinitions": [["AttributeName": "id", "AttributeType": "N"]],
                "KeySchema": [["AttributeName": "id", "KeyType": "HASH"]],
            ])
        // 4 MB of items, and six times as much as JSON.
        for number in 0..<10 {
            let text = String(repeating: "\u{1}", count: 400_000)
            try await bed.ask(
                "PutItem", ["TableName": "long", "Item": ["id": ["N": "\(number)"], "v": ["S": text]]])
        }

        var keys: [Any]? = (0..<10).map { ["id": ["N": "\($0)"]] }
        var found = 0
        var pages = 0
        while let wanted = keys {
            let body = try JSONSerialization.data(
                withJSONObject: ["RequestItems": ["long": ["Keys": wanted, "ConsistentRead": true]]])
            let answer = try await bed.ask("BatchGetItem", body: ByteBuffer(bytes: body))
            #expect(answer.readableBytes < 17 << 20)
            let members = try Members(answer)
            found += (members.members("Responses")?["long"] as? [Any])?.count ?? 0
            keys = (members.members("UnprocessedKeys")?["long"] as? [String: Any])?["Keys"] as? [Any]
            pages += 1
        }

        #expect(found == 10)
        #expect(pages == 2)
    }
}
