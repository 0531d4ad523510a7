/// `brasa.build` and `brasa.sources` -> `FunctionBuild`.
struct BuildReader {
    let problems: ProblemCollector

    /// The build of a function; nil when it has none, or a wrong one, which is reported.
    ///
    /// - Parameter library: as the handler names it.
    func build(_ brasa: Section, library: String) -> FunctionBuild? {
        guard let setting = brasa["build"], let command = brasa.text("build") else {
            if let sources = brasa["sources"], !self.problems.hasError(key: "\(brasa.path).build") {
                self.problems.error(
                    at: sources.location, key: sources.path,
                    "\(sources.path) says which files \(brasa.path).build depends on, but there is no such command.")
            }
            return nil
        }
        guard !library.contains("/") else {
            self.problems.error(
                at: setting.location, key: setting.path,
                "\(setting.path) builds a file of the functions folder, but the handler names \(library).",
                found: library)
            return nil
        }
        let sources = brasa.list("sources").compactMap { item -> String? in
            guard case .text(let path) = item.value else { return nil }
            return path
        }
        return FunctionBuild(command: command, sources: sources)
    }

    /// A library has one build: functions that share it may repeat it, but not contradict each other.
    func checkShared(_ drafts: [FunctionReader.Draft]) {
        var first: [String: (build: FunctionBuild, draft: FunctionReader.Draft)] = [:]
        for draft in drafts {
            guard let build = draft.function.build else { continue }
            guard let earlier = first[draft.function.libraryFile] else {
                first[draft.function.libraryFile] = (build, draft)
                continue
            }
            guard earlier.build != build, let setting = draft.section.section("brasa")["build"] else { continue }
            self.problems.error(
                at: setting.location, key: setting.path,
                "\(setting.path) builds \(draft.function.libraryFile) in another way than \(earlier.draft.section.path)"
                    + " on line \(earlier.draft.function.location.line); write it at one of them.")
        }
    }
}
