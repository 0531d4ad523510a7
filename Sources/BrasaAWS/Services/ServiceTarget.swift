/// What the header `X-Amz-Target` of a request names: `DynamoDB_20120810.PutItem`.
package struct ServiceTarget: Sendable, Hashable {
    /// A service that is spoken to in AWS's JSON protocol.
    ///
    /// https://smithy.io/2.0/aws/protocols/aws-json-1_0-protocol.html
    package struct Interface: Sendable, Hashable {
        /// What stands before the dot.
        package let prefix: String
        /// Name of the service as in its endpoint.
        package let service: String
        /// What stands before `#` in the type of errors.
        package let errorNamespace: String
        /// `1.0` or `1.1`.
        package let version: String
        /// Whether clients check `x-amz-crc32`.
        package let hasChecksum: Bool

        /// Type of requests and responses.
        package var contentType: String { "application/x-amz-json-\(self.version)" }
    }

    package let interface: Interface
    package let operation: String

    private static let interfaces: [Interface] = [
        Interface(
            prefix: "DynamoDB_20120810", service: "dynamodb", errorNamespace: "com.amazonaws.dynamodb.v20120810",
            version: "1.0", hasChecksum: true),
        Interface(
            prefix: "DynamoDBStreams_20120810", service: "streams.dynamodb",
            errorNamespace: "com.amazonaws.dynamodb.v20120810", version: "1.0", hasChecksum: true),
    ]

    /// Reads the header's value; nil when it names no service that is known.
    package init?(_ text: String) {
        let bytes = text.utf8
        guard let dot = bytes.firstIndex(of: UInt8(ascii: ".")),
            let interface = Self.interfaces.first(where: { $0.prefix.utf8.elementsEqual(bytes[..<dot]) })
        else { return nil }
        self.interface = interface
        self.operation = String(text[bytes.index(after: dot)...])
    }
}
