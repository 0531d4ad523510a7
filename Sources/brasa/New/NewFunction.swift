import Foundation

/// A function that is started from a template, in a folder.
struct NewFunction {
    let template: FunctionTemplate
    /// Folder in which the function's own folder is made; made too when missing.
    let directory: String

    private var folder: String { self.path(self.template.name) }

    private func path(_ relative: String) -> String {
        self.directory == "." ? relative : "\(self.directory)/\(relative)"
    }

    /// Writes the files.
    ///
    /// - Throws: `CommandFailure` when there is something in the function's folder, or a file cannot be written.
    func write() throws(CommandFailure) {
        let files = FileManager.default
        var about = stat()
        if lstat(self.folder, &about) == 0, (try? files.contentsOfDirectory(atPath: self.folder))?.isEmpty != true {
            throw CommandFailure(
                .failed, "\(self.folder) exists already, and nothing is overwritten; take another name or --directory.")
        }
        for file in self.template.files {
            let url = URL(fileURLWithPath: self.path(file.path))
            do {
                try files.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
                try Data(file.contents.utf8).write(to: url, options: .withoutOverwriting)
            } catch {
                throw CommandFailure(
                    .failed, "\(self.path(file.path)) cannot be written: \(FileErrorText.reason(error)).", cause: error)
            }
        }
    }

    /// The shell command that builds it, for the folder `brasa new` was run in.
    func buildCommand(functions: String) -> String {
        if self.directory == "." { return self.template.buildCommand(functions: functions) }
        // The template's command is for the folder above the function's.
        let absolute = URL(fileURLWithPath: functions).standardizedFileURL.path
        return "(cd \(FunctionTemplate.quoted(self.directory)) && \(self.template.buildCommand(functions: absolute)))"
    }

    /// Writes a `serverless.yml` with the function, when there is none and the function is in this folder.
    ///
    /// - Returns: whether it was written.
    /// - Throws: `CommandFailure` when it cannot be.
    func writeConfiguration() throws(CommandFailure) -> Bool {
        let folder = ConfigurationOptions.defaultDirectory
        guard self.directory == ".", !FileManager.default.fileExists(atPath: "\(folder)/serverless.yml") else {
            return false
        }
        do {
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            try Data("functions:\n\(self.template.serverlessEntry)".utf8).write(
                to: URL(fileURLWithPath: Self.configurationFile), options: .withoutOverwriting)
        } catch {
            throw CommandFailure(
                .failed, "\(Self.configurationFile) cannot be written: \(FileErrorText.reason(error)).", cause: error)
        }
        return true
    }

    static let configurationFile = "\(ConfigurationOptions.defaultDirectory)/serverless.yml"

    private func paths(_ isConfigured: Bool) -> [String] {
        self.template.files.map { self.path($0.path) } + (isConfigured ? [Self.configurationFile] : [])
    }

    /// The files, and what to do next.
    ///
    /// - Parameter isConfigured: whether `writeConfiguration` has written.
    func render(_ buildCommand: String, isConfigured: Bool, style: Style) -> String {
        let files = self.paths(isConfigured).map { "  \($0)\n" }.joined()
        let dev =
            isConfigured
            ? "Or have it built whenever it changes:\n  \(style.bold("brasa dev"))\n"
            : "Or have brasa dev build it whenever it changes, by this below functions: in \(Self.configurationFile)\n"
                + self.template.serverlessEntry
        return """
            Wrote
            \(files)
            Build it:
              \(style.bold(buildCommand))

            \(dev)
            Then a started host (brasa serve, brasa dev) answers:
              curl 'http://127.0.0.1:8080/\(self.template.name)?name=Ada'

            """
    }

    /// One line.
    func json(_ buildCommand: String, isConfigured: Bool) throws(CommandFailure) -> String {
        struct Report: Encodable {
            let name: String
            let language: String
            let files: [String]
            let buildCommand: String
            let serverlessEntry: String
        }
        return try JSONLine.text(
            Report(
                name: self.template.name, language: self.template.language.rawValue, files: self.paths(isConfigured),
                buildCommand: buildCommand, serverlessEntry: self.template.serverlessEntry))
    }
}
