import BrasaPool

/// Checks a library before any of its code runs.
enum LibraryCheck {
    /// - Throws: the first `LibraryRefusal`.
    static func verify(_ path: String) throws {
        let inspection = LibraryInspection(path: path)
        if let refusal = inspection.refusals.first { throw refusal }
    }
}
