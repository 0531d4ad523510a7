/// The host's limits; each is named in the refusal it causes.
package struct HostLimits: Sendable, Hashable, Codable {
    /// Which of AWS's quotas apply.
    package enum Profile: String, Sendable, Hashable, Codable, CaseIterable {
        /// Those that protect the host: time, memory, concurrency, sizes.
        case brasa
        /// Also those that only slow a local host down, for who tests against them: ten requests per second and unit of
        /// concurrency, 1,000 new instances per 10 seconds, the ranges and sizes of the service.
        case aws
    }

    /// What holds a function to its memory cap.
    package enum MemoryBackend: String, Sendable, Hashable, Codable, CaseIterable {
        /// The first of the others that works where the host runs.
        case auto
        case cgroup2, cgroup1
        /// `RLIMIT_DATA` and a watchdog.
        case rlimit
    }

    /// Calls that wait for an instance that is being prepared.
    package struct Queue: Sendable, Hashable, Codable {
        /// Calls that may wait for one function; 0: none.
        package var depth = 1_000
        /// Time after which a waiting call is answered 429.
        package var waitMilliseconds = 10_000

        package init() {}
    }

    package var profile = Profile.brasa
    /// Instances of all functions that may run at once, 1 to 1,000,000.
    package var accountConcurrency = 1_000
    /// Instances that reservations have to leave for functions without one, 0 to 1,000,000.
    package var unreservedFloor = 100
    /// Size of a synchronous request's body.
    package var payloadBytes = 6_291_456
    /// Size of an asynchronous event.
    package var asyncPayloadBytes = 1_048_576
    /// Size of a buffered reply; streamed ones have no limit.
    package var replyBytes = 6_291_556
    /// Size of a request's line and headers together.
    package var headerBytes = 16_384
    /// Headers in a request.
    package var headerCount = 100
    /// Time a client may take from its first byte to the end of its headers.
    package var requestHeadTimeoutMilliseconds = 10_000
    /// Time a client may take for the body.
    package var requestBodyTimeoutMilliseconds = 60_000
    /// Time a connection may stay open between requests.
    package var idleTimeoutMilliseconds = 60_000
    /// Connections open at once on each of the two ports; more are closed at once.
    package var maximumConnections = 10_000
    package var queue = Queue()
    /// Time a call waits at the concurrency limit before it is answered 429; 0: not at all.
    package var concurrencyWaitMilliseconds = 0
    /// Time running invocations have to end when the host stops or a version is replaced.
    package var drainTimeoutMilliseconds = 30_000
    /// Time a function goes on answering after its library was removed: builds remove what they are about to write.
    package var removalDelayMilliseconds = 5_000
    package var memoryBackend = MemoryBackend.auto

    package init() {}
}
