import Foundation

/// Reads the files of the configuration directory.
struct ConfigurationFiles {
    let directory: String
    let problems: ProblemCollector

    /// The file's YAML; nil when it is absent or empty, or when it cannot be read, which is then reported.
    func read(_ name: String) -> YAMLNode? {
        let path = self.path(name)
        guard FileManager.default.fileExists(atPath: path) else {
            self.warnAboutOtherSpelling(of: name)
            return nil
        }
        do {
            let handle = try FileHandle(forReadingFrom: URL(fileURLWithPath: path))
            defer { try? handle.close() }
            let data = try handle.read(upToCount: YAMLComposer.maximumBytes + 1) ?? Data()
            return YAMLComposer.compose([UInt8](data), file: path, problems: self.problems)
        } catch {
            self.problems.error(file: path, "The file cannot be read: \(Self.reason(error)).")
            return nil
        }
    }

    private func path(_ name: String) -> String {
        var directory = self.directory
        while directory.count > 1, directory.hasSuffix("/") { directory.removeLast() }
        return directory.isEmpty || directory == "." ? name : directory == "/" ? "/\(name)" : "\(directory)/\(name)"
    }

    private func warnAboutOtherSpelling(of name: String) {
        let other = name.replacing(".yml", with: ".yaml")
        guard FileManager.default.fileExists(atPath: self.path(other)) else { return }
        self.problems.add(
            ConfigurationProblem(
                severity: .warning, file: self.path(other),
                message: "The file is not read; the name that is read is \(name)."))
    }

    private static func reason(_ error: any Error) -> String {
        let underlying = (error as NSError).userInfo[NSUnderlyingErrorKey] as? NSError
        let code = underlying ?? (error as NSError)
        return code.domain == NSPOSIXErrorDomain
            ? String(cString: strerror(Int32(code.code))) : error.localizedDescription
    }
}
