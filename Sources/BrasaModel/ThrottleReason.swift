/// Why a call was answered 429; the raw value is the `Reason` field of `TooManyRequestsException`.
///
/// Source: https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html
package enum ThrottleReason: String, Sendable, Hashable, CaseIterable {
    /// The account's unreserved instances are all busy.
    case concurrentInvocationLimitExceeded = "ConcurrentInvocationLimitExceeded"
    /// New instances or requests arrive faster than the service adds them.
    case functionInvocationRateLimitExceeded = "FunctionInvocationRateLimitExceeded"
    /// The function's reserved instances are all busy.
    case reservedFunctionConcurrentInvocationLimitExceeded = "ReservedFunctionConcurrentInvocationLimitExceeded"
    /// More than ten requests per second and reserved instance.
    case reservedFunctionInvocationRateLimitExceeded = "ReservedFunctionInvocationRateLimitExceeded"
    /// Too many calls wait for an instance already, or one waited too long.
    case callerRateLimitExceeded = "CallerRateLimitExceeded"
}
