import Glibc

/// The two clocks that asynchronous delivery needs.
///
/// Callable from any thread.
///
/// What is stored carries wall-clock time, the only one that means something to the next run. While the host runs, waits
/// and ages go by a clock that never jumps, so setting the machine's clock makes no event due, old or stuck.
package struct AsyncDeliveryClock: Sendable {
    /// Milliseconds since 1970; may jump.
    package var wallMilliseconds: @Sendable () -> Int64
    /// Milliseconds since any fixed moment; never jumps, and goes on while the machine is suspended.
    package var steadyMilliseconds: @Sendable () -> Int64

    package init(
        wallMilliseconds: @escaping @Sendable () -> Int64, steadyMilliseconds: @escaping @Sendable () -> Int64
    ) {
        self.wallMilliseconds = wallMilliseconds
        self.steadyMilliseconds = steadyMilliseconds
    }

    /// The machine's.
    package static let system = AsyncDeliveryClock(
        wallMilliseconds: { Self.read(CLOCK_REALTIME) }, steadyMilliseconds: { Self.read(CLOCK_BOOTTIME) })

    private static func read(_ clock: clockid_t) -> Int64 {
        var time = timespec()
        clock_gettime(clock, &time)
        return Int64(time.tv_sec) * 1_000 + Int64(time.tv_nsec) / 1_000_000
    }
}
