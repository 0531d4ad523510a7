import Glibc

/// A point in time by which something has to have happened.
package struct Deadline: Sendable {
    private let nanoseconds: UInt64

    /// - Parameter seconds: from now.
    package init(after seconds: Double) {
        self.nanoseconds = Self.now() + UInt64(seconds * 1_000_000_000)
    }

    /// Milliseconds until then, rounded up; 0: it has passed.
    package var millisecondsLeft: Int32 {
        let now = Self.now()
        return now >= self.nanoseconds ? 0 : Int32(clamping: (self.nanoseconds - now + 999_999) / 1_000_000)
    }

    /// Whether it has passed.
    package var hasPassed: Bool { self.millisecondsLeft == 0 }

    /// Nanoseconds of the monotonic clock.
    package static func now() -> UInt64 {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
    }
}

/// How long to wait at most for what takes milliseconds on an idle machine.
///
/// Only for what never comes: a disk that has a build to write back answers a sync after seconds, and a machine that is busy
/// with others lets a process wait as long.
package let patientSeconds: Double = 60

/// Asks again and again until there is an answer, and returns it.
///
/// - Parameters:
///   - what: completes "waited … seconds for".
///   - seconds: how long at most.
/// - Throws: `HarnessError` with what was waited for when it does not come in time, and what `answer` throws.
package func waitFor<Answer>(
    _ what: @autoclosure () -> String, within seconds: Double = patientSeconds, _ answer: () throws -> Answer?
) throws -> Answer {
    let deadline = Deadline(after: seconds)
    while true {
        if let found = try answer() { return found }
        guard !deadline.hasPassed else { throw HarnessError("Waited \(seconds) seconds for \(what()).") }
        // How often to look; nothing counts on its length.
        usleep(2_000)
    }
}

/// Waits until a condition holds; see the other `waitFor`.
package func waitUntil(
    _ what: @autoclosure () -> String, within seconds: Double = patientSeconds, _ condition: () throws -> Bool
) throws {
    try waitFor(what(), within: seconds) { try condition() ? () : nil }
}
