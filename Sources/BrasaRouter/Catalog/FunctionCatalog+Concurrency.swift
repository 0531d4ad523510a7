package import BrasaModel

extension FunctionCatalog {
    static let doubleProvisioned =
        "Alias can't be used for Provisioned Concurrency configuration on an already Provisioned version"
    static let unpublishedProvisioned =
        "Provisioned Concurrency Configs cannot be applied to unpublished function versions."
    static let noProvisionable = "The function resource provided must be an alias or a published version."

    package func setReservedConcurrency(function: String, limit: Int?) async throws {
        try await self.exclusively {
            // The service names the version here, and here only.
            var record = try self.visible(function, qualifier: limit == nil ? nil : VersionKey.latest)
            try self.checkReserved(function, limit)
            record.reservedConcurrency = limit
            try await self.save(record, function: function)
        }
        // Callers invoke right afterwards and expect the limit to hold.
        await self.settled(function: function)
    }

    package func setProvisionedConcurrency(
        function: String, qualifier: String, count: Int
    ) async throws -> ProvisionedDescription {
        try await self.exclusively {
            var record = try self.provisionable(function, qualifier, latest: Self.unpublishedProvisioned)
            try self.checkProvisioned(function, record, qualifier: qualifier, count: count)
            let now = self.now()
            record.provisioned[qualifier] = FunctionRecord.Provisioned(count: count, lastModifiedMilliseconds: now)
            try await self.save(record, function: function)
            return ProvisionedDescription(
                function: function, qualifier: qualifier, requested: count, allocated: 0, available: 0,
                status: .inProgress, statusReason: nil, lastModifiedMilliseconds: now)
        }
    }

    package func provisionedConcurrency(function: String, qualifier: String) async throws -> ProvisionedDescription {
        let record = try self.provisionable(function, qualifier, latest: Self.noProvisionable)
        guard let provisioned = record.provisioned[qualifier] else {
            throw CatalogError(
                .noProvisionedConcurrency, "No Provisioned Concurrency Config found for this function")
        }
        return await self.description(function, record, qualifier, provisioned)
    }

    package func provisionedConcurrencies(function: String) async throws -> [ProvisionedDescription] {
        let record = try self.visible(function)
        var descriptions: [ProvisionedDescription] = []
        for (qualifier, provisioned) in record.provisioned.sorted(by: { $0.key < $1.key }) {
            descriptions.append(await self.description(function, record, qualifier, provisioned))
        }
        return descriptions
    }

    package func deleteProvisionedConcurrency(function: String, qualifier: String) async throws {
        try await self.exclusively {
            var record = try self.provisionable(function, qualifier, latest: Self.noProvisionable)
            record.provisioned[qualifier] = nil
            try await self.save(record, function: function)
        }
    }

    package func usage() async -> AccountUsage {
        let records = self.documents.values.compactMap(\.visible)
        let size = records.flatMap(\.versions).reduce(0) { $0 + ($1.archiveSizeBytes ?? $1.codeSizeBytes) }
        return AccountUsage(
            concurrencyLimit: self.configuration.accountConcurrency,
            unreservedConcurrency: max(0, self.unreserved(excluding: nil)), functionCount: records.count,
            codeSizeBytes: size)
    }

    /// Refuses a reservation that leaves too little for everybody else, or less than is provisioned already.
    func checkReserved(_ name: String, _ limit: Int?) throws {
        guard let limit else { return }
        guard limit >= 0 else {
            throw CatalogError(
                .validation,
                "1 validation error detected: Value '\(limit)' at 'reservedConcurrentExecutions' failed to satisfy "
                    + "constraint: Member must have value greater than or equal to 0")
        }
        let record = self.documents[name]?.visible
        // Giving back is always allowed, also where a lowered account limit has left too little.
        if limit > record?.reservedConcurrency ?? 0 {
            guard self.unreserved(excluding: name) - limit >= self.configuration.unreservedFloor else {
                throw CatalogError(
                    .invalidValue,
                    "Specified ReservedConcurrentExecutions for function decreases account's "
                        + "UnreservedConcurrentExecution below its minimum value of [\(self.configuration.unreservedFloor)]."
                )
            }
        }
        let provisioned = record?.totalProvisioned ?? 0
        guard limit >= provisioned else {
            throw CatalogError(
                .invalidValue,
                "ReservedConcurrentExecutions \(limit) should not be lower than function's total provisioned "
                    + "concurrency [\(provisioned)].")
        }
    }

