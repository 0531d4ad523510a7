import Foundation

/// The libraries that lie in the functions folder at this moment.
struct LibraryFolder: Sendable {
    let path: String
    /// File names in order; nil when there is no such folder.
    let files: [String]?

    init(path: String) {
        self.path = path
        self.files = try? FileManager.default.contentsOfDirectory(atPath: path).sorted()
    }

    /// Reports a library that is not there, with the nearest that is.
    ///
    /// - Parameter isBuilt: whether configuration says how it is built.
    func check(_ file: String, handler: Setting, isBuilt: Bool, problems: ProblemCollector) {
        guard let files = self.files else {
            problems.error(
                at: handler.location, key: handler.path,
                "\(handler.path) names \(self.path)/\(file), but the functions folder \(self.path) does not exist."
                    + (isBuilt ? " brasa dev makes and fills it." : ""),
                found: file)
            return
        }
        guard !files.contains(file) else { return }
        if isBuilt {
            problems.error(
                at: handler.location, key: handler.path,
                "\(handler.path) names \(self.path)/\(file), which has not been built yet; brasa dev builds it.",
                found: file)
            return
        }
        let libraries = files.filter { $0.hasSuffix(".so") || $0.contains(".so.") }
        let nearest = NearestName.find(file, among: libraries)
        let more = libraries.count > 10 ? " and \(libraries.count - 10) more" : ""
        let present = libraries.isEmpty ? "no libraries" : libraries.prefix(10).joined(separator: ", ") + more
        problems.error(
            at: handler.location, key: handler.path,
            "\(handler.path) names \(self.path)/\(file), which does not exist"
                + (nearest.map { "; did you mean \($0)?" } ?? ".") + " The folder has \(present).",
            found: file, allowed: present, suggestion: nearest)
    }
}
