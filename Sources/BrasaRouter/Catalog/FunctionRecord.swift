import BrasaModel

/// A function as it is stored: its versions, aliases and what belongs to the function as a whole.
struct FunctionRecord: Codable, Hashable {
    /// An alias.
    struct Alias: Codable, Hashable {
        var version: String
        var description = ""
        /// Shares by version number, at most one.
        var weights: [String: Double] = [:]
        var revisionID: String
    }

    /// Provisioned concurrency of a version or alias.
    struct Provisioned: Codable, Hashable {
        var count: Int
        var lastModifiedMilliseconds: Int64
    }

    /// How asynchronous events are retried.
    struct EventInvoke: Codable, Hashable {
        var maximumRetryAttempts: Int?
        var maximumEventAgeSeconds: Int?
        var lastModifiedMilliseconds: Int64
    }

    var latest: VersionRecord
    /// What `$LATEST` was before the folder changed, the newest first, for going back; nil: nothing, as in older documents.
    var previous: [VersionRecord]?
    /// Ascending by number.
    var published: [VersionRecord] = []
    /// Numbers are never used twice.
    var nextVersion = 1
    var aliases: [String: Alias] = [:]
    var tags: [String: String] = [:]
    var reservedConcurrency: Int?
    /// By version number or alias.
    var provisioned: [String: Provisioned] = [:]
    /// By `$LATEST`, version number or alias.
    var eventInvoke: [String: EventInvoke] = [:]

    init(latest: VersionRecord) {
        self.latest = latest
    }

    /// `$LATEST` and the published versions.
    var versions: [VersionRecord] { [self.latest] + self.published }

    /// A version by number or `$LATEST`; nil when there is none.
    func version(_ number: String) -> VersionRecord? {
        number == VersionKey.latest ? self.latest : self.published.first { $0.version == number }
    }

    /// The version a qualifier stands for; an alias with weights gives its first version.
    func resolve(_ qualifier: String?) -> VersionRecord? {
        guard let qualifier else { return self.latest }
        return self.version(qualifier) ?? self.aliases[qualifier].flatMap { self.version($0.version) }
    }

    /// Changes the version with this number, if it is still there.
    mutating func withVersion(_ number: String, _ change: (inout VersionRecord) -> Void) {
        if number == VersionKey.latest {
            change(&self.latest)
        } else if let index = self.published.firstIndex(where: { $0.version == number }) {
            change(&self.published[index])
        }
    }

    /// Makes a numbered version of `$LATEST`, unless that is what the last one was made of.
    ///
    /// Returns its number.
    mutating func publish(description: String?, now: Int64) -> String {
        let content = self.latest.contentSHA256
        if let last = self.published.last, last.publishedFrom == content { return last.version }
        var version = self.latest
        version.version = String(self.nextVersion)
        version.publishedFrom = content
        version.revisionID = RequestID().description
        version.lastModifiedMilliseconds = now
        version.state = .pending
        version.updateStatus = .successful
        version.updateStatusReason = nil
        if let description { version.settings.description = description }
        // What configuration keeps ready are instances of $LATEST.
        version.settings.provisionedConcurrency = 0
        version.settings.provisionedSchedules = []
        self.nextVersion += 1
        self.published.append(version)
        return version.version
    }

    /// Instances asked for through the API.
    var totalProvisioned: Int { self.provisioned.values.reduce(0) { $0 + $1.count } }

    /// Instances to keep ready for a version: its own and those of the aliases that point to it.
    func provisionedCount(version: String) -> Int {
        self.provisioned.reduce(0) { sum, entry in
            let target = self.aliases[entry.key]?.version ?? entry.key
            return target == version ? sum + entry.value.count : sum
        }
    }
}
