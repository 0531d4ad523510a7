import BrasaModel
import CBrasaTransport
import NIOCore

/// What functions ask the host's services.
extension Engine {
    /// Hands a service call over.
    ///
    /// False when the frame makes no sense. The function sleeps until the answer is there, so it has one call at a time.
    func called(_ frame: brasa_incoming, from instance: Instance) -> Bool {
        guard let pending = instance.running.first, pending.id == frame.invocation, !instance.isCalling else {
            return false
        }
        var reader = FrameText(frame)
        guard let service = reader.next(), let operation = reader.next(),
            let parameterBytes = UInt32(exactly: frame.numbers.0), parameterBytes <= frame.body_bytes,
            let number = UInt32(exactly: frame.numbers.1), number == instance.callNumber &+ 1
        else { return false }
        let body = UnsafeRawBufferPointer(start: frame.body, count: Int(frame.body_bytes))
        let request = ServiceRequest(
            service: service, operation: operation,
            parameters: ByteBuffer(bytes: body[..<Int(parameterBytes)]),
            content: ByteBuffer(bytes: body[Int(parameterBytes)...]),
            caller: .function(instance.pool.version.key))
        instance.callNumber = number
        instance.isCalling = true
        if frame.flags & BRASA_FRAME_IN_ARENA.rawValue != 0 { instance.arenaTouched = true }
        let bound = NIOLoopBound(instance, eventLoop: self.loop)
        let loop = self.loop
        self.services.perform(request) { outcome in
            if loop.inEventLoop {
                bound.value.answerCall(outcome)
            } else {
                loop.execute { bound.value.answerCall(outcome) }
            }
        }
        return true
    }
}

extension Instance {
    /// Answers the call the function waits for; nothing when the process is gone.
    func answerCall(_ outcome: Result<ServiceResponse, ServiceFailure>) {
        guard self.isCalling, !self.isReleased else { return }
        self.isCalling = false
        switch outcome {
        case .success(let response):
            if self.answerCall(0, text: ByteBuffer(), result: response.result, content: response.content) { return }
            let size = response.result.readableBytes + response.content.readableBytes
            self.answerCall(
                .failure(
                    ServiceFailure(
                        .limit, type: "ResponseTooLarge",
                        message: "The answer has \(size) bytes, and \(BRASA_CALL_ARENA_BYTES) are possible.")))
        case .failure(let failure):
            var text = ByteBuffer()
            for part in [failure.type, failure.message] {
                text.writeInteger(UInt32(part.utf8.count), endianness: .host)
                text.writeString(part)
            }
            var result = ByteBuffer(string: "{")
            result.writeImmutableBuffer(failure.members)
            result.writeString("}")
            if self.answerCall(failure.kind.rawValue, text: text, result: result, content: ByteBuffer()) { return }
            // Without what it has besides, rather than not at all: the function waits.
            self.answerCall(
                failure.kind.rawValue, text: text, result: ByteBuffer(string: "{}"), content: ByteBuffer())
        }
    }

    @discardableResult
    private func answerCall(_ status: Int32, text: ByteBuffer, result: ByteBuffer, content: ByteBuffer) -> Bool {
        let bytes = text.readableBytes + result.readableBytes + content.readableBytes
        if bytes > Int(BRASA_FRAME_INLINE_BYTES) { self.arenaTouched = true }
        let outcome = text.withUnsafeReadableBytes { text in
            result.withUnsafeReadableBytes { result in
                content.withUnsafeReadableBytes { content in
                    brasa_channel_answer(
                        &self.channel, self.callNumber, status, text.baseAddress, UInt32(text.count),
                        result.baseAddress, UInt32(result.count), content.baseAddress, UInt32(content.count))
                }
            }
        }
        return Int(outcome) == BRASA_CHANNEL_FRAME
    }
}
