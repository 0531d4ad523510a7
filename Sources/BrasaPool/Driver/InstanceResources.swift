import CBrasaTransport
import Glibc

/// What an instance needs before it is forked or its thread starts; made ahead of need, because making it takes longer than
/// the fork.
final class InstanceResources {
    var channel: brasa_channel
    let channelDescriptor: Int32
    let outputRead: Int32
    let outputWrite: Int32
    let leaf: any MemoryLeaf
    let scratch: String
    private let isForThread: Bool

    /// Makes them.
    ///
    /// Thread-safe.
    ///
    /// - Throws: `MemoryCapError` when the machine refuses a descriptor, folder or group.
    init(number id: UInt64, cap: any MemoryCap, limitBytes: Int, scratchRoot: String) throws {
        self.scratch = "\(scratchRoot)/\(id)"
        self.isForThread = false
        try SystemFile.makeFolder(self.scratch, mode: 0o700)
        var channel = brasa_channel()
        let descriptor = brasa_channel_create(&channel)
        guard descriptor >= 0 else {
            rmdir(self.scratch)
            throw MemoryCapError(message: "Cannot make a channel: \(String(cString: strerror(-descriptor))).")
        }
        var ends: (Int32, Int32) = (-1, -1)
        let status = withUnsafeMutablePointer(to: &ends) {
            $0.withMemoryRebound(to: Int32.self, capacity: 2) { brasa_process_pipe($0) }
        }
        self.channel = channel
        self.channelDescriptor = descriptor
        (self.outputRead, self.outputWrite) = ends
        do {
            guard status == 0 else {
                throw MemoryCapError(message: "Cannot make a pipe: \(String(cString: strerror(-status))).")
            }
            self.leaf = try cap.makeLeaf(name: "i\(id)", limitBytes: limitBytes)
        } catch {
            brasa_channel_destroy(&channel)
            for open in [descriptor, ends.0, ends.1] where open >= 0 { close(open) }
            rmdir(self.scratch)
            throw error
        }
    }

    /// Makes those of a thread of the host, which has neither folder nor output nor memory of its own.
    ///
    /// Thread-safe.
    ///
    /// - Throws: `MemoryCapError` when the machine refuses the channel.
    init() throws {
        var channel = brasa_channel()
        let descriptor = brasa_channel_create(&channel)
        guard descriptor >= 0 else {
            throw MemoryCapError(message: "Cannot make a channel: \(String(cString: strerror(-descriptor))).")
        }
        self.channel = channel
        self.channelDescriptor = descriptor
        (self.outputRead, self.outputWrite) = (-1, -1)
        self.leaf = NoLeaf()
        self.scratch = ""
        self.isForThread = true
    }

    /// Closes what only the instance uses, once it is forked.
    func closeInstanceSide() {
        close(self.channelDescriptor)
        if self.outputWrite >= 0 { close(self.outputWrite) }
    }

    /// Gives everything back without an instance ever having used it.
    func discard() {
        self.closeInstanceSide()
        brasa_channel_destroy(&self.channel)
        if self.outputRead >= 0 { close(self.outputRead) }
        self.leaf.remove()
        if !self.isForThread { rmdir(self.scratch) }
    }
}
