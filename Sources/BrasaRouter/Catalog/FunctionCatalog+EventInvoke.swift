package import BrasaModel

extension FunctionCatalog {
    package func setEventInvoke(
        function: String, qualifier: String?, maximumRetryAttempts: Int?, maximumEventAgeSeconds: Int?,
        keepsOthers: Bool
    ) async throws -> EventInvokeDescription {
        try await self.exclusively {
            guard var record = self.documents[function]?.visible, record.resolve(qualifier) != nil else {
                throw Self.noFunction
            }
            let key = qualifier ?? VersionKey.latest
            let old = record.eventInvoke[key]
            if keepsOthers && old == nil { throw self.noEventInvoke(function, key) }
            let policy = FunctionRecord.EventInvoke(
                maximumRetryAttempts: maximumRetryAttempts ?? (keepsOthers ? old?.maximumRetryAttempts : nil),
                maximumEventAgeSeconds: maximumEventAgeSeconds ?? (keepsOthers ? old?.maximumEventAgeSeconds : nil),
                lastModifiedMilliseconds: self.now())
            record.eventInvoke[key] = policy
            try await self.save(record, function: function)
            return self.description(function, key, policy)
        }
    }

    package func eventInvoke(function: String, qualifier: String?) async throws -> EventInvokeDescription {
        let key = qualifier ?? VersionKey.latest
        guard let policy = self.documents[function]?.visible?.eventInvoke[key] else {
            throw self.noEventInvoke(function, key)
        }
        return self.description(function, key, policy)
    }

    package func eventInvokes(function: String) async throws -> [EventInvokeDescription] {
        guard let record = self.documents[function]?.visible else { throw Self.noFunction }
        return record.eventInvoke.sorted { $0.key < $1.key }
            .map { self.description(function, $0.key, $0.value) }
    }

    package func deleteEventInvoke(function: String, qualifier: String?) async throws {
        try await self.exclusively {
            let key = qualifier ?? VersionKey.latest
            guard var record = self.documents[function]?.visible, record.eventInvoke[key] != nil else {
                throw self.noEventInvoke(function, key)
            }
            record.eventInvoke[key] = nil
            try await self.save(record, function: function)
        }
    }

    /// The service's words, which leave out which function.
    private static let noFunction = CatalogError(.notFound, "The function doesn't exist.")

    private func noEventInvoke(_ function: String, _ key: String) -> CatalogError {
        CatalogError(.notFound, "The function \(self.arn(function, key)) doesn't have an EventInvokeConfig")
    }

    private func description(
        _ function: String, _ key: String, _ policy: FunctionRecord.EventInvoke
    ) -> EventInvokeDescription {
        EventInvokeDescription(
            function: function, qualifier: key, maximumRetryAttempts: policy.maximumRetryAttempts,
            maximumEventAgeSeconds: policy.maximumEventAgeSeconds,
            lastModifiedMilliseconds: policy.lastModifiedMilliseconds)
    }
}
