/// What a running host says about its functions.
struct HostedFunctions: Codable, Sendable, Hashable {
    let functions: [HostedFunction]
    /// Libraries of its folder that do not answer; nil: a host that does not tell.
    var refused: [HostedDeployment]?
}

/// A function of a running host, as `/_brasa/functions` tells it.
///
/// All but the name may be missing, so that a host of another version can be listed.
struct HostedFunction: Codable, Sendable, Hashable {
    let name: String
    /// `Active`, `Pending`, `Inactive` or `Failed`.
    var state: String?
    var updateStatus: String?
    /// Why the last update failed, or the latest version cannot start.
    var failure: String?
    /// The version that answers without a qualifier.
    var version: String?
    var publishedVersions: [String]?
    /// nil until it has started.
    var isolation: String?
    /// Why it does not run in the isolation asked for.
    var note: String?
    /// Processes by what they do: `starting`, `idle`, `busy`.
    var instances: [String: Int]?
    var memoryMegabytes: Int?
    var timeoutMilliseconds: Int?
    var reservedConcurrency: Int?
    var codeSHA256: String?
    var codeSizeBytes: Int?
    /// As AWS writes times.
    var lastModified: String?
}
