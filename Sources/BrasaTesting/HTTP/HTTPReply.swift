import Foundation

/// What a server answered to one request.
package struct HTTPReply: Sendable {
    /// Status line and headers.
    package struct Head: Sendable {
        package let status: Int
        package let headers: [(name: String, value: String)]

        /// The first header of that name, in any case.
        package subscript(name: String) -> String? {
            self.headers.first { $0.name.lowercased() == name.lowercased() }?.value
        }
    }

    package let head: Head
    package let body: [UInt8]
    /// Whether it came to its end; false: the server closed the connection before.
    package let isComplete: Bool

    package var status: Int { self.head.status }
    package var text: String { String(decoding: self.body, as: UTF8.self) }
    /// `x-amzn-requestid`; "" when there is none.
    package var requestID: String { self.head["x-amzn-requestid"] ?? "" }

    /// Reads the body as JSON.
    package func json<Value: Decodable>(_ type: Value.Type = Value.self) throws -> Value {
        do {
            return try JSONDecoder().decode(type, from: Data(self.body))
        } catch {
            throw HarnessError("The reply \(self.text) cannot be read as \(type): \(error)")
        }
    }
}
