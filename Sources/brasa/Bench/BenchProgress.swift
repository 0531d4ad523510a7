import BrasaBench
import Foundation
import Synchronization

/// Shows how far a measurement has come: a line that is drawn again on a terminal; elsewhere nothing, or one line a second.
final class BenchProgress: Sendable {
    private let console: Console
    private let title: String
    private let wantsLines: Bool
    /// The second that the last line told; none at first, so that also a short measurement is told once.
    private let lastSecond = Mutex<UInt64?>(nil)

    /// - Parameter wantsLines: whether it is shown where nobody sits at a terminal.
    init(_ title: String, wantsLines: Bool, on console: Console) {
        self.title = title
        self.wantsLines = wantsLines
        self.console = console
    }

    /// Shows it.
    ///
    /// Callable from any thread.
    func show(_ progress: LoadProgress) {
        guard self.wantsLines || self.console.errorsAreTerminal else { return }
        let text = self.text(progress)
        if self.console.errorsAreTerminal {
            self.console.redraw(text)
            return
        }
        let second = progress.elapsedNanoseconds / 1_000_000_000
        let isNew = self.lastSecond.withLock { last in
            defer { last = second }
            return second != last
        }
        if isNew { self.console.note(text) }
    }

    /// Takes the line away again.
    func clear() {
        if self.console.errorsAreTerminal { self.console.redraw("") }
    }

    private func text(_ progress: LoadProgress) -> String {
        let elapsed = Double(progress.elapsedNanoseconds) / 1e9
        let planned = Double(progress.plannedNanoseconds) / 1e9
        var parts = [
            "\(self.title) \(BenchText.seconds(min(elapsed, planned))) of \(BenchText.seconds(planned))",
            "\(BenchText.rate(progress.ratePerSecond))",
        ]
        if progress.medianNanoseconds > 0 {
            parts.append(
                "p50 \(BenchText.time(Double(progress.medianNanoseconds) / 1_000)), "
                    + "p99 \(BenchText.time(Double(progress.p99Nanoseconds) / 1_000))")
        }
        if progress.errors > 0 { parts.append("\(progress.errors) errors") }
        if progress.isWarmingUp { parts.append("warming up") }
        return parts.joined(separator: "  ")
    }
}
