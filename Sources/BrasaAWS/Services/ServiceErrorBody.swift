package import BrasaModel
package import NIOCore

/// The JSON of a service's error as SDKs read it: its type with the service's namespace, the message, and what else it has.
package enum ServiceErrorBody {
    package static func json(_ failure: ServiceFailure, for interface: ServiceTarget.Interface) -> ByteBuffer {
        // Errors of the protocol itself belong to another namespace.
        let common = [
            "SerializationException", "UnknownOperationException", "InternalFailure", "ValidationException",
            "RequestEntityTooLargeException",
        ]
        let namespace = common.contains(failure.type) ? "com.amazon.coral.service" : interface.errorNamespace
        let validation = failure.type == "ValidationException" ? "com.amazon.coral.validate" : namespace
        var body = ByteBuffer(string: "{\"__type\":\(JSONText.string("\(validation)#\(failure.type)"))")
        body.writeString(",\"message\":\(JSONText.string(failure.message))")
        if failure.members.readableBytes > 0 {
            body.writeString(",")
            body.writeImmutableBuffer(failure.members)
        }
        body.writeString("}")
        return body
    }
}
