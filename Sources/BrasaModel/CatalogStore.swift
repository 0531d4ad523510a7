/// Keeps the catalog's documents, one for each function.
///
/// Callable from any thread.
package protocol CatalogStore: Sendable {
    /// All documents by function name.
    ///
    /// - Throws: when the storage is damaged or of a newer version; never for being empty.
    func load() async throws -> [String: [UInt8]]
    /// Stores a document in place of the function's earlier one; returns once it would survive `kill -9`.
    func save(_ document: [UInt8], function: String) async throws
    /// Forgets a function. An unknown one is not an error.
    func delete(function: String) async throws
}
