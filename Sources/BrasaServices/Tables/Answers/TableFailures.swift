import BrasaModel
import BrasaTables
import NIOCore

extension ServiceFailure {
    /// The refusal of a request to tables.
    init(_ error: TableError) {
        var members = ByteWriter(capacity: 64)
        if let item = error.item {
            members.literal("\"Item\":")
            JSONText.write(item, to: &members)
        }
        if !error.cancellationReasons.isEmpty {
            if error.item != nil { members.byte(UInt8(ascii: ",")) }
            members.literal("\"CancellationReasons\":")
            members.list(error.cancellationReasons) { reason, out in
                out.literal("{\"Code\":")
                JSONText.write(reason.code, to: &out)
                if let message = reason.message {
                    out.literal(",\"Message\":")
                    JSONText.write(message, to: &out)
                }
                if let item = reason.item {
                    out.literal(",\"Item\":")
                    JSONText.write(item, to: &out)
                }
                out.byte(UInt8(ascii: "}"))
            }
        }
        self.init(
            error.code.kind, type: error.code.name, message: error.message, status: error.code.httpStatus,
            members: members.buffer())
    }
}

extension TableError.Code {
    /// What callers are told that know no exceptions.
    fileprivate var kind: ServiceFailure.Kind {
        switch self {
        case .serialization, .validation, .idempotentParameterMismatch, .expiredIterator: .invalid
        case .unknownOperation: .unsupported
        case .accessDenied: .denied
        case .resourceNotFound, .tableNotFound, .trimmedDataAccess: .notFound
        case .conditionalCheckFailed, .resourceInUse, .transactionCanceled, .transactionConflict,
            .transactionInProgress:
            .conflict
        case .limitExceeded: .limit
        case .internalServerError: .internal
        }
    }
}

extension TableError {
    /// No table of that name, as requests on items are told.
    static var noResource: TableError { TableError(.resourceNotFound, "Requested resource not found") }

    /// No index of that name.
    static func noIndex(_ name: String) -> TableError {
        .validation("The table does not have the specified index: \(name)")
    }

    /// No table of that name, as requests on tables are told.
    static func noTable(_ name: String) -> TableError {
        TableError(.resourceNotFound, "Requested resource not found: Table: \(name) not found")
    }
}

extension TableError {
    /// No stream of that name.
    static func noStream(_ arn: String) -> TableError {
        TableError(.resourceNotFound, "Requested resource not found: Stream: \(arn) not found")
    }
}
