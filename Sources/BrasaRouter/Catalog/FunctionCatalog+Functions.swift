package import BrasaModel

extension FunctionCatalog: FunctionControl {
    package func create(_ creation: FunctionCreation) async throws -> FunctionDescription {
        try await self.exclusively {
            let name = creation.name
            guard self.documents[name]?.visible == nil else {
                throw CatalogError(.conflict, "Function already exist: \(name)")
            }
            var latest = try await self.stored(creation.code, function: name) { record in
                record.settings = creation.settings
                record.labels = creation.labels
            }
            latest.state = .pending
            var record = FunctionRecord(latest: latest)
            record.tags = creation.settings.tags
            var number = VersionKey.latest
            if creation.publishes { number = record.publish(description: nil, now: self.now()) }
            var document = self.documents[name] ?? FunctionDocument(name: name)
            // Of a file that is gone nothing has to be remembered; of one that is there, that this stands in its place.
            if document.folder?.isPresent == false { document.folder = nil }
            document.function = record
            try await self.commit(document)
            self.schedule(name)
            return try self.description(name, record, number: number, qualifier: creation.publishes ? number : nil)
        }
    }

    package func describe(function: String, qualifier: String?) async throws -> FunctionDescription {
        let record = try self.visible(function, qualifier: qualifier)
        let version = try self.version(function, qualifier)
        return try self.description(function, record, number: version.version, qualifier: qualifier)
    }

    package func functions(allVersions: Bool) async -> [FunctionDescription] {
        self.documents.keys.sorted().flatMap { name -> [FunctionDescription] in
            guard let record = self.documents[name]?.visible else { return [] }
            let versions = allVersions ? record.versions : [record.latest]
            return versions.map {
                let qualifier = allVersions || $0.version != VersionKey.latest ? $0.version : nil
                return self.description(name, record, $0, qualifier: qualifier)
            }
        }
    }

    package func running() async -> [RunningFunction] {
        var functions: [RunningFunction] = []
        for description in await self.functions(allVersions: false) {
            var status: VersionStatus?
            if let version = self.live[description.name]?.running[VersionKey.latest] {
                status = await self.runner.status(of: version)
            }
            let published = self.documents[description.name]?.visible?.published.map(\.version) ?? []
            functions.append(
                RunningFunction(description: description, status: status, publishedVersions: published))
        }
        return functions
    }

    package func versions(function: String) async throws -> [FunctionDescription] {
        let record = try self.visible(function)
        return record.versions.map { self.description(function, record, $0, qualifier: $0.version) }
    }

    package func code(function: String, qualifier: String?) async throws -> (bytes: [UInt8], isArchive: Bool) {
        let version = try self.version(function, qualifier)
        if let archive = version.archiveSHA256 {
            return (try await self.blobs.read(self.blobs.path(sha256: archive, fileName: Self.archiveName)), true)
        }
        return (try await self.blobs.read(version.libraryPath(self.blobs)), false)
    }

    package func updateCode(
        function: String, code: FunctionCode, revisionID: String?, publishes: Bool, isDryRun: Bool
    ) async throws -> FunctionDescription {
        try await self.exclusively {
            var record = try self.visible(function)
            try self.checkRevision(revisionID, record.latest.revisionID)
            try self.checkNoUpdate(function, record)
            let old = record.latest
            record.latest = try await self.stored(code, function: function) { latest in
                latest.settings = old.settings
                latest.labels = old.labels
            }
            return try await self.replaceLatest(
                function, record, publishes: publishes, isDryRun: isDryRun)
        }
    }

    package func updateSettings(function: String, change: SettingsChange) async throws -> FunctionDescription {
        try await self.exclusively {
            var record = try self.visible(function)
            try self.checkRevision(change.revisionID, record.latest.revisionID)
            try self.checkNoUpdate(function, record)
            record.latest.apply(change)
            record.latest.source = .api
            record.latest.lastModifiedMilliseconds = self.now()
            record.latest.revisionID = RequestID().description
            return try await self.replaceLatest(function, record, publishes: false, isDryRun: false)
        }
    }

    package func delete(function: String, qualifier: String?) async throws {
        try await self.exclusively {
            var record = try self.visible(function)
            guard var document = self.documents[function] else { throw self.notFound(function, nil) }
            if let qualifier {
                try self.checkDeletable(function, record, qualifier)
                // As on AWS a version that is not there counts as deleted.
                guard record.version(qualifier) != nil else { return }
                record.published.removeAll { $0.version == qualifier }
                record.provisioned[qualifier] = nil
                record.eventInvoke[qualifier] = nil
                document.function = record
            } else {
                document.function = nil
            }
            try await self.commit(document)
            self.schedule(function)
        }
    }

    package func publish(
        function: String, description: String?, codeSHA256Base64: String?, revisionID: String?
    ) async throws -> FunctionDescription {
        try await self.exclusively {
            var record = try self.visible(function)
            try self.checkRevision(revisionID, record.latest.revisionID)
            let current = DigestText.base64(hexadecimal: record.latest.packageSHA256)
            if let given = codeSHA256Base64, !given.isEmpty, given != current {
                throw CatalogError(
                    .invalidValue,
                    "CodeSHA256 (\(given)) is different from current CodeSHA256 in $LATEST (\(current)). "
                        + "Please try again with the CodeSHA256 in $LATEST.")
            }
            try self.checkNoUpdate(function, record)
            let number = record.publish(description: description, now: self.now())
            var document = self.documents[function] ?? FunctionDocument(name: function)
            document.function = record
            try await self.commit(document)
            self.schedule(function)
            return try self.description(function, record, number: number, qualifier: number)
        }
    }

