/// An alias as the catalog describes it.
package struct AliasDescription: Sendable, Hashable {
    package var function: String
    package var name: String
    package var version: String
    package var description: String
    /// Shares by version number; at most one.
    package var weights: [String: Double]
    package var revisionID: String

    package init(
        function: String, name: String, version: String, description: String, weights: [String: Double],
        revisionID: String
    ) {
        self.function = function
        self.name = name
        self.version = version
        self.description = description
        self.weights = weights
        self.revisionID = revisionID
    }
}
