/// Why a request to tables is refused.
package struct TableError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The exceptions of the service, as SDKs tell them apart.
    package enum Code: String, Sendable, Hashable, CaseIterable {
        case serialization = "com.amazon.coral.service#SerializationException"
        case unknownOperation = "com.amazon.coral.service#UnknownOperationException"
        case accessDenied = "com.amazon.coral.service#AccessDeniedException"
        case validation = "com.amazon.coral.validate#ValidationException"
        case conditionalCheckFailed = "com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException"
        case resourceNotFound = "com.amazonaws.dynamodb.v20120810#ResourceNotFoundException"
        /// What operations on backups say for `resourceNotFound`.
        case tableNotFound = "com.amazonaws.dynamodb.v20120810#TableNotFoundException"
        case resourceInUse = "com.amazonaws.dynamodb.v20120810#ResourceInUseException"
        case limitExceeded = "com.amazonaws.dynamodb.v20120810#LimitExceededException"
        case transactionCanceled = "com.amazonaws.dynamodb.v20120810#TransactionCanceledException"
        case transactionConflict = "com.amazonaws.dynamodb.v20120810#TransactionConflictException"
        case transactionInProgress = "com.amazonaws.dynamodb.v20120810#TransactionInProgressException"
        case idempotentParameterMismatch = "com.amazonaws.dynamodb.v20120810#IdempotentParameterMismatchException"
        /// A shard iterator that was not used for too long.
        case expiredIterator = "com.amazonaws.dynamodb.v20120810#ExpiredIteratorException"
        /// Records of a stream that are gone, since their time was over.
        case trimmedDataAccess = "com.amazonaws.dynamodb.v20120810#TrimmedDataAccessException"
        case internalServerError = "com.amazonaws.dynamodb.v20120810#InternalServerError"

        /// The name without the namespace, as SDKs show it.
        package var name: String { String(self.rawValue.split(separator: "#")[1]) }
        /// The HTTP status of the answer.
        package var httpStatus: Int { self == .internalServerError ? 500 : 400 }
    }

    package let code: Code
    /// The service's wording; empty where it sends none.
    package let message: String
    /// The item that a condition did not hold for, where the request asked for it.
    package var item: AttributeMap?
    /// For a cancelled transaction: one reason for each of its actions.
    package var cancellationReasons: [CancellationReason] = []

    package init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    /// A request that is well formed and breaks a rule.
    package static func validation(_ message: String) -> TableError { TableError(.validation, message) }
    /// A body that is not JSON of the operation's types.
    package static func serialization(_ message: String) -> TableError { TableError(.serialization, message) }
    /// A rule on values that has its usual introduction.
    package static func invalidParameter(_ message: String) -> TableError {
        TableError(.validation, "One or more parameter values were invalid: \(message)")
    }

    package var description: String { "\(self.code.name): \(self.message)" }
}

/// Why a transaction was cancelled, as far as one of its actions is concerned.
package struct CancellationReason: Sendable, Hashable {
    /// `None`, `ConditionalCheckFailed`, `ValidationError`, `TransactionConflict`, ….
    package let code: String
    package let message: String?
    /// The item as it was, where the action asked for it.
    package var item: AttributeMap?

    /// The action itself would have gone through.
    package static let none = CancellationReason(code: "None", message: nil)

    package init(code: String, message: String?, item: AttributeMap? = nil) {
        self.code = code
        self.message = message
        self.item = item
    }
}
