package import BrasaModel
import BrasaRouter

/// What became of one function of the folder.
package struct FolderReport: Sendable, Hashable {
    package let name: String
    /// Why it does not answer, or answers with an earlier version; nil: it is live.
    package let problem: String?
    /// Part of an instance's life in which its code failed; nil: none of it ran, or nothing failed.
    package let phase: Failure.Phase?

    init(name: String, problem: String?, phase: Failure.Phase? = nil) {
        self.name = name
        self.problem = problem
        self.phase = phase
    }

    init(_ adoption: FolderAdoption) {
        self.name = adoption.name
        switch adoption.result {
        case .unchanged, .adopted:
            self.problem = nil
            self.phase = nil
        case .staysDeleted:
            self.problem = "it was deleted through the Lambda API; it comes back when its file or settings change"
            self.phase = nil
        case .removed:
            self.problem = "its library is no longer in the folder"
            self.phase = nil
        case .refused(let reason, let phase):
            self.problem = reason
            self.phase = phase
        }
    }
}
