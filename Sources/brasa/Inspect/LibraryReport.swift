import BrasaModel
import BrasaPool

/// What `brasa inspect` finds out about a library.
struct LibraryReport {
    let inspection: LibraryInspection
    /// SHA-256 of the file in hexadecimal, which is a version's identity; nil when it cannot be read.
    let digest: String?
    /// What its code said; nil when it was not run.
    private(set) var finding: ModuleProbe.Finding?

    /// Looks at the file without running it; blocks on the disk.
    init(path: String) {
        self.inspection = LibraryInspection(path: path)
        self.digest = FileDigest.sha256(path: path)
    }

    /// Whether nothing speaks against loading it, as far as is known.
    var isAcceptable: Bool {
        if case .refused = self.finding?.verdict { return false }
        return self.inspection.isAcceptable
    }

    /// Lets the library describe itself, in a process of its own.
    ///
    /// - Throws: `CommandFailure` when no such process can be had; that the library fails is no error.
    mutating func probe(_ probe: ModuleProbe) async throws(CommandFailure) {
        do {
            self.finding = try await probe.run(libraryPath: self.inspection.path)
        } catch {
            throw CommandFailure(.internalError, "The library cannot be loaded in a process of its own: \(error)")
        }
    }

    /// What the command ends with; nil: the library is fine.
    var failure: CommandFailure? {
        guard !self.isAcceptable else { return nil }
        let path = self.inspection.path
        guard !self.inspection.isAcceptable else {
            return CommandFailure(.failed, "\(path) is refused: its code failed when it was loaded.")
        }
        let count = self.inspection.refusals.count
        return CommandFailure(.failed, "\(path) is refused for \(count == 1 ? "one reason" : "\(count) reasons").")
    }

    /// One line.
    func json() throws(CommandFailure) -> String {
        struct LoadFailure: Encodable {
            let errorType: String
            let message: String
            let phase: String?
        }
        struct Report: Encodable {
            let path: String
            let isAcceptable: Bool
            let sha256: String?
            let library: LibraryInspection
            var module: ModuleDescription?
            var loadFailure: LoadFailure?
            var output: String?
        }
        var report = Report(
            path: self.inspection.path, isAcceptable: self.isAcceptable, sha256: self.digest, library: self.inspection)
        switch self.finding?.verdict {
        case .described(let module): report.module = module
        case .refused(let failure):
            report.loadFailure = LoadFailure(
                errorType: failure.errorType, message: failure.message, phase: failure.phase?.rawValue)
        case nil: break
        }
        report.output = self.finding.flatMap { $0.output.isEmpty ? nil : $0.output }
        return try JSONLine.text(report)
    }

    /// All of it for people.
    func render(style: Style) -> String {
        let facts = self.digest.map { [LibraryInspection.Fact(name: "sha256", value: $0)] } ?? []
        guard let finding = self.finding else { return self.inspection.render(adding: facts) }
        var text = self.inspection.render(adding: facts, acceptance: "")
        switch finding.verdict {
        case .described(let module):
            text += Self.render(module, style: style) + style.green("This host can load it.") + "\n"
        case .refused(let failure):
            text += "\(style.red("refused")) when it was loaded\n  \(failure.errorType): \(failure.message)\n"
        }
        if !finding.output.isEmpty {
            text += "it printed\n"
            text += finding.output.split(whereSeparator: \.isNewline).map { "  \($0)\n" }.joined()
        }
        return text
    }

    private static func render(_ module: ModuleDescription, style: Style) -> String {
        var text = "module  \(module.name)\(module.version.map { " \($0)" } ?? ""), built for ABI "
        text += "\(module.abiMajor).\(module.abiMinor), descriptor of \(module.structSizeBytes) bytes"
        if module.flags & ModuleDescription.noForkFlag != 0 { text += ", a fresh process for each instance" }
        text += "\n"
        if let toolchain = module.toolchain { text += "built by  \(toolchain)\n" }
        var table = Table([
            .init("FUNCTION"), .init("MEMORY", isNumber: true), .init("TIMEOUT", isNumber: true),
            .init("DESCRIPTION"),
        ])
        for function in module.functions {
            table.add([
                function.name, function.memoryMegabytes == 0 ? "default" : "\(function.memoryMegabytes) MB",
                function.timeoutMilliseconds == 0
                    ? "default" : ShortDuration.text(milliseconds: function.timeoutMilliseconds),
                function.description ?? "",
            ])
        }
        return text + table.render(style: style)
    }
}
