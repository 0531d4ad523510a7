package import BrasaModel

/// `FunctionConfiguration`: a version of a function as the API shows it.
package struct FunctionConfigurationBody: Encodable, Sendable {
    private let functionName: String
    private let functionARN: String
    private let runtime: String
    private let role: String
    private let handler: String
    private let codeSize: Int
    private let description: String
    private let timeout: Int
    private let memorySize: Int
    private let lastModified: String
    private let codeSHA256: String
    private let version: String
    private let environment: EnvironmentShape?
    private let tracingConfig = ["Mode": "PassThrough"]
    private let revisionID: String
    private let state: String
    private let stateReason: String?
    private let stateReasonCode: String?
    private let lastUpdateStatus: String?
    private let lastUpdateStatusReason: String?
    private let lastUpdateStatusReasonCode: String?
    private let packageType = "Zip"
    private let architectures = [FunctionConfigurationBody.architecture]
    private let ephemeralStorage = ["Size": 512]
    private let snapStart = ["ApplyOn": "None", "OptimizationStatus": "Off"]
    private let loggingConfig: [String: String]

    /// The instruction set of this host, in the service's words.
    package static var architecture: String {
        #if arch(arm64)
            "arm64"
        #else
            "x86_64"
        #endif
    }

    package init(_ function: FunctionDescription, scope: AccountScope) {
        let settings = function.settings
        self.functionName = function.name
        self.functionARN = scope.functionARN(function.name, qualifier: function.qualifier)
        self.runtime = function.labels.runtime ?? "provided.al2023"
        self.role = function.labels.role ?? "arn:aws:iam::\(scope.account):role/brasa"
        self.handler = function.labels.handler ?? settings.entry ?? ""
        self.codeSize = function.packageSizeBytes
        self.description = settings.description
        // Whole seconds are all the API knows; a shorter timeout must not look like none.
        self.timeout = (settings.timeoutMilliseconds + 999) / 1_000
        self.memorySize = settings.memoryMegabytes
        self.lastModified = AWSTimestamp.lastModified(milliseconds: function.lastModifiedMilliseconds)
        self.codeSHA256 = DigestText.base64(hexadecimal: function.packageSHA256)
        self.version = function.version
        self.environment = settings.environment.isEmpty ? nil : EnvironmentShape(variables: settings.environment)
        self.revisionID = function.revisionID
        self.state = function.state.rawValue
        let isPending = function.state == .pending
        self.stateReason = isPending ? "The function is being created." : nil
        self.stateReasonCode = isPending ? "Creating" : nil
        self.lastUpdateStatus = isPending ? nil : function.updateStatus.rawValue
        if !isPending && function.updateStatus == .inProgress {
            // The service says "created" of updates too.
            self.lastUpdateStatusReason = "The function is being created."
            self.lastUpdateStatusReasonCode = "Creating"
        } else {
            self.lastUpdateStatusReason = isPending ? nil : function.updateStatusReason
            self.lastUpdateStatusReasonCode = self.lastUpdateStatusReason == nil ? nil : "FunctionError"
        }
        self.loggingConfig = ["LogFormat": "Text", "LogGroup": "/aws/lambda/\(function.name)"]
    }

    enum CodingKeys: String, CodingKey {
        case functionName = "FunctionName", functionARN = "FunctionArn", runtime = "Runtime", role = "Role"
        case handler = "Handler", codeSize = "CodeSize", description = "Description", timeout = "Timeout"
        case memorySize = "MemorySize", lastModified = "LastModified", codeSHA256 = "CodeSha256", version = "Version"
        case environment = "Environment", tracingConfig = "TracingConfig", revisionID = "RevisionId", state = "State"
        case stateReason = "StateReason", stateReasonCode = "StateReasonCode", lastUpdateStatus = "LastUpdateStatus"
        case lastUpdateStatusReason = "LastUpdateStatusReason", packageType = "PackageType"
        case lastUpdateStatusReasonCode = "LastUpdateStatusReasonCode", architectures = "Architectures"
        case ephemeralStorage = "EphemeralStorage", snapStart = "SnapStart", loggingConfig = "LoggingConfig"
    }
}
