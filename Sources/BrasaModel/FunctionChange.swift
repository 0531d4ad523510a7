/// A function to be created through the API.
package struct FunctionCreation: Sendable {
    package var name: String
    package var code: FunctionCode
    package var settings: FunctionSettings
    package var labels: VersionLabels
    /// Whether version 1 is published at once.
    package var publishes: Bool

    package init(
        name: String, code: FunctionCode, settings: FunctionSettings, labels: VersionLabels, publishes: Bool
    ) {
        self.name = name
        self.code = code
        self.settings = settings
        self.labels = labels
        self.publishes = publishes
    }
}

/// What clients of the API store with a version and the host does not act on.
package struct VersionLabels: Sendable, Hashable, Codable {
    /// As the client gave it; nil: not given.
    package var handler: String?
    package var runtime: String?
    package var role: String?

    package init(handler: String? = nil, runtime: String? = nil, role: String? = nil) {
        self.handler = handler
        self.runtime = runtime
        self.role = role
    }
}

/// Settings to be changed through the API; nil leaves a value as it is.
package struct SettingsChange: Sendable {
    package var description: String?
    package var memoryMegabytes: Int?
    package var timeoutMilliseconds: Int?
    package var environment: [String: String]?
    /// The outer nil leaves the entry as it is, the inner nil selects the library's first function.
    package var entry: String??
    package var handler: String?
    package var runtime: String?
    package var role: String?
    /// Revision the change is based on; nil: any.
    package var revisionID: String?

    package init() {}
}

/// An alias to be created or changed; nil leaves a value as it is.
package struct AliasChange: Sendable {
    package var version: String?
    package var description: String?
    /// Shares by version number, at most one; empty ends the sharing.
    package var weights: [String: Double]?
    /// Revision the change is based on; nil: any.
    package var revisionID: String?

    package init(
        version: String? = nil, description: String? = nil, weights: [String: Double]? = nil, revisionID: String? = nil
    ) {
        self.version = version
        self.description = description
        self.weights = weights
        self.revisionID = revisionID
    }
}
