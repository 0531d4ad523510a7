/// What a host is asked to play again: the body of `POST /_brasa/replay`.
package struct ReplayOrder: Sendable, Codable {
    /// A function, or the request of one event.
    package var recorded: String
    /// The last so many events; nil: all.
    package var last: Int?
    /// The candidate that gets the events.
    package var candidate: String
    /// Another that gets them too, with the code that answers now: what differs there as well is not the candidate's doing.
    package var control: String?

    package init(recorded: String, last: Int?, candidate: String, control: String?) {
        self.recorded = recorded
        self.last = last
        self.candidate = candidate
        self.control = control
    }
}

/// One line of the answer to a `ReplayOrder`: an event that was played again, or why there are no more.
package struct ReplayMessage: Sendable, Codable {
    /// An event, and how it ends now.
    package struct Played: Sendable, Codable {
        package var event: RecordedEvent
        package var candidate: RecordedOutcome
        package var control: RecordedOutcome?

        package init(event: RecordedEvent, candidate: RecordedOutcome, control: RecordedOutcome?) {
            self.event = event
            self.candidate = candidate
            self.control = control
        }
    }

    package var played: Played?
    /// A full sentence.
    package var failure: String?

    package init(played: Played? = nil, failure: String? = nil) {
        self.played = played
        self.failure = failure
    }
}

/// The answer to `GET /_brasa/recordings/{function or request}`.
package struct RecordedEvents: Sendable, Codable {
    /// Oldest first.
    package var events: [RecordedEvent]

    package init(events: [RecordedEvent]) {
        self.events = events
    }
}
