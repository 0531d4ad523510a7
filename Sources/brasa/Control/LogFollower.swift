/// Prints a function's log and what is added to it, until its task is cancelled.
struct LogFollower: Sendable {
    let client: ControlClient
    let function: String
    let console: Console
    let isJSON: Bool
    /// How long to wait before a host that is gone is asked again.
    var retryDelay: Duration = .milliseconds(500)
    /// How long the host may hold a request for the next line, 1 to 60.
    var waitSeconds = 20

    /// Prints the lines there are behind `sequence`, the last `tail` of them; nil: all.
    ///
    /// - Returns: the cursor behind them.
    func printExisting(after sequence: UInt64, tail: Int?) async throws -> LogCursor {
        var cursor = LogCursor(after: sequence)
        let lines = try await self.allLines(after: sequence)
        _ = cursor.advance(over: lines)
        try self.print(tail.map { lines.suffix($0) } ?? lines[...])
        return cursor
    }

    /// Prints lines as they come, over restarts of the host.
    ///
    /// - Throws: `ControlError` with `cancelled`, or a refusal that has nothing to do with a restart.
    func follow(from start: LogCursor) async throws {
        var cursor = start
        while true {
            do {
                let lines = try await self.client.logLines(
                    function: self.function, after: cursor.sequence, waitSeconds: self.waitSeconds)
                let dropped = cursor.advance(over: lines)
                if dropped > 0 { self.console.note("\(dropped) lines in between are no longer kept by the host.") }
                try self.print(lines[...])
            } catch let error as ControlError where error.isOfConnection {
                try await self.reconnect(&cursor)
            }
        }
    }

    private func reconnect(_ cursor: inout LogCursor) async throws {
        var hasSaidSo = false
        while true {
            do {
                let isRestarted = cursor.reconnect(try await self.allLines(after: 0))
                if isRestarted {
                    self.console.note("The host at \(self.client.endpoint) was restarted; its log begins anew.")
                } else if hasSaidSo {
                    self.console.note("The host at \(self.client.endpoint) answers again.")
                }
                return
            } catch let error as ControlError where error.isOfConnection || error.code == .refused(404) {
                // A host that has just started may not have adopted its functions yet.
                if !hasSaidSo {
                    self.console.note("The host at \(self.client.endpoint) is gone; waiting for it. End with Ctrl-C.")
                    hasSaidSo = true
                }
                try await Task.sleep(for: self.retryDelay)
            }
        }
    }

    private func allLines(after sequence: UInt64) async throws -> [HostedLogLine] {
        var lines: [HostedLogLine] = []
        while true {
            let after = lines.last?.sequence ?? sequence
            let limit = 10_000
            let more = try await self.client.logLines(function: self.function, after: after, limit: limit)
            lines += more
            if more.count < limit { return lines }
        }
    }

    private func print(_ lines: ArraySlice<HostedLogLine>) throws {
        for line in lines {
            self.console.print(self.isJSON ? try JSONLine.text(line) : line.render(on: self.console))
        }
    }
}
