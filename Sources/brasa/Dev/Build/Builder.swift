import Foundation

/// Builds libraries whose sources change, one at a time.
actor Builder {
    /// Sources are left alone until nothing has happened to them for this long: editors and version control write many
    /// files at once.
    private static let quiet = Duration.milliseconds(40)
    /// At the latest after this time they are looked at all the same.
    private static let patience = Duration.milliseconds(500)

    private var plan: BuildPlan
    private let environment: [String: String]
    private let tell: @Sendable (BuildEvent) -> Void
    private let watch = SourceWatch()
    private var queue = BuildQueue()
    private var memories: [String: SourceMemory] = [:]
    private var reasons: [String: String] = [:]
    private var loopGuard = LoopGuard()
    /// When the last build of a library ended, in nanoseconds since 1970.
    private var builtAt: [String: Int64] = [:]
    /// Libraries whose sources nobody has found, which is said once.
    private var sourceless: Set<String> = []
    private let work: AsyncStream<Void>
    private let workSink: AsyncStream<Void>.Continuation

    /// - Parameters:
    ///   - environment: what commands see beside `BRASA_LIBRARY` and `BRASA_FUNCTIONS`.
    ///   - tell: called from any thread; must not block.
    init(_ plan: BuildPlan, environment: [String: String], tell: @escaping @Sendable (BuildEvent) -> Void) {
        self.plan = plan
        self.environment = environment
        self.tell = tell
        (self.work, self.workSink) = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    /// Builds until the task is cancelled, which ends the command that runs.
    func run() async {
        self.begin(self.plan.units)
        await withDiscardingTaskGroup { group in
            let watch = self.watch
            group.addTask { await watch.run() }
            group.addTask { await self.buildInTurn() }
            for await _ in watch.changes {
                guard !Task.isCancelled else { break }
                await self.waitForQuiet()
                self.look()
            }
        }
        LibraryStage.clear(functionsFolder: self.plan.functionsFolder)
    }

    /// Takes another plan over: what is new in it is built when need be.
    func replace(_ plan: BuildPlan) {
        guard plan != self.plan else { return }
        let before = self.plan
        self.plan = plan
        self.queue.keep(Set(plan.units.map(\.library)))
        let known = Dictionary(uniqueKeysWithValues: before.units.map { ($0.library, $0) })
        let isElsewhere = before.functionsFolder != plan.functionsFolder || before.project != plan.project
        for library in Set(known.keys).subtracting(plan.units.map(\.library)) { self.memories[library] = nil }
        self.begin(plan.units.filter { known[$0.library] == nil || isElsewhere })
        for unit in plan.units where known[unit.library].map({ $0.command != unit.command }) ?? false {
            self.add(unit, because: "its command has changed")
        }
        self.watch.lookNow()
    }

    // MARK: - Looking

    private func tree(_ unit: BuildUnit) -> SourceTree {
        SourceTree(roots: unit.sources, excluded: self.plan.excluded)
    }

    /// Builds what is missing or out of date, and watches.
    private func begin(_ units: [BuildUnit]) {
        for unit in units {
            let look = self.looked(at: unit)
            var memory = SourceMemory()
            memory.remember(look)
            self.memories[unit.library] = memory
            if let reason = self.staleness(of: unit, look) { self.add(unit, because: reason) }
        }
    }

    private func staleness(of unit: BuildUnit, _ look: SourceTree.Look) -> String? {
        var about = stat()
        guard stat("\(self.plan.functionsFolder)/\(unit.library)", &about) == 0 else { return "it is not there yet" }
        let newest = look.newestNanoseconds ?? .min
        return newest > SourceStamp(about).modifiedNanoseconds ? "it is older than its sources" : nil
    }

    private func waitForQuiet() async {
        let start = ContinuousClock.now
        while self.watch.quietTime < Self.quiet, ContinuousClock.now - start < Self.patience, !Task.isCancelled {
            try? await Task.sleep(for: Self.quiet - self.watch.quietTime)
        }
    }

    private func look() {
        for unit in self.plan.units {
            let look = self.looked(at: unit)
            guard let path = self.memories[unit.library, default: SourceMemory()].change(look) else { continue }
            let isGone = look.files[path] == nil
            if !self.queue.waiting.contains(unit.library) { self.guardAgainstLoop(unit, look, path) }
            self.add(unit, because: "\(self.plan.shown(path)) \(isGone ? "is gone" : "has changed")")
        }
    }

    private func guardAgainstLoop(_ unit: BuildUnit, _ look: SourceTree.Look, _ path: String) {
        let modified = look.files[path]?.modifiedNanoseconds ?? .max
        let isDuring = self.queue.running == unit.library || modified <= self.builtAt[unit.library] ?? .min
        self.loopGuard.changed(unit.library, duringBuild: isDuring)
        if self.loopGuard.isFirst(unit.library) {
            self.tell(
                .remark(
                    unit,
                    "Each of the last \(LoopGuard.limit) builds of \(unit.library) was followed by another, because"
                        + " \(self.plan.shown(path)) has changed meanwhile. If the build itself writes that, name the other"
                        + " sources with brasa.sources; the next builds come later and later."))
        }
    }

    /// Looks at a library's sources, and has their folders watched.
    private func looked(at unit: BuildUnit) -> SourceTree.Look {
        let look = self.tree(unit).look()
        let isWatched = self.watch.add(look.folders)
        if look.files.isEmpty, self.sourceless.insert(unit.library).inserted {
            let places = unit.sources.map(self.plan.shown).joined(separator: " nor ")
            self.tell(
                .remark(
                    unit,
                    "No sources of \(unit.library) are in \(places), so no change can be seen; name them with"
                        + " brasa.sources."))
        } else if !look.files.isEmpty {
            self.sourceless.remove(unit.library)
            if !isWatched, self.sourceless.insert(unit.library + "?").inserted {
                self.tell(
                    .remark(
                        unit,
                        "The kernel does not watch all sources of \(unit.library), so changes are seen some seconds late;"
                            + " name fewer with brasa.sources, or raise fs.inotify.max_user_watches."))
            }
        }
        return look
    }

    private func add(_ unit: BuildUnit, because reason: String) {
        // While it waits already, the first reason is the one that counts.
        if !self.queue.waiting.contains(unit.library) { self.reasons[unit.library] = reason }
        self.queue.add(unit.library)
        self.workSink.yield()
    }

    // MARK: - Building

    private func buildInTurn() async {
        for await _ in self.work {
            while !Task.isCancelled, let library = self.queue.next() {
                let delay = self.loopGuard.delaySeconds(library)
                if delay > 0 { try? await Task.sleep(for: .seconds(delay)) }
                if let unit = self.plan.units.first(where: { $0.library == library }), !Task.isCancelled {
                    await self.build(unit)
                }
                self.queue.finished()
            }
        }
    }

    private func build(_ unit: BuildUnit) async {
        // As they are now, whatever has happened since it was put in line; what happens from now on is another build.
        self.memories[unit.library, default: SourceMemory()].remember(self.looked(at: unit))
        let start = ContinuousClock.now
        self.tell(.started(unit, reason: self.reasons.removeValue(forKey: unit.library) ?? "its sources have changed"))
        let outcome = await self.outcome(of: unit)
        let seconds = (ContinuousClock.now - start) / .seconds(1)
        self.builtAt[unit.library] = Int64(Date().timeIntervalSince1970 * 1e9)
        self.tell(.finished(unit, outcome, seconds: seconds))
    }

    private func outcome(of unit: BuildUnit) async -> BuildOutcome {
        let stage = LibraryStage(unit.library, functionsFolder: self.plan.functionsFolder)
        do {
            try stage.prepare()
        } catch {
            return .failed("\(self.plan.functionsFolder) cannot be written: \(FileErrorText.reason(error))")
        }
        var environment = self.environment
        environment["BRASA_LIBRARY"] = stage.staged
        environment["BRASA_FUNCTIONS"] = self.plan.functionsFolder
        environment["PWD"] = self.plan.project
        do {
            let process = try BuildProcess(unit.command, folder: self.plan.project, environment: environment)
            let tell = self.tell
            let status = await process.wait { tell(.output(unit, $0)) }
            let problem = BuildProcess.problem(status)
            guard problem != nil || Task.isCancelled else { return stage.land() }
            stage.undo()
            return Task.isCancelled ? .cancelled : .failed(problem ?? "")
        } catch {
            stage.undo()
            return .failed(error.reason)
        }
    }
}