    /// The account's concurrency without what is set apart for functions, or provisioned for those with nothing set apart.
    private func unreserved(excluding name: String?) -> Int {
        self.documents.values.reduce(self.configuration.accountConcurrency) { left, document in
            guard document.name != name, let record = document.visible else { return left }
            return left - (record.reservedConcurrency ?? record.totalProvisioned)
        }
    }

    /// The function of a published version or alias.
    ///
    /// - Parameter latest: what to say of `$LATEST`, and of an alias for it.
    private func provisionable(_ name: String, _ qualifier: String, latest: String) throws -> FunctionRecord {
        let record = self.documents[name]?.visible
        let alias = record?.aliases[qualifier]
        guard qualifier != VersionKey.latest && alias?.version != VersionKey.latest else {
            throw CatalogError(.invalidValue, latest)
        }
        guard let record, alias != nil || record.version(qualifier) != nil else {
            let isNumber = qualifier.utf8.allSatisfy { (48...57).contains($0) }
            throw isNumber ? self.notFound(name, qualifier) : self.noAlias(name, qualifier)
        }
        return record
    }

    private func checkProvisioned(
        _ name: String, _ record: FunctionRecord, qualifier: String, count: Int
    ) throws {
        if let alias = record.aliases[qualifier] {
            guard record.provisioned[alias.version] == nil else {
                throw CatalogError(.conflict, Self.doubleProvisioned)
            }
        } else if record.aliases.contains(where: {
            $0.value.version == qualifier && record.provisioned[$0.key] != nil
        }) {
            throw CatalogError(.conflict, "Version is pointed by a Provisioned Concurrency alias")
        }
        let total = record.totalProvisioned - (record.provisioned[qualifier]?.count ?? 0) + count
        if let reserved = record.reservedConcurrency {
            guard total <= reserved else {
                throw CatalogError(
                    .invalidValue,
                    "Requested Provisioned Concurrency should not be greater than the reservedConcurrentExecution "
                        + "for function")
            }
            return
        }
        let left = self.unreserved(excluding: name)
        guard total <= left else {
            throw CatalogError(
                .invalidValue,
                "Specified ConcurrentExecutions for function is greater than account's unreserved concurrency [\(left)]."
            )
        }
        guard left - total >= self.configuration.unreservedFloor else {
            throw CatalogError(
                .invalidValue,
                "Specified ConcurrentExecutions for function decreases account's UnreservedConcurrentExecution below its "
                    + "minimum value of [\(self.configuration.unreservedFloor)].")
        }
    }

    private func description(
        _ name: String, _ record: FunctionRecord, _ qualifier: String, _ provisioned: FunctionRecord.Provisioned
    ) async -> ProvisionedDescription {
        let number = record.aliases[qualifier]?.version ?? qualifier
        var description = ProvisionedDescription(
            function: name, qualifier: qualifier, requested: provisioned.count, allocated: 0, available: 0,
            status: .inProgress, statusReason: nil, lastModifiedMilliseconds: provisioned.lastModifiedMilliseconds)
        guard let version = self.live[name]?.running[number],
            self.live[name]?.provisioned[version] == record.provisionedCount(version: number),
            let status = await self.runner.status(of: version)
        else { return description }
        description.allocated = min(status.provisionedAllocated, provisioned.count)
        description.available = min(status.provisionedAvailable, provisioned.count)
        if status.provisionedFailure != nil {
            description.status = .failed
            // A code, as clients know it; the function's log says why.
            description.statusReason = "FUNCTION_ERROR_INIT_FAILURE"
        } else if status.provisionedAllocated >= provisioned.count {
            description.status = .ready
        }
        return description
    }
}
