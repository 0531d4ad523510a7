package import BrasaModel

/// What became of one function of the folder.
package struct FolderAdoption: Sendable, Hashable {
    /// How it ended.
    package enum Result: Sendable, Hashable {
        /// File and settings are what the catalog knows; changes made through the API stay.
        case unchanged
        /// File or settings are new and have been taken over.
        case adopted
        /// The API deleted it, and neither file nor settings have changed since.
        case staysDeleted
        /// The file is gone: the function answers no more events.
        case removed
        /// Not taken over, for this reason; an earlier version, if there is one, goes on serving. `phase` is where the
        /// candidate failed; nil: before any of its code ran.
        case refused(String, phase: Failure.Phase? = nil)
    }

    package let name: String
    package let result: Result
    /// The code that answered before; nil: none did.
    package let replacedSHA256: String?

    package init(name: String, result: Result, replacedSHA256: String? = nil) {
        self.name = name
        self.result = result
        self.replacedSHA256 = replacedSHA256
    }
}
