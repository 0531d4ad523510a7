import Foundation

/// The clock on the wall in a time zone.
///
/// Days are counted from 1970-01-01, which was a Thursday.
struct WallClock: Sendable {
    private static let secondsPerDay = 86_400

    let zone: TimeZone

    /// 1 (Monday) to 7 (Sunday).
    static func weekday(of day: Int) -> Int {
        let fromMonday = (day + 3) % 7
        return (fromMonday < 0 ? fromMonday + 7 : fromMonday) + 1
    }

    /// The day this clock shows at a moment.
    func day(of date: Date) -> Int {
        let seconds = date.timeIntervalSince1970 + Double(self.zone.secondsFromGMT(for: date))
        return Int((seconds / Double(Self.secondsPerDay)).rounded(.down))
    }

    /// The first moment at which this clock shows a minute of a day, 0 to 1,440; when it skips that minute, the moment it does.
    func moment(day: Int, minute: Int) -> Date {
        let wall = day * Self.secondsPerDay + minute * 60
        let before = self.offset(wall - Self.secondsPerDay)
        let after = self.offset(wall + Self.secondsPerDay)
        guard before != after else { return Self.date(wall - before) }
        let change = self.change(from: wall - Self.secondsPerDay, to: wall + Self.secondsPerDay)
        if wall - before < change { return Self.date(wall - before) }
        return Self.date(max(wall - after, change))
    }

    private static func date(_ seconds: Int) -> Date { Date(timeIntervalSince1970: Double(seconds)) }

    private func offset(_ seconds: Int) -> Int { self.zone.secondsFromGMT(for: Self.date(seconds)) }

    /// The second at which the offset becomes another; there is one in the range.
    private func change(from start: Int, to end: Int) -> Int {
        let before = self.offset(start)
        var (low, high) = (start, end)
        while high - low > 1 {
            let middle = low + (high - low) / 2
            if self.offset(middle) == before { low = middle } else { high = middle }
        }
        return high
    }
}
