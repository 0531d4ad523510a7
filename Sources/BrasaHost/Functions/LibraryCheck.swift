import BrasaPool

/// Checks a library before any of its code runs.
enum LibraryCheck {
    /// - Parameter exports: plain C functions it has to have; empty: it is a module.
    /// - Throws: the first `LibraryRefusal`.
    static func verify(_ path: String, exports: [String]) throws {
        var policy = LibraryInspection.Policy()
        policy.symbols = exports
        if let refusal = LibraryInspection(path: path, policy: policy).refusals.first { throw refusal }
    }
}
