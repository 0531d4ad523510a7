import BrasaConfig
import BrasaModel
import Foundation
import Testing

@Suite struct ProvisionedCalendarTests {
    private static let businessHours = ProvisionedSchedule(
        days: [1, 2, 3, 4, 5], fromMinute: 8 * 60, untilMinute: 18 * 60, timeZone: "Europe/Berlin",
        provisionedConcurrency: 5)

    /// `2026-03-27T17:59:59+01:00` -> a moment.
    private static func moment(_ text: String) throws -> Date {
        try Date(text, strategy: .iso8601)
    }

    private static func window(
        _ days: [Int], _ from: Int, _ until: Int, _ zone: String, _ count: Int
    ) -> ProvisionedSchedule {
        ProvisionedSchedule(
            days: days, fromMinute: from, untilMinute: until, timeZone: zone, provisionedConcurrency: count)
    }

    @Test(arguments: [
        // Monday, winter time.
        ("2026-01-05T07:59:59+01:00", 1), ("2026-01-05T08:00:00+01:00", 5), ("2026-01-05T17:59:59+01:00", 5),
        ("2026-01-05T18:00:00+01:00", 1),
        // Monday after the clocks went forward: the window moves with the clock on the wall.
        ("2026-03-30T07:59:59+02:00", 1), ("2026-03-30T08:00:00+02:00", 5), ("2026-03-30T17:59:59+02:00", 5),
        // Saturday and Sunday.
        ("2026-01-10T12:00:00+01:00", 1), ("2026-01-11T12:00:00+01:00", 1),
        // Friday evening in Berlin is still Friday noon in New York.
        ("2026-01-09T11:59:59-05:00", 5), ("2026-01-09T12:00:00-05:00", 1),
        // Before 1970, a Wednesday.
        ("1969-12-31T12:00:00+01:00", 5),
    ])
    func countsByTheClockOfTheTimeZone(moment: String, count: Int) throws {
        let calendar = ProvisionedCalendar(base: 1, schedules: [Self.businessHours])

        #expect(calendar.count(at: try Self.moment(moment)) == count)
    }

    @Test func findsTheNextChangeOverAWeekendAndAChangeOfClocks() throws {
        let calendar = ProvisionedCalendar(base: 1, schedules: [Self.businessHours])
        let friday = try Self.moment("2026-03-27T17:30:00+01:00")

        let evening = try #require(calendar.nextChange(after: friday))
        let monday = try #require(calendar.nextChange(after: evening))

        #expect(evening == (try Self.moment("2026-03-27T18:00:00+01:00")))
        #expect(monday == (try Self.moment("2026-03-30T08:00:00+02:00")))
    }

    @Test(arguments: [
        ("2026-01-09T21:59:59Z", 0), ("2026-01-09T22:00:00Z", 3), ("2026-01-10T01:59:59Z", 3),
        ("2026-01-10T02:00:00Z", 0), ("2026-01-10T22:00:00Z", 0), ("2026-01-09T01:00:00Z", 0),
    ])
    func runsPastMidnightIntoADayThatIsNotListed(moment: String, count: Int) throws {
        let fridayNight = Self.window([5], 22 * 60, 2 * 60, "UTC", 3)
        let calendar = ProvisionedCalendar(base: 0, schedules: [fridayNight])

        #expect(calendar.count(at: try Self.moment(moment)) == count)
    }

