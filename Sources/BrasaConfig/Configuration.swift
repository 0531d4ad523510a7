package import BrasaModel

/// The whole configuration, validated: what `runtime-config/` says, with defaults where it says nothing.
package struct Configuration: Sendable, Hashable, Codable {
    package var host = HostSettings()
    /// `service` of `serverless.yml`; nil when absent.
    package var service: String?
    /// The option `stage`, else `provider.stage`.
    package var stage = "dev"
    /// The functions of `serverless.yml` in its order; names are unique.
    package var functions: [ConfiguredFunction] = []

    /// The tables of `serverless.yml` in its order; names are unique.
    package var tables: [ConfiguredTable] = []

    package init() {}

    /// The settings of a library that no function here names: it is a function by itself, called by its file's name.
    package var unconfiguredSettings: FunctionSettings { self.host.defaults.functionSettings }
}
