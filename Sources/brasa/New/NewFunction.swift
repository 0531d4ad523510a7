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

    /// The files, and what to do next.
    func render(_ buildCommand: String, style: Style) -> String {
        let files = self.template.files.map { "  \(self.path($0.path))\n" }.joined()
        return """
            Wrote
            \(files)
            Build it:
              \(style.bold(buildCommand))

            Then a started host (brasa serve) answers:
              curl 'http://127.0.0.1:8080/\(self.template.name)?name=Ada'

            """
    }

    /// One line.
    func json(_ buildCommand: String) throws(CommandFailure) -> String {
        struct Report: Encodable {
            let name: String
            let language: String
            let files: [String]
            let buildCommand: String
        }
        return try JSONLine.text(
            Report(
                name: self.template.name, language: self.template.language.rawValue,
                files: self.template.files.map { self.path($0.path) }, buildCommand: buildCommand))
    }
}
