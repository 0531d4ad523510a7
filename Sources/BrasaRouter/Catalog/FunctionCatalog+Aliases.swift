package import BrasaModel

extension FunctionCatalog {
    package func createAlias(function: String, name: String, change: AliasChange) async throws -> AliasDescription {
        try await self.exclusively {
            var record = try self.visible(function, qualifier: change.version)
            guard record.aliases[name] == nil else {
                throw CatalogError(.conflict, "Alias already exists: \(self.arn(function, name))")
            }
            guard let version = change.version else {
                throw CatalogError(.invalidValue, "An alias needs FunctionVersion, the version it points to.")
            }
            let alias = FunctionRecord.Alias(
                version: version, description: change.description ?? "", weights: change.weights ?? [:],
                revisionID: RequestID().description)
            try self.check(alias, function: function, record: record)
            record.aliases[name] = alias
            try await self.save(record, function: function)
            return self.description(function, name, alias)
        }
    }

    package func updateAlias(function: String, name: String, change: AliasChange) async throws -> AliasDescription {
        try await self.exclusively {
            var record = try self.visible(function)
            guard var alias = record.aliases[name] else {
                throw CatalogError(.notFound, "Alias not found: \(self.arn(function, name))")
            }
            try self.checkRevision(change.revisionID, alias.revisionID)
            if let version = change.version { alias.version = version }
            if let description = change.description { alias.description = description }
            if let weights = change.weights { alias.weights = weights }
            alias.revisionID = RequestID().description
            try self.check(alias, function: function, record: record)
            if record.provisioned[name] != nil && record.provisioned[alias.version] != nil {
                throw CatalogError(.conflict, Self.doubleProvisioned)
            }
            if record.provisioned[name] != nil && alias.version == VersionKey.latest {
                throw CatalogError(.invalidValue, Self.unpublishedProvisioned)
            }
            record.aliases[name] = alias
            try await self.save(record, function: function)
            return self.description(function, name, alias)
        }
    }

    package func alias(function: String, name: String) async throws -> AliasDescription {
        guard let alias = try self.visible(function).aliases[name] else { throw self.noAlias(function, name) }
        return self.description(function, name, alias)
    }

    package func aliases(function: String, version: String?) async throws -> [AliasDescription] {
        try self.visible(function).aliases.sorted { $0.key < $1.key }
            .filter { version == nil || $0.value.version == version || $0.value.weights[version ?? ""] != nil }
            .map { self.description(function, $0.key, $0.value) }
    }

    package func deleteAlias(function: String, name: String) async throws {
        try await self.exclusively {
            var record = try self.visible(function)
            guard record.aliases[name] != nil else { return }
            record.aliases[name] = nil
            record.provisioned[name] = nil
            record.eventInvoke[name] = nil
            try await self.save(record, function: function)
        }
    }

    /// Stores a changed record and has the runner follow.
    ///
    /// Only inside `exclusively`.
    func save(_ record: FunctionRecord, function: String) async throws {
        var document = self.documents[function] ?? FunctionDocument(name: function)
        document.function = record
        try await self.commit(document)
        self.schedule(function)
    }

    func noAlias(_ function: String, _ name: String) -> CatalogError {
        CatalogError(.notFound, "Cannot find alias arn: \(self.arn(function, name))")
    }

    private func check(_ alias: FunctionRecord.Alias, function: String, record: FunctionRecord) throws {
        guard record.version(alias.version) != nil else { throw self.notFound(function, alias.version) }
        guard alias.weights.count <= 1 else {
            throw CatalogError(
                .invalidValue, "Number of items in AdditionalVersionWeights cannot be greater than 1")
        }
        guard let (number, weight) = alias.weights.first else { return }
        let value =
            "1 validation error detected: Value '{\(number)=\(weight)}' at 'routingConfig.additionalVersionWeights'"
        guard (0...1).contains(weight) else {
            throw CatalogError(
                .validation,
                "\(value) failed to satisfy constraint: Map value must satisfy constraint: [Member must have value less "
                    + "than or equal to 1.0, Member must have value greater than or equal to 0.0, Member must not be null]"
            )
        }
        guard number != alias.version else {
            throw CatalogError(
                .invalidValue,
                "Invalid function version \(number). Function version \(number) is already included in routing "
                    + "configuration.")
        }
        guard alias.version != VersionKey.latest else {
            throw CatalogError(
                .invalidValue, "$LATEST is not supported for an alias pointing to more than 1 version")
        }
        guard number.utf8.allSatisfy({ (48...57).contains($0) }) else {
            throw CatalogError(
                .validation,
                "\(value) failed to satisfy constraint: Map keys must satisfy constraint: [Member must have length less "
                    + "than or equal to 1024, Member must have length greater than or equal to 1, Member must satisfy "
                    + "regular expression pattern: [0-9]+]")
        }
        guard record.version(number) != nil else { throw self.notFound(function, number) }
    }

    private func description(_ function: String, _ name: String, _ alias: FunctionRecord.Alias) -> AliasDescription {
        AliasDescription(
            function: function, name: name, version: alias.version, description: alias.description,
            weights: alias.weights, revisionID: alias.revisionID)
    }
}
