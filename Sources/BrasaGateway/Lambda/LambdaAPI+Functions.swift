import BrasaAWS
import BrasaModel
import FoundationEssentials

extension LambdaAPI {
    func createFunction(_ request: ControlRequest) async throws -> ControlResponse {
        let body = try request.decoded(CreateFunctionRequest.self)
        var check = self.check(
            description: body.description, timeout: body.timeout, memory: body.memorySize,
            environment: body.environment?.variables)
        check.required(body.functionName != nil, "functionName")
        check.required(body.code != nil, "code")
        check.oneOf(body.packageType, "packageType", ["Zip", "Image"])
        check.role(body.role)
        check.architectures(body.architectures)
        check.length(body.handler, "handler", 0...128)
        check.tags(body.tags)
        try check.finish()
        try Self.check(runtime: body.runtime)
        try self.check(variables: body.environment?.variables)
        try request.decoded(UnofferedSettings.self).refuse()
        try Self.refuseOtherSources(
            bucket: body.code?.s3Bucket ?? body.code?.s3Key,
            image: body.code?.imageURI ?? (body.packageType == "Image" ? "" : nil))
        try Self.checkArchitectures(body.architectures)
        let reference = try FunctionReference(body.functionName ?? "", form: .short, scope: self.scope)
        if let tags = body.tags, tags.count > 50 {
            throw LambdaError.invalidParameter("Number of tags exceeds resource tag limit.")
        }
        let handler = try HandlerName(body.handler)
        var settings = FunctionSettings()
        settings.entry = handler.entry
        settings.description = body.description ?? ""
        settings.memoryMegabytes = body.memorySize ?? settings.memoryMegabytes
        settings.timeoutMilliseconds = body.timeout.map { $0 * 1_000 } ?? settings.timeoutMilliseconds
        settings.environment = body.environment?.variables ?? [:]
        settings.tags = body.tags ?? [:]
        let creation = FunctionCreation(
            name: reference.name,
            code: try self.code(body.code?.zipFile, file: handler.file, function: reference.name), settings: settings,
            labels: VersionLabels(handler: body.handler, runtime: body.runtime, role: body.role),
            publishes: body.publish ?? false)
        return try self.configuration(try await self.control.create(creation), status: 201)
    }

    func getFunction(_ request: ControlRequest) async throws -> ControlResponse {
        let reference = try request.function()
        let function = try await self.control.describe(function: reference.name, qualifier: reference.qualifier)
        return try ControlResponse(
            json: GetFunctionBody(
                configuration: FunctionConfigurationBody(function, scope: self.scope),
                location: "http://\(request.host)/_brasa/code/\(function.name)/\(function.version)",
                tags: function.tags, reservedConcurrency: function.reservedConcurrency))
    }

    func getFunctionConfiguration(_ request: ControlRequest) async throws -> ControlResponse {
        let reference = try request.function()
        return try self.configuration(
            try await self.control.describe(function: reference.name, qualifier: reference.qualifier))
    }

    func listFunctions(_ request: ControlRequest) async throws -> ControlResponse {
        var check = ParameterCheck()
        check.oneOf(request.queried("FunctionVersion"), "functionVersion", ["ALL"])
        try check.finish()
        let functions = await self.control.functions(allVersions: request.queried("FunctionVersion") == "ALL")
        return try self.page("Functions", functions, request)
    }

    func updateFunctionCode(_ request: ControlRequest) async throws -> ControlResponse {
        let body = try request.decoded(UpdateFunctionCodeRequest.self)
        var check = ParameterCheck()
        check.architectures(body.architectures)
        try check.finish()
        try request.decoded(UnofferedSettings.self).refuse()
        try Self.refuseOtherSources(bucket: body.s3Bucket ?? body.s3Key, image: body.imageURI)
        try Self.checkArchitectures(body.architectures)
        let name = try request.unqualifiedFunction()
        let current = try await self.control.describe(function: name, qualifier: nil)
        let handler = try HandlerName(current.labels.handler)
        let function = try await self.control.updateCode(
            function: name, code: try self.code(body.zipFile, file: handler.file, function: name),
            revisionID: body.revisionID, publishes: body.publish ?? false, isDryRun: body.dryRun ?? false)
        return try self.configuration(function)
    }

    func updateFunctionConfiguration(_ request: ControlRequest) async throws -> ControlResponse {
        let body = try request.decoded(UpdateFunctionConfigurationRequest.self)
        var check = self.check(
            description: body.description, timeout: body.timeout, memory: body.memorySize,
            environment: body.environment?.variables)
        check.role(body.role)
        check.length(body.handler, "handler", 0...128)
        try check.finish()
        try Self.check(runtime: body.runtime)
        try self.check(variables: body.environment?.variables)
        try request.decoded(UnofferedSettings.self).refuse()
        var change = SettingsChange()
        change.description = body.description
        change.memoryMegabytes = body.memorySize
        change.timeoutMilliseconds = body.timeout.map { $0 * 1_000 }
        change.environment = body.environment.map { $0.variables ?? [:] }
        if let handler = body.handler {
            change.entry = .some(try HandlerName(handler).entry)
            change.handler = handler
        }
        change.runtime = body.runtime
        change.role = body.role
        change.revisionID = body.revisionID
        return try self.configuration(
            try await self.control.updateSettings(function: try request.unqualifiedFunction(), change: change))
    }

    func deleteFunction(_ request: ControlRequest) async throws -> ControlResponse {
        let reference = try request.function()
        try await self.control.delete(function: reference.name, qualifier: reference.qualifier)
        return ControlResponse(emptyWithStatus: 204)
    }

