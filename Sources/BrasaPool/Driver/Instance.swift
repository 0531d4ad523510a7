import BrasaModel
import CBrasaTransport
import DequeModule
import Glibc
import NIOCore

/// One process, or thread of the host, that answers invocations, as the host sees it.
///
/// Lives on the engine's loop.
final class Instance {
    let id: UInt64
    unowned let pool: InstancePool
    var channel: brasa_channel
    let outputDescriptor: Int32
    let leaf: any MemoryLeaf
    let scratch: String
    let forkedAt: UInt64
    /// Invocations inside, the running one first.
    var running: Deque<Pending> = []
    var isReady = false
    /// When it came to life, as it says itself.
    var stamps: InstanceStamps?
    /// Its descriptor once the zygote has told; -1 before.
    var pidfd: Int32 = -1
    var pid: Int32 = 0
    /// Set when it is a thread of the host.
    var thread: InstanceThread?
    var isKilled = false
    /// Why the host killed it, for what was running in it; nil: it was not for that.
    var killedFor: Failure?
    /// How a phase before the first invocation failed, in the instance's own words.
    var refusal: Failure?
    /// When a shutdown that was asked for turns into a kill; 0: none was asked for.
    var shutdownDeadline: UInt64 = 0
    var hasGarbage = false
    /// Place in the engine's list of instances to look at.
    var watchIndex = -1
    /// Bytes of an unfinished line of output.
    var partialLine: [UInt8] = []
    /// Whether its frames are being handled further up.
    var isDraining = false
    /// Whether `Engine.wakeLater` has it.
    var isUnwoken = false
    private(set) var isReleased = false
    /// Number of its last service call, counted from 1.
    var callNumber: UInt32 = 0
    /// Whether it waits for the answer to that call.
    var isCalling = false
    /// Whether a large body has passed through the arenas since they were last given back.
    var arenaTouched = false

    init(id: UInt64, _ resources: InstanceResources, pool: InstancePool, forkedAt: UInt64) {
        self.id = id
        self.pool = pool
        self.channel = resources.channel
        self.outputDescriptor = resources.outputRead
        self.leaf = resources.leaf
        self.scratch = resources.scratch
        self.forkedAt = forkedAt
    }

    /// Kills the process as soon as its pidfd is known; a thread ends when its function returns.
    func kill() {
        let isFirst = !self.isKilled
        self.isKilled = true
        if let thread = self.thread {
            guard isFirst else { return }
            thread.abandon()
            if let running = self.running.first { brasa_channel_cancel(&self.channel, running.id) }
            // Wakes it when it sleeps.
            _ = brasa_channel_shutdown(&self.channel)
            return
        }
        guard self.pidfd >= 0 else { return }
        let status = brasa_process_signal(self.pidfd, SIGKILL)
        // What the zygote sent is no process: its guardian ends them all.
        if status != 0, status != -ESRCH { self.pool.endZygote() }
    }

    /// The zygote told who it is.
    ///
    /// Told twice, the first counts.
    func forked(pid: Int32, pidfd: Int32) {
        guard self.pidfd < 0 else {
            if pidfd >= 0 { close(pidfd) }
            return
        }
        self.pid = pid
        self.pidfd = pidfd
        // Nothing could be done at its timeout.
        if pidfd < 0 { self.pool.endZygote() }
        if self.isKilled { self.kill() }
    }

    /// Goes on with a reply whose client was slow.
    func resume() { self.pool.engine.drain(self) }

    /// Nobody waits for the running invocation any more.
    func cancel(_ pending: Pending) {
        guard self.running.first === pending else { return }
        brasa_channel_cancel(&self.channel, pending.id)
        self.resume()
    }

    /// Takes what is in the output pipe; never blocks.
    func readOutput(_ line: (String) -> Void) {
        guard self.outputDescriptor >= 0 else { return }
        withUnsafeTemporaryAllocation(byteCount: 16_384, alignment: 1) { buffer in
            while true {
                let count = read(self.outputDescriptor, buffer.baseAddress, buffer.count)
                guard count > 0 else { return }
                for byte in buffer[0..<count] {
                    if byte == UInt8(ascii: "\n") || self.partialLine.count >= 65_536 {
                        line(String(decoding: self.partialLine, as: UTF8.self))
                        self.partialLine.removeAll(keepingCapacity: true)
                        if byte == UInt8(ascii: "\n") { continue }
                    }
                    self.partialLine.append(byte)
                }
                if count < buffer.count { return }
            }
        }
    }

    /// Ends an unfinished line.
    func flushOutput(_ line: (String) -> Void) {
        guard !self.partialLine.isEmpty else { return }
        line(String(decoding: self.partialLine, as: UTF8.self))
        self.partialLine.removeAll(keepingCapacity: true)
    }

    /// Lets the process see what was submitted.
    func wake() {
        if !self.isReleased { brasa_channel_wake(&self.channel) }
    }

    /// The same, and it does not ring until `look`.
    func wakeQuietly() {
        if !self.isReleased { brasa_channel_wake_quietly(&self.channel) }
    }

    /// Looks for something it has written for at most this long; only once when it shares this CPU.
    func look(nanoseconds: UInt64) -> Bool {
        !self.isReleased && brasa_channel_look(&self.channel, Int64(nanoseconds)) != 0
    }

    /// Gives the host's side back, after the process has ended.
    func release() {
        self.isReleased = true
        brasa_channel_destroy(&self.channel)
        if self.outputDescriptor >= 0 { close(self.outputDescriptor) }
        if self.pidfd >= 0 { close(self.pidfd) }
    }
}
