internal import CBrasa

extension Context {
    /// Asks a service of the host and waits for its answer: AWS's names, and that operation's JSON.
    ///
    ///     let answer = try context.call("dynamodb", "GetItem", parameters: Array(#"{"TableName":"users",…}"#.utf8))
    ///
    /// - Parameter content: Binary content beside the parameters, such as an object's data.
    /// - Throws: ``ServiceError``.
    public func call(
        _ service: String, _ operation: String, parameters: [UInt8], content: [UInt8] = []
    ) throws -> ServiceAnswer {
        var response = brasa_response()
        response.struct_size = UInt32(MemoryLayout<brasa_response>.size)
        let status = withBytes(of: service) { service in
            withBytes(of: operation) { operation in
                parameters.withUnsafeBytes { parameters in
                    content.withUnsafeBytes { content in
                        var request = brasa_request()
                        request.struct_size = UInt32(MemoryLayout<brasa_request>.size)
                        request.service = service
                        request.operation = operation
                        request.params = brasa_bytes(parameters)
                        request.body = brasa_bytes(content)
                        return self.host.pointee.call(self.open(), &request, &response)
                    }
                }
            }
        }
        guard status == Status.ok else {
            throw ServiceError(
                type: response.error_type.text, message: response.error_message.text,
                details: Array(response.result.buffer), status: status)
        }
        return ServiceAnswer(result: Array(response.result.buffer), content: Array(response.body.buffer))
    }
}

/// What a service of the host answered.
public struct ServiceAnswer: Sendable, Hashable {
    /// The operation's result as AWS defines it: JSON.
    public let result: [UInt8]
    /// Binary content beside it; mostly empty.
    public let content: [UInt8]
}

/// Why a service of the host did not do what it was asked.
public struct ServiceError: Error, Sendable, Hashable, CustomStringConvertible {
    /// AWS's name of the error: `ResourceNotFoundException`.
    public let type: String
    /// A full sentence.
    public let message: String
    /// Further members of the error, such as the item that a condition failed on: a JSON object.
    public let details: [UInt8]
    /// The contract's status, so that the invocation can end with it.
    let status: Int32

    /// Whether something that was named does not exist.
    public var isNotFound: Bool { self.status == Status.notFound }
    /// Whether the present state does not allow it: a failed condition, a conflicting transaction, a name that is taken.
    public var isConflict: Bool { self.status == Status.conflict }
    /// Whether the function may not do that.
    public var isDenied: Bool { self.status == Status.denied }

    /// The type and the message.
    public var description: String { "\(self.type): \(self.message)" }
}
