import BrasaRouter

/// What became of one function of the folder.
package struct FolderReport: Sendable, Hashable {
    package let name: String
    /// Why it does not answer, or answers with an earlier version; nil: it is live.
    package let problem: String?
    /// Whether something is different from before.
    let isNews: Bool
    /// Whether the file was written to within the last second, so that it may not be complete yet.
    let isUnsettled: Bool

    init(name: String, problem: String?, isUnsettled: Bool = false) {
        self.name = name
        self.problem = problem
        self.isNews = true
        self.isUnsettled = isUnsettled
    }

    init(_ adoption: FolderAdoption) {
        self.name = adoption.name
        self.isUnsettled = false
        switch adoption.result {
        case .unchanged:
            self.problem = nil
            self.isNews = false
        case .adopted:
            self.problem = nil
            self.isNews = true
        case .staysDeleted:
            self.problem = "it was deleted through the Lambda API; it comes back when its file or settings change"
            self.isNews = false
        case .removed:
            self.problem = "its library is no longer in the folder"
            self.isNews = true
        case .refused(let reason):
            self.problem = reason
            self.isNews = true
        }
    }
}