    @Test func runsPastMidnightFromSundayIntoMonday() throws {
        let calendar = ProvisionedCalendar(base: 0, schedules: [Self.window([7], 23 * 60, 60, "Asia/Tokyo", 2)])

        #expect(calendar.count(at: try Self.moment("2026-01-12T00:30:00+09:00")) == 2)
        #expect(
            calendar.nextChange(after: try Self.moment("2026-01-12T00:30:00+09:00"))
                == (try Self.moment("2026-01-12T01:00:00+09:00")))
    }

    @Test func beginsAfterTheHourThatIsSkipped() throws {
        // In Berlin 02:00 to 03:00 does not exist on 2026-03-29.
        let calendar = ProvisionedCalendar(base: 0, schedules: [Self.window([7], 150, 240, "Europe/Berlin", 2)])
        let night = try Self.moment("2026-03-29T01:00:00+01:00")

        #expect(calendar.nextChange(after: night) == (try Self.moment("2026-03-29T03:00:00+02:00")))
        #expect(calendar.count(at: try Self.moment("2026-03-29T03:59:59+02:00")) == 2)
        #expect(calendar.count(at: try Self.moment("2026-03-29T04:00:00+02:00")) == 0)
    }

    @Test func leavesOutAWindowInsideTheHourThatIsSkipped() throws {
        let calendar = ProvisionedCalendar(base: 0, schedules: [Self.window([7], 130, 170, "Europe/Berlin", 2)])
        let night = try Self.moment("2026-03-29T00:00:00+01:00")

        #expect(calendar.nextChange(after: night) == (try Self.moment("2026-04-05T02:10:00+02:00")))
    }

    @Test func appliesOnceInTheHourThatComesTwice() throws {
        // In Berlin 02:00 to 03:00 comes twice on 2026-10-25.
        let calendar = ProvisionedCalendar(base: 0, schedules: [Self.window([7], 130, 170, "Europe/Berlin", 2)])

        let start = try #require(calendar.nextChange(after: try Self.moment("2026-10-25T00:00:00+02:00")))
        let end = try #require(calendar.nextChange(after: start))
        let next = try #require(calendar.nextChange(after: end))

        #expect(start == (try Self.moment("2026-10-25T02:10:00+02:00")))
        #expect(end == (try Self.moment("2026-10-25T02:50:00+02:00")))
        #expect(next == (try Self.moment("2026-11-01T02:10:00+01:00")))
    }

    @Test func beginsADayWhoseMidnightIsSkipped() throws {
        // In Cairo 2026-04-24 begins at 01:00.
        let calendar = ProvisionedCalendar(base: 0, schedules: [Self.window([5], 0, 1_440, "Africa/Cairo", 2)])
        let evening = try Self.moment("2026-04-23T23:00:00+02:00")

        let start = try #require(calendar.nextChange(after: evening))

        #expect(start == (try Self.moment("2026-04-24T01:00:00+03:00")))
        #expect(calendar.nextChange(after: start) == (try Self.moment("2026-04-25T00:00:00+03:00")))
    }

    @Test func takesTheFirstOfOverlappingWindows() throws {
        let calendar = ProvisionedCalendar(
            base: 1,
            schedules: [
                Self.window([1], 12 * 60, 13 * 60, "UTC", 9), Self.window([1], 8 * 60, 18 * 60, "UTC", 5),
            ])
        var moment = try Self.moment("2026-01-05T00:00:00Z")
        var counts: [Int] = []
        for _ in 0..<4 {
            moment = try #require(calendar.nextChange(after: moment))
            counts.append(calendar.count(at: moment))
        }

        #expect(counts == [5, 9, 5, 1])
    }

    @Test func changesAreWhereTheCountChangesAndNowhereElse() throws {
        let calendar = ProvisionedCalendar(
            base: 1, schedules: [Self.businessHours, Self.window([6, 7], 1_200, 300, "America/New_York", 3)])
        let start = try Self.moment("2026-10-20T00:00:00Z")
        var next = try #require(calendar.nextChange(after: start))
        var count = calendar.count(at: start)

        // Every five minutes for three weeks, over the end of daylight saving on both continents.
        for step in 1...(21 * 288) {
            let moment = start + Double(step) * 300
            if moment >= next {
                #expect(calendar.count(at: next) != count)
                count = calendar.count(at: next)
                next = try #require(calendar.nextChange(after: next))
            }
            #expect(calendar.count(at: moment) == count)
        }
    }

    @Test func neverChangesWithoutWindowsOrWithOneThatIsAlwaysOpen() throws {
        let now = try Self.moment("2026-01-05T00:00:00Z")
        let always = ProvisionedCalendar(base: 1, schedules: [Self.window(Array(1...7), 0, 1_440, "UTC", 4)])

        #expect(ProvisionedCalendar(base: 2, schedules: []).count(at: now) == 2)
        #expect(ProvisionedCalendar(base: 2, schedules: []).nextChange(after: now) == nil)
        #expect(always.count(at: now) == 4)
        #expect(always.nextChange(after: now) == nil)
    }
}
