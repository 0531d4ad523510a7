import BrasaFunction
import CBrasa
import Foundation

/// A module driven as a host drives it: through the table it exports, never through its Swift types.
final class LoadedModule {
    /// What an event leads to.
    struct Answer {
        var status: Int32
        var acts: [FakeHost.Act]
    }

    struct InitFailure: Error {
        var status: Int32
        var why: String
    }

    let exported: brasa_module
    private var state: UnsafeMutableRawPointer?

    /// A library exports one module, so the entry point may keep it until `init`; here many modules share a process.
    private static let entry = NSLock()

    /// Runs the entry point, `init`, `freeze` and `thaw`.
    init<State>(_ module: Module<State>, config: String = "{}", entropy: [UInt8] = Array(0..<32)) throws {
        var state: UnsafeMutableRawPointer?
        var why = brasa_bytes()
        Self.entry.lock()
        let exported = module.export(to: FakeHost.table).pointee
        let status = with(config) { exported.`init`(FakeHost.table, $0, &state, &why) }
        Self.entry.unlock()
        self.exported = exported
        self.state = state
        if status != 0 {
            let bytes = UnsafeRawBufferPointer(start: why.ptr, count: why.len)
            throw InitFailure(status: status, why: String(decoding: bytes, as: UTF8.self))
        }
        try self.check(exported.freeze(state))
        try self.check(
            entropy.withUnsafeBytes {
                exported.thaw(state, UInt32(BRASA_THAW_FORKED), brasa_bytes(ptr: $0.baseAddress, len: $0.count))
            })
    }

    /// Invokes the function at `index`.
    func invoke(
        _ index: Int = 0, _ event: String = "", trigger: String = "invoke", metadata: [(String, String)] = [],
        attempt: UInt32 = 1, arrange: (FakeHost.Recording) -> Void = { _ in }
    ) -> Answer {
        let recording = FakeHost.Recording()
        arrange(recording)
        let memory = UnsafeMutableRawPointer.allocate(byteCount: FakeHost.Recording.offset + 8, alignment: 16)
        var texts: [UnsafeMutableRawBufferPointer] = []
        defer {
            memory.deallocate()
            texts.forEach { $0.deallocate() }
        }
        func bytes(_ text: String) -> brasa_bytes {
            let copy = UnsafeMutableRawBufferPointer.allocate(byteCount: text.utf8.count, alignment: 1)
            copy.copyBytes(from: text.utf8)
            texts.append(copy)
            return brasa_bytes(ptr: copy.baseAddress, len: copy.count)
        }

        let pairs = metadata.map { brasa_pair(name: bytes($0.0), value: bytes($0.1)) }
        return pairs.withUnsafeBufferPointer { pairs in
            var head = brasa_invocation()
            head.struct_size = UInt32(MemoryLayout<brasa_invocation>.size)
            head.attempt = attempt
            head.request_id = bytes("request-1")
            head.function_name = bytes("known-as")
            head.function_version = bytes("7")
            head.trace_id = bytes("Root=1-2-3")
            head.trigger = bytes(trigger)
            head.content_type = bytes("application/json")
            head.event = bytes(event)
            head.metadata = pairs.baseAddress
            head.metadata_count = pairs.count
            head.deadline_ns = 42
            head.memory_limit_bytes = 128 << 20
            let invocation = memory.bindMemory(to: brasa_invocation.self, capacity: 1)
            invocation.initialize(to: head)
            return withExtendedLifetime(recording) {
                let pointer = UnsafeRawPointer(Unmanaged.passUnretained(recording).toOpaque())
                (memory + FakeHost.Recording.offset).storeBytes(of: pointer, as: UnsafeRawPointer.self)
                let status = self.exported.functions[index]!.pointee.invoke(self.state, invocation)
                return Answer(status: status, acts: recording.acts)
            }
        }
    }

    func shutdown() { self.exported.shutdown(self.state) }

    private func check(_ status: Int32) throws {
        if status != 0 { throw InitFailure(status: status, why: "freeze or thaw") }
    }
}

private func with<Result>(_ text: String, _ body: (brasa_bytes) -> Result) -> Result {
    var text = text
    return text.withUTF8 { body(brasa_bytes(ptr: $0.baseAddress, len: $0.count)) }
}
