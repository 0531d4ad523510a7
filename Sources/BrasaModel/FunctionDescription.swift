/// One version of a function as the catalog describes it.
package struct FunctionDescription: Sendable, Hashable {
    /// The state clients wait on; the raw value is AWS's.
    package enum State: String, Sendable, Hashable, Codable {
        /// Its processes are being started; becomes `active`.
        case pending = "Pending"
        /// It answers events.
        case active = "Active"
    }

    /// How the last change of code or settings went; the raw value is AWS's.
    package enum UpdateStatus: String, Sendable, Hashable, Codable {
        /// The earlier version still answers; becomes `successful` or `failed`.
        case inProgress = "InProgress"
        case successful = "Successful"
        /// The earlier version goes on answering.
        case failed = "Failed"
    }

    package var name: String
    /// What the caller asked for; nil: nothing.
    ///
    /// Part of the ARN.
    package var qualifier: String?
    /// `$LATEST` or a number.
    package var version: String
    /// SHA-256 of what was uploaded (archive or library), 64 hexadecimal digits.
    package var packageSHA256: String
    package var packageSizeBytes: Int
    /// SHA-256 of the library, 64 hexadecimal digits.
    package var codeSHA256: String
    package var settings: FunctionSettings
    package var labels: VersionLabels
    /// Milliseconds since 1970.
    package var lastModifiedMilliseconds: Int64
    package var revisionID: String
    package var state: State
    package var updateStatus: UpdateStatus
    /// Why the last update failed; nil when it did not.
    package var updateStatusReason: String?
    /// Tags of the function, whatever the version.
    package var tags: [String: String]
    /// Instances set apart for the function; nil: none.
    package var reservedConcurrency: Int?

    package init(
        name: String, qualifier: String?, version: String, packageSHA256: String, packageSizeBytes: Int,
        codeSHA256: String, settings: FunctionSettings, labels: VersionLabels, lastModifiedMilliseconds: Int64,
        revisionID: String, state: State, updateStatus: UpdateStatus, updateStatusReason: String?,
        tags: [String: String], reservedConcurrency: Int?
    ) {
        self.name = name
        self.qualifier = qualifier
        self.version = version
        self.packageSHA256 = packageSHA256
        self.packageSizeBytes = packageSizeBytes
        self.codeSHA256 = codeSHA256
        self.settings = settings
        self.labels = labels
        self.lastModifiedMilliseconds = lastModifiedMilliseconds
        self.revisionID = revisionID
        self.state = state
        self.updateStatus = updateStatus
        self.updateStatusReason = updateStatusReason
        self.tags = tags
        self.reservedConcurrency = reservedConcurrency
    }
}
