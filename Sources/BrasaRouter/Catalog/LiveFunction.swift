import BrasaModel

/// What the runner has been told about one function so far; compared with the document, it says what is left to do.
struct LiveFunction {
    /// The versions events are routed to, by number.
    var running: [String: FunctionVersion] = [:]
    /// Versions of the folder whose start failed; tried again only when they change.
    var refused: [String: FunctionVersion] = [:]
    var reservedConcurrency: Int?
    var provisioned: [FunctionVersion: Int] = [:]
    /// Count in force by a schedule; nil: what the settings say.
    var scheduledConcurrency: Int?
    /// Whether the document changed since `task` last looked at it.
    var isDirty = false
    /// Brings the runner to what the document says; nil when it has.
    var task: Task<Void, Never>?
}
