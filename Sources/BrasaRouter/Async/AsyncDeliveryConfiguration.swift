/// How asynchronous events are retried, and how many are on their way at once.
package struct AsyncDeliveryConfiguration: Sendable, Hashable {
    /// Wait after the first, second … function error, in milliseconds; the last one counts for all further.
    ///
    /// Source: https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html
    package var retryDelaysMilliseconds: [Int64] = [60_000, 120_000]
    /// Wait of an event after its first refusal (a throttle or an error of the host); doubles with each further.
    package var refusalDelayMilliseconds: Int64 = 1_000
    /// Longest wait after a refusal.
    package var maximumRefusalDelayMilliseconds: Int64 = 300_000
    /// Time for which a function that has refused gets no event, unless one of its deliveries ends meanwhile.
    package var refusalPauseMilliseconds: Int64 = 1_000
    /// Time after which a change that could not be stored is tried again.
    package var storeRetryMilliseconds: Int64 = 1_000
    /// Deliveries of one function at once, at least 1.
    package var maximumInFlightPerFunction: Int = 64
    /// Deliveries at once in all.
    ///
    /// A function that has none may still start one.
    package var maximumInFlight: Int = 1_024
    /// Payload bytes on their way at which no delivery is added.
    ///
    /// A function that has none may still start one.
    package var maximumInFlightBytes: Int = 64 << 20
    /// Stored events that are taken over at once when the host starts.
    package var loadPageSize: Int = 2_000

    package init() {}
}

/// What the catalog says about a function's asynchronous events, at the moment of asking.
struct AsyncPolicy: Sendable, Hashable {
    /// 0 to 2.
    var maximumRetryAttempts = 2
    var maximumAgeMilliseconds: Int64 = 21_600_000
    /// Whether the function's reserved concurrency is 0.
    var isSwitchedOff = false
}
