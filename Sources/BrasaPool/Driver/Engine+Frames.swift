import BrasaModel
import CBrasaTransport
import Glibc
import NIOCore

/// What instances write: taken off their rings, checked, copied.
extension Engine {
    /// Handles all frames an instance has written, unless its client is slow.
    func drain(_ instance: Instance) {
        // A client that turns out to have left while its answer is written leads back here. The frame at hand is not taken
        // off yet: it would be handled and taken off twice, and the one behind it never be seen.
        guard !instance.isDraining else { return }
        instance.isDraining = true
        defer { instance.isDraining = false }
        var frame = brasa_incoming()
        while instance.running.first?.isPaused != true {
            switch Int(brasa_channel_next(&instance.channel, &frame)) {
            case BRASA_CHANNEL_FRAME:
                guard self.handle(frame, from: instance) else {
                    instance.pool.wroteGarbage(instance)
                    return
                }
            case BRASA_CHANNEL_GARBAGE:
                instance.pool.wroteGarbage(instance)
                return
            default:
                return
            }
        }
    }

    /// Handles one frame and takes it off.
    ///
    /// False when it makes no sense at this point.
    private func handle(_ frame: brasa_incoming, from instance: Instance) -> Bool {
        let kind = UInt32(frame.kind)
        if kind == BRASA_FRAME_DONE.rawValue {
            return self.done(frame, from: instance)
        }
        defer { brasa_channel_take(&instance.channel) }
        switch kind {
        case BRASA_FRAME_READY.rawValue:
            instance.stamps = InstanceStamps(frame)
            instance.pool.isReady(instance, at: UInt64(max(0, frame.numbers.0)))
            return true
        case BRASA_FRAME_FAILED.rawValue:
            return self.refused(frame, from: instance)
        case BRASA_FRAME_LOG.rawValue:
            return self.logged(frame, from: instance)
        case BRASA_FRAME_CALL.rawValue:
            return self.called(frame, from: instance)
        case BRASA_FRAME_METRIC.rawValue:
            return self.measured(frame, from: instance)
        default:
            return self.streamed(frame, from: instance)
        }
    }

    private func done(_ frame: brasa_incoming, from instance: Instance) -> Bool {
        guard let pending = instance.running.first, pending.id == frame.invocation else {
            brasa_channel_take(&instance.channel)
            return false
        }
        var answer = Answer(flags: frame.flags, status: frame.status)
        var reader = FrameText(frame)
        if frame.flags & BRASA_DONE_FAILED.rawValue != 0 {
            answer.errorType = reader.next() ?? ""
            answer.errorMessage = reader.next() ?? ""
        } else if frame.flags & BRASA_DONE_REPLY.rawValue != 0 {
            guard let pairs = instance.pool.replyHeads.read(frame) else {
                brasa_channel_take(&instance.channel)
                return false
            }
            answer.metadata = pairs
            answer.body = Self.copy(frame)
        }
        if frame.flags & BRASA_FRAME_IN_ARENA.rawValue != 0 { instance.arenaTouched = true }
        answer.cpuNanoseconds = Self.measure(frame.numbers.0)
        answer.peakBytes = Int(Self.measure(frame.numbers.1))
        answer.durationNanoseconds = Self.measure(frame.numbers.2)
        if frame.flags & BRASA_DONE_TOO_LARGE.rawValue == 0 { answer.pageFaults = Int(Self.measure(frame.numbers.3)) }
        brasa_channel_take(&instance.channel)
        instance.pool.answered(pending, answer, by: instance)
        return true
    }

    private func refused(_ frame: brasa_incoming, from instance: Instance) -> Bool {
        var reader = FrameText(frame)
        guard let type = reader.next(), let message = reader.next() else { return false }
        let phase = Failure.Phase(life: UInt32(bitPattern: frame.status)) ?? .thaw
        instance.refusal = instance.pool.refusal(type: type, message: message, phase: phase)
        return true
    }

    private func logged(_ frame: brasa_incoming, from instance: Instance) -> Bool {
        var reader = FrameText(frame)
        guard let message = reader.next(), let pairs = reader.pairs(Int(frame.pairs)) else { return false }
        let levels = ["TRACE", "DEBUG", "INFO", "WARN", "ERROR"]
        let level = levels[max(0, min(levels.count - 1, Int(frame.status)))]
        let text = pairs.isEmpty ? message : message + pairs.map { " \($0.name)=\($0.value)" }.joined()
        instance.pool.write(text, source: .log, level: level, from: instance)
        return true
    }

    private func measured(_ frame: brasa_incoming, from instance: Instance) -> Bool {
        var reader = FrameText(frame)
        guard let name = reader.next(), let labels = reader.pairs(Int(frame.pairs)) else { return false }
        let value = Double(bitPattern: UInt64(bitPattern: frame.numbers.0))
        guard value.isFinite else { return true }
        let key = instance.pool.version.key
        guard !key.isCandidate else { return true }
        self.metrics[key.function, default: FunctionMetrics()].record(
            name: name, labels: labels, value: value, isObservation: frame.status == 1)
        return true
    }

