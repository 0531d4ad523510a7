import BrasaModel
import BrasaRouter
import Logging

/// Says in one line each what has become of libraries: both digests, the phase, the times.
actor ReloadJournal {
    /// A library that has been taken over.
    ///
    /// Times are nanoseconds of the monotonic clock.
    struct Note: Sendable {
        let function: String
        /// SHA-256 of the code that answered before; nil: none did.
        let old: String?
        let new: String
        /// When the file was complete.
        let completedAt: UInt64
        /// When its candidate was started: after copying and checking.
        let startedAt: UInt64
        /// When events began to go to it.
        let switchedAt: UInt64
    }

    private nonisolated let logger: Logger
    private nonisolated let tell: (@Sendable (HostEvent) -> Void)?
    /// First replies that nobody has asked for yet, by code and function.
    private var replies: [String: UInt64] = [:]
    private var waiting: [String: CheckedContinuation<UInt64?, Never>] = [:]

    /// - Parameter tell: takes what there is to say, in place of the logger; nil: the logger does.
    init(logger: Logger, tell: (@Sendable (HostEvent) -> Void)? = nil) {
        self.logger = logger
        self.tell = tell
    }

    /// Says that events go to a library from now on.
    nonisolated func switched(_ note: Note) {
        self.tell?(
            .library(
                LibraryNote(
                    function: note.function, outcome: .live, sha256: note.new, replaced: note.old != nil,
                    nanoseconds: note.switchedAt - min(note.completedAt, note.switchedAt))))
    }

    /// Says that a library which had been replaced by a useless one is back.
    nonisolated func restored(_ function: String, sha256: String) {
        self.tell?(.library(LibraryNote(function: function, outcome: .live, sha256: sha256, replaced: true)))
    }

    /// Writes that a library is live, once it has answered, or after a second without a call.
    func write(_ note: Note) async {
        guard self.tell == nil else { return }
        let key = "\(note.function)/\(note.new)"
        // When nobody calls, the line has to come nevertheless.
        let timer = Task {
            try? await Task.sleep(for: .seconds(1))
            self.waiting.removeValue(forKey: key)?.resume(returning: nil)
        }
        let reply = await withTaskCancellationHandler {
            await self.firstReply(key)
        } onCancel: {
            timer.cancel()
        }
        timer.cancel()
        await timer.value
        var metadata: Logger.Metadata = [
            "function": "\(note.function)", "new": "\(Self.short(note.new))",
            "copied.ms": "\(Self.milliseconds(note.completedAt, note.startedAt))",
            "stored.ms": "\(Self.milliseconds(note.completedAt, note.switchedAt))",
        ]
        if let old = note.old { metadata["old"] = "\(Self.short(old))" }
        if let reply { metadata["first.reply.ms"] = "\(Self.milliseconds(note.completedAt, reply))" }
        self.logger.info(note.old == nil ? "function live" : "function reloaded", metadata: metadata)
    }

    private func firstReply(_ key: String) async -> UInt64? {
        if let reply = self.replies.removeValue(forKey: key) { return reply }
        // Two notes of the same code: the earlier one has waited long enough.
        self.waiting.removeValue(forKey: key)?.resume(returning: nil)
        return await withCheckedContinuation { self.waiting[key] = $0 }
    }

    /// A version has answered for the first time.
    func answered(_ version: FunctionVersion, atNanoseconds time: UInt64) {
        guard self.tell == nil else { return }
        let key = "\(version.key.function)/\(version.codeSHA256)"
        if let waiter = self.waiting.removeValue(forKey: key) {
            waiter.resume(returning: time)
        } else {
            // Only the latest matters, and only until its note is written.
            self.replies = self.replies.filter { !$0.key.hasPrefix("\(version.key.function)/") }
            self.replies[key] = time
        }
    }

    /// Writes that nobody can tell what is in the functions folder.
    nonisolated func unreadable(_ problem: String) {
        self.logger.warning("functions folder not read; what runs goes on", metadata: ["reason": "\(problem)"])
    }

    /// Says which process a debugger can be attached to.
    nonisolated func debuggable(_ function: String, pid: Int32) {
        self.tell?(.debuggable(function: function, pid: pid))
    }

    /// Writes that a library was not taken over.
    nonisolated func refused(_ function: String, old: String?, new: String?, phase: String, reason: String) {
        if let tell = self.tell {
            let outcome = LibraryNote.Outcome.refused(phase: phase, reason: reason)
            tell(.library(LibraryNote(function: function, outcome: outcome, sha256: new, replaced: old != nil)))
            return
        }
        var metadata: Logger.Metadata = [
            "function": "\(function)", "phase": "\(phase)", "reason": "\(reason)",
        ]
        if let old { metadata["old"] = "\(Self.short(old))" }
        if let new { metadata["new"] = "\(Self.short(new))" }
        self.logger.warning("library not taken over; what ran before goes on", metadata: metadata)
    }

    /// Says that earlier code was put back.
    nonisolated func rolledBack(_ function: String, from bad: String, to good: String, phase: String?, reason: String) {
        if let tell = self.tell {
            tell(
                .library(
                    LibraryNote(
                        function: function, outcome: .rolledBack(reason: reason), sha256: bad, replaced: true)))
            return
        }
        self.logger.error(
            "function rolled back",
            metadata: [
                "function": "\(function)", "old": "\(Self.short(good))", "new": "\(Self.short(bad))",
                "phase": "\(phase ?? "invoke")", "reason": "\(reason)",
            ])
    }

    /// Writes that a function is gone because its library is.
    nonisolated func removed(_ adoption: FolderAdoption) {
        if let tell = self.tell {
            tell(.library(LibraryNote(function: adoption.name, outcome: .removed, replaced: true)))
            return
        }
        self.logger.info(
            "function removed",
            metadata: [
                "function": "\(adoption.name)", "old": "\(adoption.replacedSHA256.map(Self.short) ?? "none")",
                "reason": "its library is no longer in the folder",
            ])
    }

    private static func short(_ sha256: String) -> String { String(sha256.prefix(12)) }

    private static func milliseconds(_ from: UInt64, _ to: UInt64) -> String {
        let microseconds = (to - min(from, to)) / 1_000
        return "\(microseconds / 1_000).\(microseconds % 1_000 / 100)"
    }
}
