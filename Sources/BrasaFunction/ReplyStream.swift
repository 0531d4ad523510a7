internal import CBrasa

/// A streamed answer: write as often as needed, then end.
///
/// A function that returns without ``end()`` ends it too; one that throws breaks the answer off with that error.
public struct ReplyStream {
    let context: Context

    /// Sends one chunk; waits while the client is slow.
    /// - Throws: ``ReplyError`` with code `closed` when the client has left.
    public func write(_ chunk: UnsafeRawBufferPointer) throws {
        let status = self.context.host.pointee.write(self.context.open(), brasa_bytes(chunk))
        try ReplyError.check(status, "A chunk of \(chunk.count) bytes could not be sent")
    }

    /// Sends one chunk; waits while the client is slow.
    /// - Throws: ``ReplyError`` with code `closed` when the client has left.
    public func write(_ chunk: [UInt8]) throws {
        try chunk.withUnsafeBytes { try self.write($0) }
    }

    /// Sends one chunk of text; waits while the client is slow.
    /// - Throws: ``ReplyError`` with code `closed` when the client has left.
    public func write(_ chunk: String) throws {
        var chunk = chunk
        try chunk.withUTF8 { try self.write(UnsafeRawBufferPointer($0)) }
    }

    /// Completes the answer; what the function does afterwards no longer changes it.
    /// - Throws: ``ReplyError`` when it is already complete.
    public func end() throws {
        self.context.streamEnded = true
        try ReplyError.check(self.context.host.pointee.end(self.context.open()), "The stream could not be ended")
    }
}
