import BrasaConfig
import BrasaModel
import BrasaRouter
import Glibc
import Logging
import NIOCore

/// Keeps the catalog in step with the functions folder: at the start, and whenever the folder changes.
///
/// A library that cannot be used leaves the version that is running alone.
actor FolderKeeper {
    private let catalog: FunctionCatalog
    private let folderPath: String
    private let loop: any EventLoop
    private let logger: Logger
    private let watch = FolderWatch()
    private var folder: FunctionFolder
    private var refusals: [String: String] = [:]
    private var task: Task<Void, Never>?

    init(
        configuration: Configuration, blobs: BlobStore, catalog: FunctionCatalog, loop: any EventLoop, logger: Logger
    ) {
        self.catalog = catalog
        self.folderPath = configuration.host.functionsFolder
        self.loop = loop
        self.logger = logger
        self.folder = FunctionFolder(configuration: configuration, blobs: blobs)
    }

    /// Takes the folder over as it is now.
    func adoptAll() async -> (functions: [FolderFunction], reports: [FolderReport]) {
        var folder = self.folder
        let scan = await folder.scan()
        self.folder = folder
        let adoptions = await self.catalog.adopt(scan.functions, keeping: Set(scan.refused.map(\.name)))
        return (scan.functions, scan.refused + adoptions.map(FolderReport.init))
    }

    /// Follows the folder from now on.
    func start() {
        // Unstructured because it lives as long as the host; kept here, cancelled and awaited by `stop`.
        self.task = Task {
            let (watch, path, loop) = (self.watch, self.folderPath, self.loop)
            await withTaskGroup(of: Void.self) { group in
                group.addTask { await watch.run(folder: path, loop: loop) }
                group.addTask { await self.follow() }
            }
        }
    }

    /// Stops following.
    func stop() async {
        self.task?.cancel()
        await self.task?.value
        self.task = nil
    }

    private func follow() async {
        for await _ in self.watch.changes {
            guard !Task.isCancelled else { return }
            await self.reload()
        }
    }

    private func reload() async {
        let before = NIODeadline.now()
        let reports = await self.adoptAll().reports
        let milliseconds = (NIODeadline.now() - before).nanoseconds / 1_000_000
        var refusals: [String: String] = [:]
        // A file that is still being written is judged when it rests: at its next change, or at the sweep.
        for report in reports where report.isNews && !report.isUnsettled {
            if let problem = report.problem, problem != "its library is no longer in the folder" {
                refusals[report.name] = problem
                // Said once: a file that stays broken is looked at again with every change.
                if self.refusals[report.name] == problem { continue }
                self.logger.warning(
                    "library not taken over; what ran before goes on",
                    metadata: ["function": "\(report.name)", "reason": "\(problem)"])
            } else if let problem = report.problem {
                self.logger.info("function removed", metadata: ["function": "\(report.name)", "reason": "\(problem)"])
            } else {
                self.logger.info(
                    "function live", metadata: ["function": "\(report.name)", "after.ms": "\(milliseconds)"])
            }
        }
        self.refusals = refusals
    }
}
