import BrasaAWS
import Testing

@Suite struct RequestHeaderTests {
    @Test(arguments: [
        (
            "AWS4-HMAC-SHA256 Credential=AKIA1/20260101/us-east-1/dynamodb/aws4_request, SignedHeaders=host, Signature=0",
            "AKIA1"
        ),
        ("AWS4-HMAC-SHA256 SignedHeaders=host,Credential=me/20260101,Signature=0", "me"),
        ("AWS4-HMAC-SHA256 Credential=ключ/x", "ключ"),
        ("AWS4-HMAC-SHA256 Credential=whole", "whole"),
        ("Credential=", ""),
        ("AWS4-HMAC-SHA256 XCredential=no/x, Signature=0", nil),
        ("Bearer abc", nil),
        ("", nil),
    ])
    func readsTheAccessKeyOfASignature(header: String, key: String?) {
        #expect(RequestSigner.accessKey(header) == key)
    }

    @Test func readsServiceAndOperationOfATarget() throws {
        let tables = try #require(ServiceTarget("DynamoDB_20120810.PutItem"))
        let streams = try #require(ServiceTarget("DynamoDBStreams_20120810.GetRecords"))

        #expect(tables.interface.service == "dynamodb")
        #expect(tables.operation == "PutItem")
        #expect(streams.interface.service == "streams.dynamodb")
        #expect(streams.operation == "GetRecords")
        #expect(ServiceTarget("DynamoDB_20120810.")?.operation == "")
        #expect(ServiceTarget("DynamoDB_20120810.Put.Item")?.operation == "Put.Item")
    }

    @Test(arguments: [
        "", ".", ".PutItem", "DynamoDB_20120810", "DynamoDB_20111205.PutItem", "DynamoDB_201208101.PutItem",
    ])
    func knowsNoOtherTarget(text: String) {
        #expect(ServiceTarget(text) == nil)
    }
}
