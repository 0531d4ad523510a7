import BrasaConfig
import BrasaModel
import BrasaRouter
import Foundation
import Synchronization

/// Follows the weekly schedules of provisioned concurrency.
final class ScheduleKeeper: Sendable {
    private let catalog: FunctionCatalog
    private let task = Mutex<Task<Void, Never>?>(nil)

    init(catalog: FunctionCatalog) {
        self.catalog = catalog
    }

    /// Sets each function's count as of now, and again whenever one changes.
    func start(_ functions: [FolderFunction]) {
        let calendars = functions.filter { !$0.settings.provisionedSchedules.isEmpty }.map { function in
            (
                function.name,
                ProvisionedCalendar(
                    base: function.settings.provisionedConcurrency, schedules: function.settings.provisionedSchedules)
            )
        }
        guard !calendars.isEmpty else { return }
        let catalog = self.catalog
        // Unstructured because it lives as long as the host; kept here and cancelled by `stop`.
        self.task.withLock { task in
            task = Task {
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
        self.task.withLock { task in
            task?.cancel()
            task = nil
        }
    }
}
