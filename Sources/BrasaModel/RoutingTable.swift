/// What the router resolves names with: an immutable snapshot, replaced as a whole when the catalog changes.
package struct RoutingTable: Sendable {
    /// One function's versions and aliases.
    package struct Entry: Sendable {
        package var latest: FunctionVersion
        /// Published versions by number.
        package var published: [String: FunctionVersion]
        package var aliases: [String: Alias]
        /// Limits of asynchronous events by the qualifier they were sent to; those that are not here have the defaults.
        package var asyncLimits: [String: AsyncLimits]

        package init(
            latest: FunctionVersion, published: [String: FunctionVersion] = [:], aliases: [String: Alias] = [:],
            asyncLimits: [String: AsyncLimits] = [:]
        ) {
            self.latest = latest
            self.published = published
            self.aliases = aliases
            self.asyncLimits = asyncLimits
        }
    }

    /// How long an asynchronous event is tried.
    package struct AsyncLimits: Sendable, Hashable {
        /// Attempts after the first, 0 to 2.
        package var maximumRetryAttempts = 2
        /// Age after which the event is given up.
        package var maximumEventAgeSeconds = 21_600

        package init() {}
    }

    /// A name for one version, or for two with a share of the calls for the second.
    package struct Alias: Sendable, Hashable {
        package var version: String
        /// Second version; nil: none.
        package var additionalVersion: String?
        /// Share of calls for `additionalVersion`, 0.0 to 1.0.
        package var additionalWeight: Double

        package init(version: String, additionalVersion: String? = nil, additionalWeight: Double = 0) {
            self.version = version
            self.additionalVersion = additionalVersion
            self.additionalWeight = additionalWeight
        }
    }

    package var functions: [String: Entry]

    package init(functions: [String: Entry] = [:]) {
        self.functions = functions
    }

    /// The version a name stands for; nil when function, version or alias does not exist.
    ///
    /// - Parameter chance: a fresh number from 0.0 up to 1.0 that decides between the versions of an alias.
    package func resolve(function: String, qualifier: String?, chance: @autoclosure () -> Double) -> FunctionVersion? {
        guard let entry = self.functions[function] else { return nil }
        guard let qualifier, qualifier != VersionKey.latest else { return entry.latest }
        if let version = entry.published[qualifier] { return version }
        guard let alias = entry.aliases[qualifier] else { return nil }
        var number = alias.version
        if let additional = alias.additionalVersion, chance() < alias.additionalWeight { number = additional }
        return number == VersionKey.latest ? entry.latest : entry.published[number]
    }
}
