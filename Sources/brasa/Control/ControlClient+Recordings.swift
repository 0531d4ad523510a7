import BrasaBench
import Foundation

extension ControlClient {
    /// The recorded events of a function, or that of one request; oldest first.
    func recordedEvents(of name: String) async throws(ControlError) -> [RecordedEvent] {
        try await self.get(RecordedEvents.self, ["_brasa", "recordings", name], seconds: 60).events
    }

    /// Has recorded events played again; `onPlayed` gets each as it has ended.
    func replay(_ order: ReplayOrder, onPlayed: (ReplayMessage.Played) -> Void) async throws {
        let decoder = JSONDecoder()
        try await self.lines(
            "POST", ["_brasa", "replay"], body: try JSONEncoder().encode(order),
            // The longest timeout of a function, twice.
            idleSeconds: 2 * 900 + 120
        ) { line in
            let message: ReplayMessage
            do {
                message = try decoder.decode(ReplayMessage.self, from: line)
            } catch {
                throw self.unexpected("POST /_brasa/replay", cause: error)
            }
            if let failure = message.failure { throw CommandFailure(.failed, failure) }
            if let played = message.played { onPlayed(played) }
        }
    }
}