    // MARK: - Parts

    /// Name of the blob an uploaded archive is kept in.
    static let archiveName = "package.zip"

    private func replaceLatest(
        _ name: String, _ changed: FunctionRecord, publishes: Bool, isDryRun: Bool
    ) async throws -> FunctionDescription {
        var record = changed
        record.latest.state = .active
        record.latest.updateStatus = .inProgress
        record.latest.updateStatusReason = nil
        if isDryRun { return self.description(name, record, record.latest, qualifier: nil) }
        var number = VersionKey.latest
        if publishes { number = record.publish(description: nil, now: self.now()) }
        var document = self.documents[name] ?? FunctionDocument(name: name)
        document.function = record
        try await self.commit(document)
        self.schedule(name)
        return try self.description(name, record, number: number, qualifier: publishes ? number : nil)
    }

    /// Stores uploaded code, has it verified, and makes the record of a new `$LATEST` with it.
    private func stored(
        _ code: FunctionCode, function: String, _ fill: (inout VersionRecord) -> Void
    ) async throws -> VersionRecord {
        let library = try await self.blobs.store(code.library, fileName: code.fileName)
        var record = VersionRecord(
            version: VersionKey.latest, source: .api, codeSHA256: library.sha256, codeSizeBytes: library.sizeBytes,
            fileName: library.path.split(separator: "/").last.map(String.init) ?? code.fileName,
            settings: FunctionSettings(), labels: VersionLabels(), lastModifiedMilliseconds: self.now(),
            revisionID: RequestID().description)
        if let package = code.package {
            let archive = try await self.blobs.store(package, fileName: Self.archiveName)
            record.archiveSHA256 = archive.sha256
            record.archiveSizeBytes = archive.sizeBytes
        }
        fill(&record)
        try await self.verified(library.path, symbol: record.settings.symbol, named: code.fileName)
        return record
    }

    private func checkNoUpdate(_ name: String, _ record: FunctionRecord) throws {
        if record.latest.state == .pending {
            throw CatalogError(
                .conflict,
                "The operation cannot be performed at this time. "
                    + "The function is currently in the following state: Pending")
        }
        if record.latest.updateStatus == .inProgress {
            throw CatalogError(
                .conflict,
                "The operation cannot be performed at this time. An update is in progress for resource: \(self.arn(name))"
            )
        }
    }

    private func checkDeletable(_ name: String, _ record: FunctionRecord, _ qualifier: String) throws {
        guard qualifier != VersionKey.latest else {
            throw CatalogError(
                .invalidValue, "$LATEST version cannot be deleted without deleting the function.")
        }
        guard record.aliases[qualifier] == nil else {
            throw CatalogError(
                .invalidValue,
                "\"\(qualifier)\" is an alias: DeleteFunction removes versions, DeleteAlias removes aliases.")
        }
        let users = record.aliases.filter { $0.value.version == qualifier || $0.value.weights[qualifier] != nil }
        guard users.isEmpty else {
            throw CatalogError(
                .conflict,
                "Version \(qualifier) of function \(self.arn(name)) cannot be deleted: it is referenced by the aliases "
                    + "[\(users.keys.sorted().joined(separator: ", "))]. Delete them or point them to another version.")
        }
    }

    private func description(
        _ name: String, _ record: FunctionRecord, number: String, qualifier: String?
    ) throws -> FunctionDescription {
        guard let version = record.version(number) else { throw self.notFound(name, number) }
        return self.description(name, record, version, qualifier: qualifier)
    }

    private func description(
        _ name: String, _ record: FunctionRecord, _ version: VersionRecord, qualifier: String?
    ) -> FunctionDescription {
        FunctionDescription(
            name: name, qualifier: qualifier, version: version.version, packageSHA256: version.packageSHA256,
            packageSizeBytes: version.archiveSizeBytes ?? version.codeSizeBytes, codeSHA256: version.codeSHA256,
            settings: version.settings, labels: version.labels,
            lastModifiedMilliseconds: version.lastModifiedMilliseconds, revisionID: version.revisionID,
            state: version.state, updateStatus: version.updateStatus,
            updateStatusReason: version.updateStatusReason, tags: record.tags,
            reservedConcurrency: record.reservedConcurrency)
    }
}

extension VersionRecord {
    /// Takes over what the change gives.
    mutating func apply(_ change: SettingsChange) {
        if let description = change.description { self.settings.description = description }
        if let memory = change.memoryMegabytes { self.settings.memoryMegabytes = memory }
        if let timeout = change.timeoutMilliseconds { self.settings.timeoutMilliseconds = timeout }
        if let environment = change.environment { self.settings.environment = environment }
        if let entry = change.entry { self.settings.entry = entry }
        if let handler = change.handler { self.labels.handler = handler }
        if let runtime = change.runtime { self.labels.runtime = runtime }
        if let role = change.role { self.labels.role = role }
    }
}
