/// Why a change to the catalog, or a question to it, was refused.
package struct CatalogError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The kinds that callers tell apart.
    package enum Code: Sendable, Hashable {
        /// A value is not allowed, or the library was refused before any of its code ran.
        case invalidValue
        /// A value is outside what the operation's description allows.
        case validation
        /// No such function, version or alias.
        case notFound
        /// No provisioned concurrency is set for the qualifier.
        case noProvisionedConcurrency
        /// It exists already, is in use, or an update is in progress.
        case conflict
        /// The revision the caller based the change on is not the latest.
        case staleRevision
        /// The host could not store the change.
        case storage
    }

    package let code: Code
    /// A full sentence, as the caller sees it.
    package let message: String

    package init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    /// The message.
    package var description: String { self.message }
}
