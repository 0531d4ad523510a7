import BrasaConfig
import BrasaModel
import BrasaRouter
import Foundation
import Synchronization

/// Follows the weekly schedules of provisioned concurrency.
final class ScheduleKeeper: Sendable {
    private let catalog: FunctionCatalog
    private let state = Mutex(State())

    private struct State {
        var task: Task<Void, Never>?
        /// Functions that follow a schedule.
        var names: Set<String> = []
    }

    init(catalog: FunctionCatalog) {
        self.catalog = catalog
    }

    /// Sets each function's count as of now, and again whenever one changes.
    ///
    /// Called again, it follows the new schedules alone.
    func start(_ functions: [FolderFunction]) {
        let calendars = functions.filter { !$0.settings.provisionedSchedules.isEmpty }.map { function in
            (
                function.name,
                ProvisionedCalendar(
                    base: function.settings.provisionedConcurrency, schedules: function.settings.provisionedSchedules)
            )
        }
        let names = Set(calendars.map(\.0))
        let catalog = self.catalog
        // Unstructured because it lives as long as the host; kept here and cancelled by `stop`.
        self.state.withLock { state in
            let before = state.task
            before?.cancel()
            let dropped = state.names.subtracting(names)
            state.names = names
            state.task = Task {
                await before?.value
                for name in dropped { await catalog.setScheduledConcurrency(function: name, count: nil) }
                guard !calendars.isEmpty else { return }
                while !Task.isCancelled {
                    let now = Date()
                    for (name, calendar) in calendars {
                        await catalog.setScheduledConcurrency(function: name, count: calendar.count(at: now))
                    }
                    let next = calendars.compactMap { $0.1.nextChange(after: now) }.min()
                    // At most an hour, so that a clock that was set is noticed.
                    let seconds = min(3_600, max(0.05, next?.timeIntervalSinceNow ?? 3_600))
                    try? await Task.sleep(for: .seconds(seconds))
                }
            }
        }
    }

    /// Stops following.
    func stop() {
        self.state.withLock { state in
            state.task?.cancel()
            state.task = nil
        }
    }
}
