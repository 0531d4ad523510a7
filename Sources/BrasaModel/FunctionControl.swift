/// The verbs of the control plane: where its API meets the catalog.
///
/// Callable from any thread.
///
/// Everything throws `CatalogError`. A change has been stored, and would survive `kill -9`, when its call returns; starting
/// and ending processes goes on in the background, seen in `State` and `UpdateStatus`.
package protocol FunctionControl: AnyObject, Sendable {
    /// Adds a function. It answers events once its state is `active`.
    func create(_ creation: FunctionCreation) async throws -> FunctionDescription
    /// The version a name stands for; a nil qualifier means `$LATEST`.
    func describe(function: String, qualifier: String?) async throws -> FunctionDescription
    /// The latest version of each function by name, or every version of each.
    func functions(allVersions: Bool) async -> [FunctionDescription]
    /// Each function with its processes, by name.
    func running() async -> [RunningFunction]
    /// `$LATEST`, then the published versions in order.
    func versions(function: String) async throws -> [FunctionDescription]
    /// What was uploaded for a version: its bytes, and whether they are an archive.
    func code(function: String, qualifier: String?) async throws -> (bytes: [UInt8], isArchive: Bool)
    /// Replaces the code. With `isDryRun` everything is checked and nothing stored.
    func updateCode(
        function: String, code: FunctionCode, revisionID: String?, publishes: Bool, isDryRun: Bool
    ) async throws -> FunctionDescription
    /// Replaces settings.
    func updateSettings(function: String, change: SettingsChange) async throws -> FunctionDescription
    /// Removes the function (nil), or one of its published versions.
    func delete(function: String, qualifier: String?) async throws
    /// Makes a version of what `$LATEST` is, or gives the last one when nothing changed since.
    func publish(
        function: String, description: String?, codeSHA256Base64: String?, revisionID: String?
    ) async throws -> FunctionDescription

    /// Adds an alias.
    func createAlias(function: String, name: String, change: AliasChange) async throws -> AliasDescription
    /// Changes an alias.
    func updateAlias(function: String, name: String, change: AliasChange) async throws -> AliasDescription
    /// One alias.
    func alias(function: String, name: String) async throws -> AliasDescription
    /// All aliases by name, or those that have `version` in them.
    func aliases(function: String, version: String?) async throws -> [AliasDescription]
    /// Removes an alias. An unknown one is not an error.
    func deleteAlias(function: String, name: String) async throws

    /// Sets concurrency apart for the function; nil gives it back. Invocations see it when this returns.
    func setReservedConcurrency(function: String, limit: Int?) async throws
    /// Asks for instances to be kept ready.
    func setProvisionedConcurrency(
        function: String, qualifier: String, count: Int
    ) async throws -> ProvisionedDescription
    /// The provisioned concurrency of a version or alias.
    func provisionedConcurrency(function: String, qualifier: String) async throws -> ProvisionedDescription
    /// All of a function, by qualifier.
    func provisionedConcurrencies(function: String) async throws -> [ProvisionedDescription]
    /// Ends provisioned concurrency. None being set is not an error.
    func deleteProvisionedConcurrency(function: String, qualifier: String) async throws

    /// Sets how asynchronous events are retried; nil values are the defaults, or with `keepsOthers` what is set already.
    func setEventInvoke(
        function: String, qualifier: String?, maximumRetryAttempts: Int?, maximumEventAgeSeconds: Int?,
        keepsOthers: Bool
    ) async throws -> EventInvokeDescription
    /// How asynchronous events are retried; not found when never set.
    func eventInvoke(function: String, qualifier: String?) async throws -> EventInvokeDescription
    /// All of a function, by qualifier.
    func eventInvokes(function: String) async throws -> [EventInvokeDescription]
    /// Goes back to the defaults; not found when never set.
    func deleteEventInvoke(function: String, qualifier: String?) async throws

    /// The function's tags.
    func tags(function: String) async throws -> [String: String]
    /// Adds and replaces tags, then removes the keys in `removing`. At most 50 may be left.
    func changeTags(function: String, adding: [String: String], removing: [String]) async throws
    /// What the account may use and uses.
    func usage() async -> AccountUsage
}
