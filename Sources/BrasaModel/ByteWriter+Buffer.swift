package import NIOCore

extension ByteWriter {
    /// Appends the 36 characters of an identity.
    package mutating func requestID(_ id: RequestID) {
        self.write(atMost: RequestID.characterCount) {
            id.write(to: $0)
            return RequestID.characterCount
        }
    }

    /// A copy of what was written.
    package func buffer(_ allocator: ByteBufferAllocator = ByteBufferAllocator()) -> ByteBuffer {
        var buffer = allocator.buffer(capacity: self.count)
        _ = self.withBytes { buffer.writeBytes($0) }
        return buffer
    }
}
