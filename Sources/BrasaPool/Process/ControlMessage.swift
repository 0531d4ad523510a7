import CBrasaTransport

/// A reusable buffer for one message of the control socket.
///
/// Not thread-safe: one for each thread that uses it.
final class ControlMessage {
    let pointer: UnsafeMutablePointer<brasa_control>

    init() {
        // Not initialised as a Swift value: that would build 64 KiB on the stack.
        let bytes = MemoryLayout<brasa_control>.stride
        let memory = UnsafeMutableRawPointer.allocate(byteCount: bytes, alignment: 8)
        memory.initializeMemory(as: UInt8.self, repeating: 0, count: bytes)
        self.pointer = memory.bindMemory(to: brasa_control.self, capacity: 1)
    }

    deinit { UnsafeMutableRawPointer(self.pointer).deallocate() }

    /// Begins a message of `kind`.
    func begin(_ kind: brasa_control_kind, instance: UInt64 = 0, flags: UInt32 = 0, number: Int64 = 0) {
        self.pointer.pointee.kind = kind.rawValue
        self.pointer.pointee.flags = flags
        self.pointer.pointee.instance = instance
        self.pointer.pointee.status = 0
        self.pointer.pointee.text_bytes = 0
        self.pointer.pointee.numbers = (number, 0, 0, 0)
    }

    /// Appends a string; false when the message is full.
    func append(_ string: String) -> Bool {
        var string = string
        return string.withUTF8 { bytes in
            brasa_text_append(
                self.text, UInt32(BRASA_CONTROL_TEXT_BYTES), &self.pointer.pointee.text_bytes, bytes.baseAddress,
                bytes.count) == 0
        }
    }

    /// Sends it with descriptors, which stay the caller's.
    ///
    /// Returns 0 or a negative errno.
    func send(to socket: Int32, descriptors: [Int32] = []) -> Int32 {
        descriptors.withUnsafeBufferPointer {
            brasa_control_send(socket, self.pointer, $0.baseAddress, UInt32($0.count))
        }
    }

    /// The strings of a received message.
    func strings() -> [String] {
        var out: [String] = []
        var position: UInt32 = 0
        var bytes: UnsafePointer<UInt8>?
        var count: UInt32 = 0
        while brasa_text_next(self.text, self.pointer.pointee.text_bytes, &position, &bytes, &count) == 0 {
            out.append(String(decoding: UnsafeBufferPointer(start: bytes, count: Int(count)), as: UTF8.self))
        }
        return out
    }

    private var text: UnsafeMutablePointer<UInt8> { brasa_control_text(self.pointer) }
}
