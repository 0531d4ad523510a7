/// Provisioned concurrency of a version or alias, with its state at one moment.
package struct ProvisionedDescription: Sendable, Hashable {
    /// How far the instances are; the raw value is AWS's.
    package enum Status: String, Sendable, Hashable {
        /// Fewer instances are ready than asked for.
        case inProgress = "IN_PROGRESS"
        case ready = "READY"
        /// Instances cannot be made; `statusReason` says why.
        case failed = "FAILED"
    }

    package var function: String
    package var qualifier: String
    package var requested: Int
    /// Ready, busy or not.
    package var allocated: Int
    /// Ready and idle.
    package var available: Int
    package var status: Status
    package var statusReason: String?
    /// Milliseconds since 1970.
    package var lastModifiedMilliseconds: Int64

    package init(
        function: String, qualifier: String, requested: Int, allocated: Int, available: Int, status: Status,
        statusReason: String?, lastModifiedMilliseconds: Int64
    ) {
        self.function = function
        self.qualifier = qualifier
        self.requested = requested
        self.allocated = allocated
        self.available = available
        self.status = status
        self.statusReason = statusReason
        self.lastModifiedMilliseconds = lastModifiedMilliseconds
    }
}