    func publishVersion(_ request: ControlRequest) async throws -> ControlResponse {
        let body = try request.decoded(PublishVersionRequest.self)
        try self.check(description: body.description, timeout: nil, memory: nil, environment: nil).finish()
        try request.decoded(UnofferedSettings.self).refuse()
        let function = try await self.control.publish(
            function: try request.unqualifiedFunction(), description: body.description,
            codeSHA256Base64: body.codeSHA256, revisionID: body.revisionID)
        return try self.configuration(function, status: 201)
    }

    func listVersions(_ request: ControlRequest) async throws -> ControlResponse {
        let versions = try await self.control.versions(function: try request.unqualifiedFunction())
        return try self.page("Versions", versions, request)
    }

    // MARK: - Parts

    private func configuration(_ function: FunctionDescription, status: Int = 200) throws -> ControlResponse {
        try ControlResponse(status, json: FunctionConfigurationBody(function, scope: self.scope))
    }

    private func page(
        _ name: String, _ functions: [FunctionDescription], _ request: ControlRequest
    ) throws -> ControlResponse {
        // Versions of one function stay together and in the order of their numbers.
        let page = try ListPage(functions, request: request) { function in
            let number = Int(function.version).map(String.init) ?? ""
            return "\(function.name) \(String(repeating: "0", count: max(0, 12 - number.count)))\(number)"
        }
        let items = page.items.map { FunctionConfigurationBody($0, scope: self.scope) }
        return try ControlResponse(json: PageBody(name, items: items, nextMarker: page.nextMarker))
    }

    private func code(_ upload: Data?, file: String?, function: String) throws -> FunctionCode {
        guard let upload, !upload.isEmpty else {
            throw LambdaError.invalidParameter(
                "Please provide the code as ZipFile: a ZIP archive with the library (.so) in it, or the library itself."
            )
        }
        return try CodeArchive.library(
            in: Array(upload), file: file, function: function, limits: self.limits.code)
    }

    private func check(
        description: String?, timeout: Int?, memory: Int?, environment: [String: String]?
    ) -> ParameterCheck {
        var check = ParameterCheck()
        check.length(description, "description", 0...256)
        check.range(timeout, "timeout", self.limits.timeoutSeconds)
        check.range(memory, "memorySize", self.limits.memoryMegabytes)
        for name in (environment ?? [:]).keys.sorted() {
            check.form(name, "environment.variables", pattern: "[a-zA-Z]([a-zA-Z0-9_])+") { name in
                let bytes = Array(name.utf8)
                let isWord = bytes.allSatisfy { byte in
                    (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte) || byte == 95
                }
                return isWord && bytes.count > 1 && bytes[0] > 57 && bytes[0] != 95
            }
        }
        return check
    }

    /// What a library runs on; other runtimes would want code that is none.
    private static func check(runtime: String?) throws {
        let offered = ["provided.al2023", "provided.al2", "provided"]
        guard let runtime, !offered.contains(runtime) else { return }
        throw LambdaError.invalidParameter(
            "Value \(runtime) at 'runtime' failed to satisfy constraint: Member must satisfy enum value set: "
                + "[\(offered.joined(separator: ", "))] or be a valid ARN")
    }

    /// Variables that the host sets itself, and names that the service keeps for itself.
    private static let reservedVariables: Set<String> = [
        "_HANDLER", "_X_AMZN_TRACE_ID", "AWS_DEFAULT_REGION", "AWS_REGION", "AWS_EXECUTION_ENV",
        "AWS_LAMBDA_FUNCTION_NAME", "AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "AWS_LAMBDA_FUNCTION_VERSION",
        "AWS_LAMBDA_INITIALIZATION_TYPE", "AWS_LAMBDA_LOG_GROUP_NAME", "AWS_LAMBDA_LOG_STREAM_NAME", "AWS_ACCESS_KEY",
        "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_LAMBDA_RUNTIME_API",
        "LAMBDA_TASK_ROOT", "LAMBDA_RUNTIME_DIR",
    ]

    private func check(variables environment: [String: String]?) throws {
        let reserved = (environment ?? [:]).keys.filter(Self.reservedVariables.contains).sorted()
        guard reserved.isEmpty else {
            throw LambdaError.invalidParameter(
                "Lambda was unable to configure your environment variables because the environment variables you have "
                    + "provided contains reserved keys that are currently not supported for modification. "
                    + "Reserved keys used in this request: \(reserved.joined(separator: ", "))")
        }
        let sorted = (environment ?? [:]).sorted { $0.key < $1.key }
        let text = JSONText.object(sorted.map { ($0.key, $0.value) })
        guard text.utf8.count > self.limits.environmentBytes else { return }
        throw LambdaError.invalidParameter(
            "Lambda was unable to configure your environment variables because the environment variables you have "
                + "provided exceeded the 4KB limit. String measured: \(text)")
    }

    private static func refuseOtherSources(bucket: String?, image: String?) throws {
        if bucket != nil {
            throw LambdaError.invalidParameter(
                "S3Bucket and S3Key are not offered by this version of Brasa: send the code as ZipFile.")
        }
        if image != nil {
            throw LambdaError.invalidParameter(
                "Container images (ImageUri, PackageType Image) are not offered by this version of Brasa: send a library "
                    + "as ZipFile.")
        }
    }

    private static func checkArchitectures(_ architectures: [String]?) throws {
        let own = FunctionConfigurationBody.architecture
        guard let architectures, architectures != [own] else { return }
        throw LambdaError.invalidParameter(
            "Architectures is [\(architectures.joined(separator: ", "))], but this host runs [\(own)] only.")
    }
}
