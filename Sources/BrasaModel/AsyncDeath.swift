/// How an asynchronous event ended without having been handled.
package struct AsyncDeath: Sendable, Hashable {
    /// Why there was no further attempt.
    ///
    /// The raw value is stored and, for the first three, the condition that destinations show.
    ///
    /// Source: https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html
    package enum Reason: String, Sendable, Hashable, CaseIterable {
        /// The function failed at the first attempt and at every retry it is given.
        case retriesExhausted = "RetriesExhausted"
        /// The event grew older than the function allows.
        case eventAgeExceeded = "EventAgeExceeded"
        /// The function is switched off: none of the account's instances are set apart for it.
        case zeroReservedConcurrency = "ZeroReservedConcurrency"
        /// The function, version or alias was deleted after the event had been accepted.
        case functionNotFound = "FunctionNotFound"
        /// The event is over a limit, so no attempt can ever succeed.
        case eventTooLarge = "EventTooLarge"
        /// What is stored cannot be read as an event.
        case eventDamaged = "EventDamaged"
    }

    package var reason: Reason
    /// What went wrong at the last attempt; nil when there was none since the event was last stored.
    package var lastError: AsyncDeliveryError?
    /// Attempts that ended with a function error.
    package var failedAttempts: Int
    /// Milliseconds since 1970.
    package var diedAtMilliseconds: Int64

    package init(
        reason: Reason, lastError: AsyncDeliveryError?, failedAttempts: Int, diedAtMilliseconds: Int64
    ) {
        self.reason = reason
        self.lastError = lastError
        self.failedAttempts = failedAttempts
        self.diedAtMilliseconds = diedAtMilliseconds
    }
}

/// What is kept of an attempt that went wrong.
package struct AsyncDeliveryError: Sendable, Hashable {
    /// Characters kept of a message.
    package static let maximumMessageLength = 1_024

    /// The documented name, such as `Sandbox.Timedout` or what the function gave.
    package let errorType: String
    /// A full sentence, cut to 1,024 characters.
    package let message: String

    package init(errorType: String, message: String) {
        self.errorType = String(errorType.prefix(Self.maximumMessageLength))
        self.message = String(message.prefix(Self.maximumMessageLength))
    }
}

/// An asynchronous event that was given up, with what it carried.
package struct DeadAsyncEvent: Sendable {
    /// Number among the dead; rises with each death.
    package var sequence: Int64
    package var event: Event
    /// When the event had been accepted, in milliseconds since 1970.
    package var storedAtMilliseconds: Int64
    package var death: AsyncDeath

    package init(sequence: Int64, event: Event, storedAtMilliseconds: Int64, death: AsyncDeath) {
        self.sequence = sequence
        self.event = event
        self.storedAtMilliseconds = storedAtMilliseconds
        self.death = death
    }
}
