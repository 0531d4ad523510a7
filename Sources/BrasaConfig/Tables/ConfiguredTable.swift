/// A table that `serverless.yml` describes under `resources`.
package struct ConfiguredTable: Sendable, Hashable, Codable {
    /// The key it stands under.
    package var logicalID: String
    /// Unique.
    package var name: String
    /// The parameters of CreateTable: valid JSON of that operation.
    package var creation: String
    /// The attribute by which items expire; nil: none do.
    package var timeToLiveAttribute: String?
    /// Where its key stands.
    package var location: SourceLocation
}