    private func streamed(_ frame: brasa_incoming, from instance: Instance) -> Bool {
        guard let pending = instance.running.first, pending.id == frame.invocation else { return false }
        switch UInt32(frame.kind) {
        case BRASA_FRAME_BEGIN.rawValue where !pending.hasBegun:
            var reader = FrameText(frame)
            guard let pairs = reader.pairs(Int(frame.pairs)) else { return false }
            pending.hasBegun = true
            pending.responder.begin(metadata: pairs, stream: pending)
        case BRASA_FRAME_CHUNK.rawValue where pending.hasBegun && !pending.hasEnded:
            let chunk = Self.copy(frame)
            if frame.flags & BRASA_FRAME_IN_ARENA.rawValue != 0 {
                instance.arenaTouched = true
                brasa_channel_release_segment(&instance.channel)
            }
            if !pending.clientLeft, !pending.responder.write(chunk), !pending.clientLeft { pending.isPaused = true }
        case BRASA_FRAME_END.rawValue where pending.hasBegun && !pending.hasEnded:
            pending.hasEnded = true
        default:
            return false
        }
        return true
    }

    /// A count or time that an instance says, within what sums of many still hold.
    private static func measure(_ number: Int64) -> Int64 { min(max(0, number), 1 << 44) }

    private static func copy(_ frame: brasa_incoming) -> ByteBuffer {
        guard frame.body_bytes > 0 else { return ByteBuffer() }
        return ByteBuffer(bytes: UnsafeRawBufferPointer(start: frame.body, count: Int(frame.body_bytes)))
    }
}

/// What a DONE frame says, in the host's own memory.
struct Answer {
    let flags: UInt32
    let status: Int32
    var metadata: [MetadataPair] = []
    var body = ByteBuffer()
    var errorType = ""
    var errorMessage = ""
    var cpuNanoseconds: Int64 = 0
    var peakBytes = 0
    var durationNanoseconds: Int64 = 0
    var pageFaults = 0

    init(flags: UInt32, status: Int32) {
        self.flags = flags
        self.status = status
    }
}

/// Reads the pairs of replies: most are those of the reply before, and need not be made again.
struct RepeatedPairs {
    /// Longer ones are not worth keeping.
    private static let keptBytes: UInt32 = 512

    private var text: [UInt8] = []
    private var pairs: [MetadataPair] = []

    /// The frame's pairs; nil when there are fewer than it says.
    mutating func read(_ frame: brasa_incoming) -> [MetadataPair]? {
        guard frame.pairs > 0 else { return [] }
        guard frame.text_bytes <= Self.keptBytes else {
            var reader = FrameText(frame)
            return reader.pairs(Int(frame.pairs))
        }
        let bytes = UnsafeRawBufferPointer(start: frame.text, count: Int(frame.text_bytes))
        if Int(frame.pairs) == self.pairs.count, Self.isEqual(bytes, self.text) { return self.pairs }
        // From a copy: what is compared with later has to be what was read, and the instance may be writing.
        let text = [UInt8](bytes)
        let pairs = text.withUnsafeBufferPointer { copy -> [MetadataPair]? in
            var frame = frame
            frame.text = copy.baseAddress
            var reader = FrameText(frame)
            return reader.pairs(Int(frame.pairs))
        }
        guard let pairs else { return nil }
        (self.text, self.pairs) = (text, pairs)
        return pairs
    }

    private static func isEqual(_ bytes: UnsafeRawBufferPointer, _ text: [UInt8]) -> Bool {
        guard bytes.count == text.count, let start = bytes.baseAddress else { return bytes.count == text.count }
        return text.withUnsafeBytes { memcmp(start, $0.baseAddress ?? start, $0.count) == 0 }
    }
}

/// Reads a frame's strings, each copied before it is looked at.
struct FrameText {
    private let frame: brasa_incoming
    private var position: UInt32 = 0

    init(_ frame: brasa_incoming) {
        self.frame = frame
    }

    /// The next string, repaired where it is not UTF-8; nil when the text ends or lies.
    mutating func next() -> String? {
        var bytes: UnsafePointer<UInt8>?
        var count: UInt32 = 0
        guard brasa_text_next(self.frame.text, self.frame.text_bytes, &self.position, &bytes, &count) == 0 else {
            return nil
        }
        // Copied before it is looked at: a string that was checked and then changed under us would not be UTF-8.
        return withUnsafeTemporaryAllocation(byteCount: Int(count), alignment: 1) { copy in
            if count > 0 { copy.copyMemory(from: UnsafeRawBufferPointer(start: bytes, count: Int(count))) }
            return String(decoding: copy, as: UTF8.self)
        }
    }

    /// The next pairs; nil when there are fewer.
    mutating func pairs(_ count: Int) -> [MetadataPair]? {
        guard count > 0 else { return [] }
        var out: [MetadataPair] = []
        out.reserveCapacity(count)
        for _ in 0..<count {
            guard let name = self.next(), let value = self.next() else { return nil }
            out.append(MetadataPair(name, value))
        }
        return out
    }
}
