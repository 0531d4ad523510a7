import BrasaConfig
import BrasaModel
import BrasaPool
import BrasaRouter
import NIOCore

/// Keeps the catalog in step with the functions folder: at the start, and whenever the folder changes.
///
/// A library that cannot be used leaves the version that is running alone. Functions are reloaded independently of each
/// other, the libraries of one function one after the other.
actor FolderKeeper: LibraryDeployer {
    private let catalog: FunctionCatalog
    private let loop: any EventLoop
    private let removalDelayNanoseconds: UInt64
    private let watch = FolderWatch()
    private let journal: ReloadJournal
    private let events: AsyncStream<VersionEvent>
    private var configuration: Configuration
    private var folder: FunctionFolder
    /// What was found and has not been taken over yet.
    private var found: [String: FoundLibrary] = [:]
    /// Functions that are being reloaded, with those who wait for the end of it.
    private var reloading: [String: [CheckedContinuation<Void, Never>]] = [:]
    /// What the catalog was given last.
    private var given: [String: FolderFunction] = [:]
    /// Functions whose library is gone, and since when.
    private var missing: [String: UInt64] = [:]
    private var reports: [String: FolderReport] = [:]
    /// Why the folder cannot be read at the moment, once that has been said.
    private var folderProblem: String?
    private var task: Task<Void, Never>?

    /// A library to be taken over.
    private struct FoundLibrary {
        let function: FolderFunction
        /// When it was complete, in nanoseconds of the monotonic clock.
        let completedAt: UInt64
        let retriesRejected: Bool
    }

    /// - Parameter events: what the pools say of new versions.
    init(
        configuration: Configuration, blobs: BlobStore, catalog: FunctionCatalog, events: AsyncStream<VersionEvent>,
        loop: any EventLoop, journal: ReloadJournal
    ) {
        self.catalog = catalog
        self.loop = loop
        self.removalDelayNanoseconds = UInt64(configuration.host.limits.removalDelayMilliseconds) * 1_000_000
        self.journal = journal
        self.events = events
        self.configuration = configuration
        self.folder = FunctionFolder(configuration: configuration, blobs: blobs)
    }

    // MARK: - Start and stop

    /// Takes the folder over as it is now.
    func adoptAll() async -> (functions: [FolderFunction], reports: [FolderReport]) {
        let scan = await self.scan(FolderChange(isAllComplete: true))
        let adoptions = await self.catalog.adopt(scan.functions, keeping: scan.names)
        for function in scan.functions { self.given[function.name] = function }
        let reports = scan.refused + adoptions.map { FolderReport($0) }
        for report in reports { self.reports[report.name] = report }
        return (scan.functions, reports)
    }

    /// Follows the folder from now on.
    func start() {
        // Unstructured because it lives as long as the host; kept here, cancelled and awaited by `stop`.
        self.task = Task {
            await withDiscardingTaskGroup { group in
                let (watch, path, loop) = (self.watch, self.configuration.host.functionsFolder, self.loop)
                group.addTask { await watch.run(folder: path, loop: loop) }
                group.addTask { await self.followVersions() }
                for await _ in watch.changes {
                    guard !Task.isCancelled else { break }
                    for name in await self.look(watch.take()) { group.addTask { await self.reload(name) } }
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

    // MARK: - Looking

    /// Takes another configuration over; every function whose settings differ is reloaded.
    ///
    /// Returns the functions as they are from now on.
    func replace(_ configuration: Configuration) async -> [FolderFunction] {
        self.configuration = configuration
        self.folder = self.folder.with(configuration)
        self.watch.lookAgain(milliseconds: 0, loop: self.loop)
        let scan = await self.scan(FolderChange())
        return scan.problem == nil ? scan.functions : Array(self.given.values)
    }

    private func scan(_ change: FolderChange) async -> FunctionFolder.Scan {
        var folder = self.folder
        let scan = await folder.scan(change)
        // Another configuration came meanwhile: its look comes next and starts from what is known there.
        if folder.configuration == self.folder.configuration { self.folder = folder }
        return scan
    }

    /// Looks at the folder; returns the functions to reload that nobody is reloading.
    private func look(_ change: FolderChange, retriesRejected: Bool = false, only: String? = nil) async -> [String] {
        let lookedAt = NIODeadline.now().uptimeNanoseconds
        let scan = await self.scan(change)
        guard self.isReadable(scan) else { return [] }
        var names: [String] = []
        for function in scan.functions where only == nil || only == function.name {
            self.missing[function.name] = nil
            guard retriesRejected || self.given[function.name] != function else { continue }
            self.given[function.name] = function
            self.found[function.name] = FoundLibrary(
                function: function, completedAt: scan.completedAt[function.name] ?? lookedAt,
                retriesRejected: retriesRejected)
            if self.reloading[function.name] == nil {
                self.reloading[function.name] = []
                names.append(function.name)
            }
        }
        for report in scan.refused where only == nil || only == report.name { self.refused(report) }
        await self.removeMissing(present: scan.names, now: lookedAt)
        // Often enough for a person not to notice, rarely enough for a linker to get on.
        if !scan.unsettled.isEmpty { self.watch.lookAgain(milliseconds: 100, loop: self.loop) }
        await self.catalog.removeAbandoned()
        return names
    }

    /// Whether the folder could be looked at.
    ///
    /// What cannot be seen may well be there, so nothing is taken out for it.
    private func isReadable(_ scan: FunctionFolder.Scan) -> Bool {
        if let problem = scan.problem, self.folderProblem == nil { self.journal.unreadable(problem) }
        self.folderProblem = scan.problem
        return scan.problem == nil
    }

    private func refused(_ report: FolderReport) {
        // Said once: a file that stays broken is looked at again with every change.
        guard self.reports[report.name] != report else { return }
        self.reports[report.name] = report
        self.given[report.name] = nil
        self.journal.refused(report.name, old: nil, new: nil, phase: "verify", reason: report.problem ?? "")
    }

    /// Takes functions out whose library has been gone for a while: builds remove what they are about to write.
    private func removeMissing(present: Set<String>, now: UInt64) async {
        for name in present { self.missing[name] = nil }
        // What was refused is known by its report alone.
        for name in Set(self.given.keys).union(self.reports.keys)
        where !present.contains(name) && self.missing[name] == nil {
            self.missing[name] = now
        }
        for (name, since) in self.missing {
            let due = since + self.removalDelayNanoseconds
            guard now >= due else {
                self.watch.lookAgain(milliseconds: Int64((due - now) / 1_000_000) + 1, loop: self.loop)
                continue
            }
            self.missing[name] = nil
            self.given[name] = nil
            self.reports[name] = nil
            if let adoption = await self.catalog.forget(name) { self.journal.removed(adoption) }
        }
    }

    // MARK: - Reloading

    private func reload(_ name: String) async {
        var notes: [ReloadJournal.Note] = []
        while let found = self.found.removeValue(forKey: name) {
            let startedAt = NIODeadline.now().uptimeNanoseconds
            let adoption = await self.catalog.adopt(found.function, retriesRejected: found.retriesRejected)
            let report = FolderReport(adoption)
            let isKnown = self.reports[name] == report
            self.reports[name] = report
            switch adoption.result {
            case .adopted:
                let note = ReloadJournal.Note(
                    function: name, old: adoption.replacedSHA256, new: found.function.codeSHA256,
                    completedAt: found.completedAt, startedAt: startedAt,
                    switchedAt: NIODeadline.now().uptimeNanoseconds)
                self.journal.switched(note)
                notes.append(note)
            case .refused(let reason, let phase):
                if !isKnown {
                    self.journal.refused(
                        name, old: adoption.replacedSHA256, new: found.function.codeSHA256,
                        phase: phase?.rawValue ?? "verify", reason: reason)
                }
            case .unchanged: if !isKnown { self.journal.restored(name, sha256: found.function.codeSHA256) }
            case .staysDeleted, .removed: break
            }
        }
        for waiter in self.reloading.removeValue(forKey: name) ?? [] { waiter.resume() }
        for note in notes { await self.journal.write(note) }
    }

    /// Puts versions back that do not live up to those they replaced.
    private func followVersions() async {
        for await event in self.events {
            guard !Task.isCancelled else { return }
            switch event {
            case .firstReply(let version, let time): await self.journal.answered(version, atNanoseconds: time)
            case .debuggable(let version, let pid): self.journal.debuggable(version.key.function, pid: pid)
            case .keepsDying(let version, let failure, let deaths, let calls):
                let reason =
                    "\(deaths) of its processes died within its first \(calls) invocations, the last with: "
                    + failure.message
                guard let restored = await self.catalog.rollBack(version, because: reason) else { continue }
                let name = version.key.function
                self.reports[name] = FolderReport(name: name, problem: "its processes died; \(reason)")
                self.journal.rolledBack(
                    name, from: version.codeSHA256, to: restored, phase: failure.phase?.rawValue, reason: reason)
            }
        }
    }

    // MARK: - Deploying

    func deploy(function: String?) async -> [Deployment] {
        let names = await self.look(FolderChange(isAllComplete: true), retriesRejected: true, only: function)
        await withDiscardingTaskGroup { group in
            for name in names { group.addTask { await self.reload(name) } }
        }
        let wanted = Set(function.map { [$0] } ?? Array(self.reports.keys))
        for name in wanted where self.reloading[name] != nil {
            await withCheckedContinuation { self.reloading[name]?.append($0) }
        }
        return await self.deployments(wanted)
    }

    func refusals() async -> [Deployment] {
        await self.deployments(Set(self.reports.filter { $0.value.problem != nil }.keys))
    }

    private func deployments(_ names: Set<String>) async -> [Deployment] {
        var deployments: [Deployment] = []
        for name in names.sorted() {
            guard let report = self.reports[name] else { continue }
            let serving = await self.catalog.serving(name)
            deployments.append(
                Deployment(
                    function: name, codeSHA256: self.given[name]?.codeSHA256, servingSHA256: serving,
                    problem: report.problem ?? self.folderProblem, phase: report.phase))
        }
        return deployments
    }
}
