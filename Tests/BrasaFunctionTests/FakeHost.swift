import CBrasa
import Synchronization

/// A host's side of the contract: records what a function does, and refuses what the contract forbids.
///
/// Its table has no place for a context, so each invocation carries its recording behind the readable head, which is
/// where a real host keeps its own state.
enum FakeHost {
    /// What a function did, in order.
    enum Act: Equatable {
        case reply(String, metadata: [String])
        case fail(Int32, type: String, message: String)
        case begin(metadata: [String])
        case write(String)
        case end
        case call(String, String, String)
        case log(Int32, String, fields: [String])
    }

    /// The host's own part of an invocation.
    final class Recording {
        var acts: [Act] = []
        var answered = false
        var streaming = false
        var replyLimit = 6 * 1024 * 1024 + 100
        var clientLeft = false
        var cancelled = false

        static func of(_ invocation: UnsafePointer<brasa_invocation>) -> Recording {
            Unmanaged<Recording>
                .fromOpaque((UnsafeRawPointer(invocation) + self.offset).load(as: UnsafeRawPointer.self))
                .takeUnretainedValue()
        }
        static let offset = MemoryLayout<brasa_invocation>.stride
    }

    /// What modules logged outside any invocation.
    static let logOutside = Mutex<[String]>([])

    /// Lives as long as the test process, as the contract says of a host's table.
    nonisolated(unsafe) static let table: UnsafePointer<brasa_host> = {
        var host = brasa_host()
        host.struct_size = UInt32(MemoryLayout<brasa_host>.size)
        host.abi_major = 1
        host.log = { invocation, level, message, fields, count in
            guard let invocation else {
                FakeHost.logOutside.withLock { $0.append(text(message)) }
                return
            }
            Recording.of(invocation).acts.append(.log(level, text(message), fields: pairs(fields, count)))
        }
        host.time_left_ns = { _ in 2_500_000_000 }
        host.memory_left_bytes = { _ in -1 }
        host.cancelled = { Recording.of($0!).cancelled ? 1 : 0 }
        host.reply = { invocation, body, metadata, count in
            let recording = Recording.of(invocation!)
            if recording.answered || recording.streaming { return Int32(BRASA_INVALID) }
            if body.len > recording.replyLimit { return Int32(BRASA_LIMIT) }
            recording.answered = true
            recording.acts.append(.reply(text(body), metadata: pairs(metadata, count)))
            return Int32(BRASA_OK)
        }
        host.fail = { invocation, status, type, message in
            let recording = Recording.of(invocation!)
            if recording.answered { return Int32(BRASA_CLOSED) }
            recording.answered = true
            recording.acts.append(.fail(status, type: text(type), message: text(message)))
            return Int32(BRASA_OK)
        }
        host.begin = { invocation, metadata, count in
            let recording = Recording.of(invocation!)
            if recording.answered || recording.streaming { return Int32(BRASA_INVALID) }
            recording.streaming = true
            recording.acts.append(.begin(metadata: pairs(metadata, count)))
            return Int32(BRASA_OK)
        }
        host.write = { invocation, chunk in
            let recording = Recording.of(invocation!)
            if !recording.streaming || recording.answered || recording.clientLeft { return Int32(BRASA_CLOSED) }
            recording.acts.append(.write(text(chunk)))
            return Int32(BRASA_OK)
        }
        host.end = { invocation in
            let recording = Recording.of(invocation!)
            if !recording.streaming || recording.answered { return Int32(BRASA_CLOSED) }
            recording.answered = true
            recording.acts.append(.end)
            return Int32(BRASA_OK)
        }
        host.call = { invocation, request, response in
            let request = request!.pointee
            let parameters = text(request.params)
            Recording.of(invocation!).acts.append(.call(text(request.service), text(request.operation), parameters))
            guard parameters != "refuse" else {
                response!.pointee.error_type = permanent("ConditionalCheckFailedException")
                response!.pointee.error_message = permanent("The conditional request failed")
                response!.pointee.result = permanent(#"{"Item":{}}"#)
                return Int32(BRASA_CONFLICT)
            }
            response!.pointee.result = permanent(#"{"Items":[]}"#)
            response!.pointee.body = request.body
            return Int32(BRASA_OK)
        }
        let table = UnsafeMutablePointer<brasa_host>.allocate(capacity: 1)
        table.initialize(to: host)
        return UnsafePointer(table)
    }()

    private static func permanent(_ text: StaticString) -> brasa_bytes {
        brasa_bytes(ptr: text.utf8Start, len: text.utf8CodeUnitCount)
    }

    private static func text(_ bytes: brasa_bytes) -> String {
        String(decoding: UnsafeRawBufferPointer(start: bytes.ptr, count: bytes.len), as: UTF8.self)
    }

    private static func pairs(_ pairs: UnsafePointer<brasa_pair>?, _ count: Int) -> [String] {
        UnsafeBufferPointer(start: pairs, count: count).map { "\(self.text($0.name)): \(self.text($0.value))" }
    }
}
