import Glibc

/// The time of a request in the two forms of the event; the text is made once a second.
struct RequestTime {
    /// As in access logs: `21/Nov/2026:10:00:00 +0000`.
    private(set) var text = ""
    private(set) var milliseconds: Int64 = 0
    private var second: time_t = -1

    /// Reads the clock.
    mutating func update() {
        var now = timespec()
        clock_gettime(CLOCK_REALTIME, &now)
        self.milliseconds = Int64(now.tv_sec) * 1_000 + Int64(now.tv_nsec) / 1_000_000
        guard now.tv_sec != self.second else { return }
        self.second = now.tv_sec
        var parts = tm()
        var seconds = now.tv_sec
        gmtime_r(&seconds, &parts)
        let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        func two(_ value: Int32) -> String { value < 10 ? "0\(value)" : "\(value)" }
        self.text =
            "\(two(parts.tm_mday))/\(months[Int(parts.tm_mon)])/\(parts.tm_year + 1900):"
            + "\(two(parts.tm_hour)):\(two(parts.tm_min)):\(two(parts.tm_sec)) +0000"
    }
}
