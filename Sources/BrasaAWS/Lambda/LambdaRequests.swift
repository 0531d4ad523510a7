package import FoundationEssentials

/// Body of `CreateFunction`.
package struct CreateFunctionRequest: Decodable, Sendable {
    /// Where the code comes from.
    package struct Code: Decodable, Sendable {
        package var zipFile: Data?
        package var s3Bucket: String?
        package var s3Key: String?
        package var imageURI: String?

        enum CodingKeys: String, CodingKey {
            case zipFile = "ZipFile", s3Bucket = "S3Bucket", s3Key = "S3Key", imageURI = "ImageUri"
        }
    }

    package var functionName: String?
    package var runtime: String?
    package var role: String?
    package var handler: String?
    package var code: Code?
    package var description: String?
    package var timeout: Int?
    package var memorySize: Int?
    package var publish: Bool?
    package var packageType: String?
    package var environment: EnvironmentShape?
    package var tags: [String: String]?
    package var architectures: [String]?

    enum CodingKeys: String, CodingKey {
        case functionName = "FunctionName", runtime = "Runtime", role = "Role", handler = "Handler", code = "Code"
        case description = "Description", timeout = "Timeout", memorySize = "MemorySize", publish = "Publish"
        case packageType = "PackageType", environment = "Environment", tags = "Tags", architectures = "Architectures"
    }
}

/// `Environment` of a function.
package struct EnvironmentShape: Codable, Sendable, Hashable {
    package var variables: [String: String]?

    package init(variables: [String: String]?) {
        self.variables = variables
    }

    enum CodingKeys: String, CodingKey {
        case variables = "Variables"
    }
}

/// Body of `UpdateFunctionCode`.
package struct UpdateFunctionCodeRequest: Decodable, Sendable {
    package var zipFile: Data?
    package var s3Bucket: String?
    package var s3Key: String?
    package var imageURI: String?
    package var publish: Bool?
    package var dryRun: Bool?
    package var revisionID: String?
    package var architectures: [String]?

    enum CodingKeys: String, CodingKey {
        case zipFile = "ZipFile", s3Bucket = "S3Bucket", s3Key = "S3Key", imageURI = "ImageUri", publish = "Publish"
        case dryRun = "DryRun", revisionID = "RevisionId", architectures = "Architectures"
    }
}

/// Body of `UpdateFunctionConfiguration`.
package struct UpdateFunctionConfigurationRequest: Decodable, Sendable {
    package var runtime: String?
    package var role: String?
    package var handler: String?
    package var description: String?
    package var timeout: Int?
    package var memorySize: Int?
    package var environment: EnvironmentShape?
    package var revisionID: String?

    enum CodingKeys: String, CodingKey {
        case runtime = "Runtime", role = "Role", handler = "Handler", description = "Description", timeout = "Timeout"
        case memorySize = "MemorySize", environment = "Environment", revisionID = "RevisionId"
    }
}

/// Body of `PublishVersion`.
package struct PublishVersionRequest: Decodable, Sendable {
    package var codeSHA256: String?
    package var description: String?
    package var revisionID: String?

    enum CodingKeys: String, CodingKey {
        case codeSHA256 = "CodeSha256", description = "Description", revisionID = "RevisionId"
    }
}

/// Body of `CreateAlias` and `UpdateAlias`.
package struct AliasRequest: Decodable, Sendable {
    package var name: String?
    package var functionVersion: String?
    package var description: String?
    package var routingConfig: RoutingConfigShape?
    package var revisionID: String?

    enum CodingKeys: String, CodingKey {
        case name = "Name", functionVersion = "FunctionVersion", description = "Description"
        case routingConfig = "RoutingConfig", revisionID = "RevisionId"
    }
}

/// `RoutingConfig` of an alias.
package struct RoutingConfigShape: Codable, Sendable, Hashable {
    package var additionalVersionWeights: [String: Double]?

    package init(additionalVersionWeights: [String: Double]?) {
        self.additionalVersionWeights = additionalVersionWeights
    }

    enum CodingKeys: String, CodingKey {
        case additionalVersionWeights = "AdditionalVersionWeights"
    }
}

/// Body of `PutFunctionConcurrency`, and of the answers about it.
package struct ConcurrencyShape: Codable, Sendable, Hashable {
    package var reservedConcurrentExecutions: Int?

    package init(reservedConcurrentExecutions: Int?) {
        self.reservedConcurrentExecutions = reservedConcurrentExecutions
    }

    enum CodingKeys: String, CodingKey {
        case reservedConcurrentExecutions = "ReservedConcurrentExecutions"
    }
}

/// Body of `PutProvisionedConcurrencyConfig`.
package struct ProvisionedConcurrencyRequest: Decodable, Sendable {
    package var provisionedConcurrentExecutions: Int?

    enum CodingKeys: String, CodingKey {
        case provisionedConcurrentExecutions = "ProvisionedConcurrentExecutions"
    }
}

/// Body of `PutFunctionEventInvokeConfig` and `UpdateFunctionEventInvokeConfig`.
package struct EventInvokeRequest: Decodable, Sendable {
    package var maximumRetryAttempts: Int?
    package var maximumEventAgeInSeconds: Int?
    package var destinationConfig: JSONValue?

    enum CodingKeys: String, CodingKey {
        case maximumRetryAttempts = "MaximumRetryAttempts", maximumEventAgeInSeconds = "MaximumEventAgeInSeconds"
        case destinationConfig = "DestinationConfig"
    }
}

/// Body of `TagResource`, and of the answer of `ListTags`.
package struct TagsShape: Codable, Sendable, Hashable {
    package var tags: [String: String]?

    package init(tags: [String: String]?) {
        self.tags = tags
    }

    enum CodingKeys: String, CodingKey {
        case tags = "Tags"
    }
}
