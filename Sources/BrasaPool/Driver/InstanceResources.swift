import CBrasaTransport
import Glibc

/// What an instance needs before it is forked; made ahead of need, because making it takes longer than the fork.
final class InstanceResources {
    var channel: brasa_channel
    let channelDescriptor: Int32
    let outputRead: Int32
    let outputWrite: Int32
    let leaf: any MemoryLeaf
    let scratch: String

    /// Makes them.
    ///
    /// Thread-safe.
    ///
    /// - Throws: `MemoryCapError` when the machine refuses a descriptor, folder or group.
    init(number id: UInt64, cap: any MemoryCap, limitBytes: Int, scratchRoot: String) throws {
        self.scratch = "\(scratchRoot)/\(id)"
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

    /// Closes what only the instance uses, once it is forked.
    func closeInstanceSide() {
        close(self.channelDescriptor)
        close(self.outputWrite)
    }

    /// Gives everything back without an instance ever having used it.
    func discard() {
        self.closeInstanceSide()
        brasa_channel_destroy(&self.channel)
        close(self.outputRead)
        self.leaf.remove()
        rmdir(self.scratch)
    }
}
