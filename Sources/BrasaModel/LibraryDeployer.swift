/// Takes libraries of the functions folder over when it is told to, without waiting for the folder to be noticed.
///
/// Callable from any thread.
package protocol LibraryDeployer: AnyObject, Sendable {
    /// Looks at the folder now and tries again what was refused before; returns when all of it is live or refused.
    ///
    /// - Parameter function: nil stands for all functions.
    /// - Returns: what became of each; empty when the folder has no library for `function`.
    func deploy(function: String?) async -> [Deployment]
    /// What of the folder does not answer, and why, by name.
    func refusals() async -> [Deployment]
}

/// What became of one function that was to be deployed.
package struct Deployment: Sendable, Hashable {
    package let function: String
    /// SHA-256 of the library in the folder; nil when it could not be read or checked.
    package let codeSHA256: String?
    /// SHA-256 of the library that answers now; nil: none does.
    package let servingSHA256: String?
    /// Why the library in the folder does not answer; nil: it does.
    package let problem: String?
    /// Part of the life of an instance in which it failed; nil: before any of its code ran, or not at all.
    package let phase: Failure.Phase?

    package init(
        function: String, codeSHA256: String?, servingSHA256: String?, problem: String?, phase: Failure.Phase?
    ) {
        self.function = function
        self.codeSHA256 = codeSHA256
        self.servingSHA256 = servingSHA256
        self.problem = problem
        self.phase = phase
    }
}
