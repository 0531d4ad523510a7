import BrasaModel
import DequeModule

/// The newest entries of one function's log.
///
/// A value; `LogBook` guards it.
struct FunctionLog: Sendable {
    /// Entries kept, and bytes of text: whatever is reached first.
    static let entryLimit = 2_000
    static let byteLimit = 1 << 20

    fileprivate struct Kept: Sendable {
        let entry: LogEntry
        let firstSequence: UInt64
        let timestampMilliseconds: Int64
        let bytes: Int
    }

    private var entries: Deque<Kept> = []
    private var bytes = 0
    private(set) var lastSequence: UInt64 = 0

    mutating func append(_ entry: LogEntry, timestampMilliseconds: Int64) {
        var size = 0
        if case .line(_, _, _, _, let message) = entry { size = message.utf8.count }
        self.entries.append(
            Kept(
                entry: entry, firstSequence: self.lastSequence + 1, timestampMilliseconds: timestampMilliseconds,
                bytes: size))
        self.lastSequence += UInt64(entry.lineCount)
        self.bytes += size
        while self.entries.count > Self.entryLimit || self.bytes > Self.byteLimit {
            self.bytes -= self.entries.removeFirst().bytes
        }
    }

    func lines(after: UInt64, limit: Int, renderer: any LogRenderer) -> [LogLine] {
        var out: [LogLine] = []
        // The newest are asked for most: look from the end for where to begin.
        var index = self.entries.endIndex
        while index > self.entries.startIndex, self.entries[index - 1].lastSequence > after { index -= 1 }
        for kept in self.entries[index...] where out.count < limit {
            for line in Self.render(kept, renderer) where line.sequence > after && out.count < limit {
                out.append(line)
            }
        }
        return out
    }

    private static func render(_ kept: Kept, _ renderer: any LogRenderer) -> [LogLine] {
        var lines: [LogLine] = []
        func add(
            _ version: String, _ requestID: RequestID?, _ message: String, _ source: LogLine.Source = .platform,
            _ level: String? = nil
        ) {
            lines.append(
                LogLine(
                    sequence: kept.firstSequence + UInt64(lines.count),
                    timestampMilliseconds: kept.timestampMilliseconds, version: version, requestID: requestID,
                    source: source, level: level, message: message))
        }
        switch kept.entry {
        case .started(let id, let version):
            add(version, id, renderer.start(id, version: version))
        case .line(let source, let level, let id, let version, let message):
            add(version, id, message, source, level)
        case .finished(let id, let version, let report, let failure, let withStart):
            if withStart { add(version, id, renderer.start(id, version: version)) }
            add(version, id, renderer.end(id))
            add(version, id, renderer.report(id, report, failure: failure))
        case .initReport(let version, let duration, let phase, let failure):
            add(version, nil, renderer.initReport(durationNanoseconds: duration, phase: phase, failure: failure))
        }
        return lines
    }
}

extension FunctionLog.Kept {
    fileprivate var lastSequence: UInt64 { self.firstSequence + UInt64(self.entry.lineCount) - 1 }
}
