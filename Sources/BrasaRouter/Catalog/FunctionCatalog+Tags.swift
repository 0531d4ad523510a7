import BrasaModel

extension FunctionCatalog {
    /// Tags a function may have.
    static let tagLimit = 50

    package func tags(function: String) async throws -> [String: String] {
        try self.visible(function).tags
    }

    package func changeTags(function: String, adding: [String: String], removing: [String]) async throws {
        try await self.exclusively {
            var record = try self.visible(function)
            record.tags.merge(adding) { $1 }
            for key in removing { record.tags[key] = nil }
            guard record.tags.count <= Self.tagLimit else {
                throw CatalogError(.invalidValue, "Number of tags exceeds resource tag limit.")
            }
            try await self.save(record, function: function)
        }
    }
}
