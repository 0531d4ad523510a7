import BrasaConfig
import CBrasaTransport
import Logging
import NIOCore

/// Follows the configuration files: a version of them without a mistake is taken over as a whole, any other changes nothing.
actor ConfigurationKeeper {
    private static let files = ["host.yml", "serverless.yml"]
    /// A file that is missing may be about to be put back: editors do that.
    private static let missingMilliseconds: Int64 = 1_000
    private static let growingMilliseconds: Int64 = 100

    private let source: ConfigurationSource
    private let loop: any EventLoop
    private let logger: Logger
    private let apply: @Sendable (Configuration) async -> Void
    private let watch = FolderWatch()
    /// What holds now.
    private(set) var current: Configuration
    /// The files as they were when they were read last.
    private var known: [FileStamp?]
    /// The files as they were at the last look, when they may still be written to.
    private var resting: [FileStamp?]?
    private var task: Task<Void, Never>?

    /// - Parameter apply: makes a configuration hold; called one after the other.
    init(
        _ source: ConfigurationSource, current: Configuration, loop: any EventLoop, logger: Logger,
        apply: @escaping @Sendable (Configuration) async -> Void
    ) {
        self.source = source
        self.loop = loop
        self.logger = logger
        self.apply = apply
        self.current = current
        self.known = Self.files.map { FileStamp("\(source.folder)/\($0)") }
    }

    /// Follows the files from now on.
    func start() {
        self.noteFiles()
        // Unstructured because it lives as long as the host; kept here, cancelled and awaited by `stop`.
        self.task = Task {
            await withDiscardingTaskGroup { group in
                let (watch, folder, loop) = (self.watch, self.source.folder, self.loop)
                group.addTask { await watch.run(folder: folder, loop: loop) }
                for await _ in watch.changes {
                    guard !Task.isCancelled else { break }
                    await self.look(watch.take())
                }
            }
        }
    }

    /// Stops following.
    func stop() async {
        self.task?.cancel()
        await self.task?.value
        self.task = nil
    }

    private func look(_ change: FolderChange) async {
        let stamps = Self.files.map { FileStamp("\(self.source.folder)/\($0)") }
        guard stamps != self.known else {
            self.resting = nil
            return
        }
        let changed = Self.files.indices.filter { stamps[$0] != self.known[$0] }
        let isComplete = changed.allSatisfy { stamps[$0] != nil && change.says(Self.files[$0]) }
        let isResting =
            self.resting == stamps
            && Self.files.allSatisfy { brasa_file_is_being_written("\(self.source.folder)/\($0)") == 0 }
        guard isComplete || isResting else {
            self.resting = stamps
            let isMissing = changed.contains { stamps[$0] == nil }
            self.watch.lookAgain(
                milliseconds: isMissing ? Self.missingMilliseconds : Self.growingMilliseconds, loop: self.loop)
            return
        }
        self.resting = nil
        self.known = stamps
        await self.reload()
    }

    private func reload() async {
        let (configuration, problems) = self.source.load()
        for problem in problems { self.logger.warning("\(problem)") }
        guard let configuration else {
            let count = problems.count { $0.severity == .error }
            self.logger.error(
                "configuration not taken over; what held before goes on", metadata: ["errors": "\(count)"])
            return
        }
        // Ports, folders and limits are what the host was started with; the rest is what functions are made of.
        var next = self.current
        next.service = configuration.service
        next.stage = configuration.stage
        next.functions = configuration.functions
        next.tables = configuration.tables
        next.host.defaults = configuration.host.defaults
        var hostAsGiven = configuration.host
        hostAsGiven.defaults = self.current.host.defaults
        if let keys = self.keysForTheNextStart(hostAsGiven) {
            self.logger.warning(
                "host.yml has changes that take effect at the next start", metadata: ["keys": "\(keys)"])
        }
        guard next != self.current else { return }
        self.current = next
        await self.apply(next)
        self.logger.info("configuration reloaded", metadata: ["functions": "\(next.functions.count)"])
    }

    /// What was last read for keys that only count at a start.
    private var hostAsRead: HostSettings?

    /// The sections of `host.yml` that have changed since they were read last, though a running host keeps what it has.
    private func keysForTheNextStart(_ host: HostSettings) -> String? {
        defer { self.hostAsRead = host }
        guard let before = self.hostAsRead, before != host else { return nil }
        let sections: [(String, Bool)] = [
            ("gateway", before.gateway != host.gateway), ("control", before.control != host.control),
            ("functions", before.functionsFolder != host.functionsFolder),
            ("state", before.stateFolder != host.stateFolder),
            ("region", before.region != host.region), ("account", before.account != host.account),
            ("limits", before.limits != host.limits), ("log", before.logLevel != host.logLevel),
        ]
        return sections.filter(\.1).map(\.0).joined(separator: ", ")
    }

    /// Notes what the files say now, which flags may have overruled.
    private func noteFiles() {
        var host = self.source.load().configuration?.host
        host?.defaults = self.current.host.defaults
        self.hostAsRead = host
    }
}
