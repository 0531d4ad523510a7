package import NIOCore

/// Why a service did not do what it was asked.
package struct ServiceFailure: Error, Sendable, Hashable, CustomStringConvertible {
    /// What kind of failure it is for callers that know no service: the raw value is the ABI's `brasa_status`.
    package enum Kind: Int32, Sendable, Hashable {
        case invalid = -3
        case notFound = -4
        case conflict = -5
        case denied = -6
        case limit = -7
        case unsupported = -10
        case `internal` = -12
    }

    package let kind: Kind
    /// AWS's name of the error: `ResourceNotFoundException`.
    package let type: String
    /// A full sentence, worded as AWS does where it documents one.
    package let message: String
    /// HTTP status that SDKs expect.
    package let status: Int
    /// Further members of the error's JSON: `"Item":{…}`; mostly empty.
    package let members: ByteBuffer

    package init(
        _ kind: Kind, type: String, message: String, status: Int = 400, members: ByteBuffer = ByteBuffer()
    ) {
        self.kind = kind
        self.type = type
        self.message = message
        self.status = status
        self.members = members
    }

    package var description: String { "\(self.type): \(self.message)" }

    /// A failure that is Brasa's own fault.
    package static func `internal`(_ message: String) -> ServiceFailure {
        ServiceFailure(.internal, type: "InternalServerError", message: message, status: 500)
    }
}
