/// What has to be in memory of a stored asynchronous event: everything but its contents.
package struct AsyncEventSummary: Sendable, Hashable {
    /// The store's own number of the event; rises with each stored event and is never given twice.
    package var id: Int64
    package var function: String
    /// A version number, an alias or `$LATEST`.
    package var qualifier: String
    /// Size of the payload.
    package var payloadBytes: Int
    /// When the event was accepted, in milliseconds since 1970; its age counts from here.
    package var storedAtMilliseconds: Int64
    /// Attempts that ended with a function error; the next delivery is attempt `failedAttempts + 1`.
    package var failedAttempts: Int
    /// Earliest time of the next attempt, in milliseconds since 1970.
    package var nextAttemptMilliseconds: Int64

    package init(
        id: Int64, function: String, qualifier: String = VersionKey.latest, payloadBytes: Int,
        storedAtMilliseconds: Int64, failedAttempts: Int = 0, nextAttemptMilliseconds: Int64
    ) {
        self.id = id
        self.function = function
        self.qualifier = qualifier
        self.payloadBytes = payloadBytes
        self.storedAtMilliseconds = storedAtMilliseconds
        self.failedAttempts = failedAttempts
        self.nextAttemptMilliseconds = nextAttemptMilliseconds
    }

    /// Whose queue it is in.
    package var target: AsyncTarget { AsyncTarget(function: self.function, qualifier: self.qualifier) }
}
