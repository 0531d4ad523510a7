/// A weekly window in which a function keeps another number of instances ready, such as business hours.
package struct ProvisionedSchedule: Sendable, Hashable, Codable {
    /// Days of the week it applies on, 1 (Monday) to 7 (Sunday), ISO 8601.
    package var days: [Int]
    /// First minute of the day it applies, 0 to 1,439.
    package var fromMinute: Int
    /// First minute it no longer applies, 1 to 1,440; smaller than `fromMinute` when it runs past midnight.
    package var untilMinute: Int
    /// IANA name of the time zone the minutes are in.
    package var timeZone: String
    /// Instances kept ready inside the window.
    package var provisionedConcurrency: Int

    package init(
        days: [Int], fromMinute: Int, untilMinute: Int, timeZone: String, provisionedConcurrency: Int
    ) {
        self.days = days
        self.fromMinute = fromMinute
        self.untilMinute = untilMinute
        self.timeZone = timeZone
        self.provisionedConcurrency = provisionedConcurrency
    }
}
