package import BrasaModel
import FoundationEssentials
package import Logging

/// The functions of the host: their code, settings, versions, aliases and concurrency.
///
/// Each change is checked, stored and only then visible; then a task for each function brings the runner to what its
/// document says (`settle`) and replaces the routing table. Changes are made one at a time, over all functions: the control
/// plane needs no more, and every check may so rely on what it has read.
package actor FunctionCatalog {
    /// What is fixed for the life of a catalog.
    package struct Configuration: Sendable {
        package var scope: AccountScope
        /// Concurrent invocations over all functions.
        package var accountConcurrency: Int
        /// Concurrency that cannot be set apart for single functions.
        package var unreservedFloor: Int
        /// Time code is kept after nothing refers to it and nothing runs it: a function that is put back and forth between
        /// two libraries finds both.
        package var codeGraceMilliseconds: Int64

        package init(
            scope: AccountScope = AccountScope(), accountConcurrency: Int = 1_000, unreservedFloor: Int = 100,
            codeGraceMilliseconds: Int64 = 10_000
        ) {
            self.scope = scope
            self.accountConcurrency = accountConcurrency
            self.unreservedFloor = unreservedFloor
            self.codeGraceMilliseconds = codeGraceMilliseconds
        }
    }

    let configuration: Configuration
    let store: any CatalogStore
    let blobs: BlobStore
    let runner: any VersionRunner
    let verify: @Sendable (String, SymbolSettings?) async throws -> Void
    let now: @Sendable () -> Int64
    let logger: Logger
    private let publish: @Sendable (RoutingTable) -> Void

    var documents: [String: FunctionDocument] = [:]
    var live: [String: LiveFunction] = [:]
    private var table = RoutingTable()
    /// Contents nothing refers to any more, and since when.
    private var abandoned: [String: Int64] = [:]
    private var isChanging = false
    private var waitingChanges: [CheckedContinuation<Void, Never>] = []

    /// A catalog without functions until `load`.
    ///
    /// - Parameters:
    ///   - verify: checks a library without running any of its code, a module or one with a plain C function; what it
    ///     throws is the refusal.
    ///   - now: milliseconds since 1970.
    ///   - publish: receives the routing table after each change, in order.
    package init(
        configuration: Configuration, store: any CatalogStore, blobs: BlobStore, runner: any VersionRunner,
        logger: Logger, verify: @escaping @Sendable (_ path: String, SymbolSettings?) async throws -> Void,
        now: @escaping @Sendable () -> Int64, publish: @escaping @Sendable (RoutingTable) -> Void
    ) {
        self.configuration = configuration
        self.store = store
        self.blobs = blobs
        self.runner = runner
        self.logger = logger
        self.verify = verify
        self.now = now
        self.publish = publish
    }

    /// Reads what is stored.
    ///
    /// Call once, before anything else; `adopt` then starts the functions.
    ///
    /// - Throws: when the storage or a document in it is damaged or of a newer version.
    package func load() async throws {
        for (name, bytes) in try await self.store.load() {
            self.documents[name] = try FunctionDocument(decoding: bytes, name: name)
        }
        await self.blobs.sweep(keeping: self.referencedContents())
    }

    /// Digest of the library that answers a function's events; nil: none does.
    package func serving(_ name: String) -> String? {
        self.documents[name]?.visible == nil ? nil : self.live[name]?.running[VersionKey.latest]?.codeSHA256
    }

    /// Returns when the runner is where the function's document wants it.
    package func settled(function: String) async {
        while let task = self.live[function]?.task { await task.value }
    }

    /// Waits for everything that goes on in the background.
    package func finish() async {
        while let task = self.live.values.compactMap(\.task).first { await task.value }
    }

    // MARK: - For the extensions

    /// Runs one change after the other.
    func exclusively<Value: Sendable>(_ change: () async throws -> Value) async rethrows -> Value {
        if self.isChanging {
            await withCheckedContinuation { self.waitingChanges.append($0) }
        }
        self.isChanging = true
        defer {
            // The next one inherits `isChanging`, so that nobody slips in between.
            if self.waitingChanges.isEmpty {
                self.isChanging = false
            } else {
                self.waitingChanges.removeFirst().resume()
            }
        }
        return try await change()
    }

    /// Stores a document and makes it visible.
    ///
    /// Only inside `exclusively`.
    func commit(_ document: FunctionDocument) async throws {
        try await self.persist(document)
        self.makeVisible(document)
        await self.removeAbandoned()
    }

    /// Stores a document, after the code it refers to.
    func persist(_ document: FunctionDocument) async throws {
        do {
            try await self.blobs.sync()
            if document.isForgotten {
                try await self.store.delete(function: document.name)
            } else {
                try await self.store.save(try document.encoded(), function: document.name)
            }
        } catch {
            throw CatalogError(.storage, "The change to function \"\(document.name)\" could not be stored: \(error).")
        }
    }

    /// Makes a document what everybody sees.
    func makeVisible(_ document: FunctionDocument) {
        let before = self.contents(of: self.documents[document.name])
        self.documents[document.name] = document.isForgotten ? nil : document
        for content in before.subtracting(self.contents(of: document)) { self.abandon(content) }
        self.publishTable(of: document.name)
    }

    /// Has a content removed once nothing refers to it and nothing runs it.
    func abandon(_ content: String) {
        self.abandoned[content] = self.now()
    }

    /// Gives the router what can be invoked under one function's name.
    func publishTable(of name: String) {
        self.table.functions[name] = self.routing(of: name)
        self.publish(self.table)
    }

    /// Contents that documents refer to or that run.
    func referencedContents() -> Set<String> {
        var contents = Set<String>()
        for document in self.documents.values { contents.formUnion(self.contents(of: document)) }
        for function in self.live.values { contents.formUnion(function.running.values.map(\.codeSHA256)) }
        return contents
    }

    /// The function, for everybody but the folder.
    func visible(_ name: String, qualifier: String? = nil) throws -> FunctionRecord {
        guard let record = self.documents[name]?.visible else { throw self.notFound(name, qualifier) }
        return record
    }

    /// A version of a function by number, alias or nil.
    func version(_ name: String, _ qualifier: String?) throws -> VersionRecord {
        guard let version = try self.visible(name, qualifier: qualifier).resolve(qualifier) else {
            throw self.notFound(name, qualifier)
        }
        return version
    }

    func notFound(_ name: String, _ qualifier: String?) -> CatalogError {
        CatalogError(.notFound, "Function not found: \(self.arn(name, qualifier))")
    }

    func arn(_ name: String, _ qualifier: String? = nil) -> String {
        self.configuration.scope.functionARN(name, qualifier: qualifier)
    }

    /// Refuses a change based on an older revision.
    func checkRevision(_ given: String?, _ latest: String) throws {
        guard given == nil || given == latest else {
            throw CatalogError(
                .staleRevision,
                "The Revision Id provided does not match the latest Revision Id. "
                    + "Call the GetFunction/GetAlias API to retrieve the latest Revision Id")
        }
    }

    private func routing(of name: String) -> RoutingTable.Entry? {
        guard let record = self.documents[name]?.visible, let running = self.live[name]?.running,
            let latest = running[VersionKey.latest]
        else { return nil }
        var entry = RoutingTable.Entry(latest: latest)
        entry.published = running.filter { $0.key != VersionKey.latest && record.version($0.key) != nil }
        entry.aliases = record.aliases.mapValues { alias in
            RoutingTable.Alias(
                version: alias.version, additionalVersion: alias.weights.first?.key,
                additionalWeight: alias.weights.first?.value ?? 0)
        }
        entry.asyncLimits = record.eventInvoke.mapValues { policy in
            var limits = RoutingTable.AsyncLimits()
            limits.maximumRetryAttempts = policy.maximumRetryAttempts ?? limits.maximumRetryAttempts
            limits.maximumEventAgeSeconds = policy.maximumEventAgeSeconds ?? limits.maximumEventAgeSeconds
            return limits
        }
        return entry
    }

    private func contents(of document: FunctionDocument?) -> Set<String> {
        let versions = (document?.function?.versions ?? []) + (document?.function?.previous ?? [])
        let rejected = document?.folder?.rejected.map { [$0.codeSHA256] } ?? []
        return Set(versions.flatMap { [$0.codeSHA256, $0.packageSHA256] } + rejected)
    }

    /// Removes code that nothing refers to and nothing runs any more.
    package func removeAbandoned() async {
        let limit = self.now() - self.configuration.codeGraceMilliseconds
        let due = self.abandoned.filter { $0.value <= limit }.map(\.key)
        guard !due.isEmpty else { return }
        // Draining instances may load it again, and debuggers look for it.
        let running = await self.runner.runningCode()
        for content in due {
            // Asked each time: the waiting lets others in.
            if self.referencedContents().contains(content) {
                self.abandoned[content] = nil
            } else if !running.contains(content), await self.blobs.remove(sha256: content) {
                self.abandoned[content] = nil
            }
        }
    }
}
