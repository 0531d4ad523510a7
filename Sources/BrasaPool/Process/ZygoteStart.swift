/// What a zygote needs to start.
package struct ZygoteStart: Sendable {
    package var libraryPath: String
    /// Name of the function inside the library; empty: its first.
    package var entry: String
    package var function: String
    package var version: String
    /// Folder of this version's scratch folders; exists.
    package var scratchRoot: String
    /// JSON handed to `init`.
    package var settingsJSON: String
    package var environment: [String: String]
    /// `RLIMIT_DATA` of the zygote in bytes; 0: none.
    package var dataLimitBytes: Int
    /// Start bare: instances load the library themselves.
    package var isBare: Bool
    /// Refuse a library that cannot be forked instead of falling back.
    package var refusesFallback: Bool

    package init(
        libraryPath: String, entry: String, function: String, version: String, scratchRoot: String,
        settingsJSON: String, environment: [String: String], dataLimitBytes: Int, isBare: Bool, refusesFallback: Bool
    ) {
        self.libraryPath = libraryPath
        self.entry = entry
        self.function = function
        self.version = version
        self.scratchRoot = scratchRoot
        self.settingsJSON = settingsJSON
        self.environment = environment
        self.dataLimitBytes = dataLimitBytes
        self.isBare = isBare
        self.refusesFallback = refusesFallback
    }
}
