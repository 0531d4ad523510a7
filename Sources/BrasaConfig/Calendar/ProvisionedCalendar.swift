package import BrasaModel
package import Foundation

/// Tells how many instances a function keeps ready at a moment, by its weekly schedules.
///
/// A window begins on its days when the clock of its time zone first shows `from`, and ends when that clock first shows
/// `until` after it. An hour that daylight saving skips: the first moment after the gap stands for it. An hour that comes
/// twice: its first pass counts.
package struct ProvisionedCalendar: Sendable {
    /// What is kept ready outside of all windows.
    package let base: Int
    /// The first window that contains a moment counts.
    package let schedules: [ProvisionedSchedule]
    private let zones: [WallClock]

    /// - Parameter schedules: with time zones that exist; one that does not is read as UTC.
    package init(base: Int, schedules: [ProvisionedSchedule]) {
        self.base = base
        self.schedules = schedules
        self.zones = schedules.map { WallClock(zone: TimeZone(identifier: $0.timeZone) ?? .gmt) }
    }

    /// The number in force at a moment.
    package func count(at date: Date) -> Int {
        for (schedule, zone) in zip(self.schedules, self.zones) {
            let today = zone.day(of: date)
            // A window that runs past midnight may have begun yesterday.
            for day in (today - 1)...today where schedule.days.contains(WallClock.weekday(of: day)) {
                if let window = Self.window(schedule, day: day, zone: zone), window.contains(date) {
                    return schedule.provisionedConcurrency
                }
            }
        }
        return self.base
    }

    /// The first moment after `date` at which the number changes; nil: it never does.
    ///
    /// Looks 15 days ahead: a window that daylight saving swallows one week is there the next.
    package func nextChange(after date: Date) -> Date? {
        var boundaries: Set<Date> = []
        for (schedule, zone) in zip(self.schedules, self.zones) {
            let today = zone.day(of: date)
            for day in (today - 1)...(today + 15) where schedule.days.contains(WallClock.weekday(of: day)) {
                if let window = Self.window(schedule, day: day, zone: zone) {
                    boundaries.formUnion([window.lowerBound, window.upperBound])
                }
            }
        }
        let present = self.count(at: date)
        return boundaries.filter { $0 > date }.sorted().first { self.count(at: $0) != present }
    }

    /// The window that begins on a day; nil when daylight saving skips all of it.
    private static func window(_ schedule: ProvisionedSchedule, day: Int, zone: WallClock) -> Range<Date>? {
        let start = zone.moment(day: day, minute: schedule.fromMinute)
        let runsPastMidnight = schedule.untilMinute <= schedule.fromMinute
        let end = zone.moment(day: runsPastMidnight ? day + 1 : day, minute: schedule.untilMinute)
        return start < end ? start..<end : nil
    }
}
