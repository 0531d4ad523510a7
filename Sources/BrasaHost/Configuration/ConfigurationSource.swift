package import BrasaConfig

/// Where a running host reads its configuration again.
package struct ConfigurationSource: Sendable {
    /// The folder with `host.yml` and `serverless.yml`.
    package var folder: String
    /// Reads and validates it; may block on the disk.
    ///
    /// The configuration is nil when a problem is an error.
    package var load: @Sendable () -> (configuration: Configuration?, problems: [ConfigurationProblem])

    package init(
        folder: String,
        load: @escaping @Sendable () -> (configuration: Configuration?, problems: [ConfigurationProblem])
    ) {
        self.folder = folder
        self.load = load
    }
}
