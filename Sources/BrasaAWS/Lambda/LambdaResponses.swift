package import BrasaModel

/// Answer of `GetFunction`.
package struct GetFunctionBody: Encodable, Sendable {
    private let configuration: FunctionConfigurationBody
    private let code: [String: String]
    private let tags: [String: String]?
    private let concurrency: ConcurrencyShape?

    package init(
        configuration: FunctionConfigurationBody, location: String, tags: [String: String], reservedConcurrency: Int?
    ) {
        self.configuration = configuration
        self.code = ["RepositoryType": "S3", "Location": location]
        self.tags = tags.isEmpty ? nil : tags
        self.concurrency = reservedConcurrency.map { ConcurrencyShape(reservedConcurrentExecutions: $0) }
    }

    enum CodingKeys: String, CodingKey {
        case configuration = "Configuration", code = "Code", tags = "Tags", concurrency = "Concurrency"
    }
}

/// Answer of the operations that list: one page under the name the operation gives it.
package struct PageBody<Item: Encodable & Sendable>: Encodable, Sendable {
    private let name: String
    private let items: [Item]
    private let nextMarker: String?

    package init(_ name: String, items: [Item], nextMarker: String?) {
        self.name = name
        self.items = items
        self.nextMarker = nextMarker
    }

    private struct Key: CodingKey {
        var stringValue: String
        var intValue: Int? { nil }

        init(_ name: String) {
            self.stringValue = name
        }

        init?(stringValue: String) {
            self.stringValue = stringValue
        }

        init?(intValue: Int) { nil }
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(self.items, forKey: Key(self.name))
        try container.encodeIfPresent(self.nextMarker, forKey: Key("NextMarker"))
    }
}

/// An alias as the API shows it.
package struct AliasBody: Encodable, Sendable {
    private let aliasARN: String
    private let name: String
    private let functionVersion: String
    private let description: String
    private let routingConfig: RoutingConfigShape?
    private let revisionID: String

    package init(_ alias: AliasDescription, scope: AccountScope) {
        self.aliasARN = scope.functionARN(alias.function, qualifier: alias.name)
        self.name = alias.name
        self.functionVersion = alias.version
        self.description = alias.description
        self.routingConfig =
            alias.weights.isEmpty ? nil : RoutingConfigShape(additionalVersionWeights: alias.weights)
        self.revisionID = alias.revisionID
    }

    enum CodingKeys: String, CodingKey {
        case aliasARN = "AliasArn", name = "Name", functionVersion = "FunctionVersion", description = "Description"
        case routingConfig = "RoutingConfig", revisionID = "RevisionId"
    }
}

/// Provisioned concurrency as the API shows it.
package struct ProvisionedConcurrencyBody: Encodable, Sendable {
    private let functionARN: String?
    private let requested: Int
    private let allocated: Int
    private let available: Int
    private let status: String
    private let statusReason: String?
    private let lastModified: String

    /// - Parameter isListed: whether it is one of a list, where it says whose it is.
    package init(_ provisioned: ProvisionedDescription, scope: AccountScope, isListed: Bool) {
        self.functionARN =
            isListed ? scope.functionARN(provisioned.function, qualifier: provisioned.qualifier) : nil
        self.requested = provisioned.requested
        self.allocated = provisioned.allocated
        self.available = provisioned.available
        self.status = provisioned.status.rawValue
        self.statusReason = provisioned.statusReason
        self.lastModified = AWSTimestamp.lastModified(milliseconds: provisioned.lastModifiedMilliseconds)
    }

    enum CodingKeys: String, CodingKey {
        case functionARN = "FunctionArn", requested = "RequestedProvisionedConcurrentExecutions"
        case allocated = "AllocatedProvisionedConcurrentExecutions", lastModified = "LastModified"
        case available = "AvailableProvisionedConcurrentExecutions", status = "Status", statusReason = "StatusReason"
    }
}

/// Retries of asynchronous events as the API shows them.
package struct EventInvokeBody: Encodable, Sendable {
    /// Seconds since 1970, a number here where other answers have a text.
    private let lastModified: Double
    private let functionARN: String
    private let maximumRetryAttempts: Int?
    private let maximumEventAgeInSeconds: Int?
    private let destinationConfig = ["OnSuccess": [String: String](), "OnFailure": [:]]

    package init(_ policy: EventInvokeDescription, scope: AccountScope) {
        self.lastModified = Double(policy.lastModifiedMilliseconds) / 1_000
        self.functionARN = scope.functionARN(policy.function, qualifier: policy.qualifier)
        self.maximumRetryAttempts = policy.maximumRetryAttempts
        self.maximumEventAgeInSeconds = policy.maximumEventAgeSeconds
    }

    enum CodingKeys: String, CodingKey {
        case lastModified = "LastModified", functionARN = "FunctionArn"
        case maximumRetryAttempts = "MaximumRetryAttempts", destinationConfig = "DestinationConfig"
        case maximumEventAgeInSeconds = "MaximumEventAgeInSeconds"
    }
}

/// Answer of `GetAccountSettings`.
package struct AccountSettingsBody: Encodable, Sendable {
    private let accountLimit: [String: Int]
    private let accountUsage: [String: Int]

    package init(_ usage: AccountUsage, limits: CodeArchive.Limits) {
        self.accountLimit = [
            // Code lies on the host's own disk: no quota but the one of AWS is known to clients.
            "TotalCodeSize": 80_530_636_800, "CodeSizeUnzipped": limits.unpackedBytes,
            "CodeSizeZipped": limits.packedBytes, "ConcurrentExecutions": usage.concurrencyLimit,
            "UnreservedConcurrentExecutions": usage.unreservedConcurrency,
        ]
        self.accountUsage = ["TotalCodeSize": usage.codeSizeBytes, "FunctionCount": usage.functionCount]
    }

    enum CodingKeys: String, CodingKey {
        case accountLimit = "AccountLimit", accountUsage = "AccountUsage"
    }
}
