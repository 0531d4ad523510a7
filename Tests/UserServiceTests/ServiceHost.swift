import BrasaFunction
import CBrasa
import Foundation
import Synchronization

/// A host that has services and nothing else: it answers requests as a test says, and remembers them.
enum ServiceHost {
    /// What a service answers.
    struct Answer {
        var status = Int32(BRASA_OK)
        var errorType = ""
        var result = "{}"
    }

    /// One request: the operation and its parameters.
    struct Request: Equatable {
        let operation: String
        let parameters: String
    }

    private struct Script {
        var answers: [Answer] = []
        var requests: [Request] = []
    }

    /// A host's table has no place for a context, so that there is one script and one test at a time.
    private static let script = Mutex(Script())

    /// Lives as long as the test process, as the contract says of a host's table.
    nonisolated(unsafe) private static let table: UnsafePointer<brasa_host> = {
        var host = brasa_host()
        host.struct_size = UInt32(MemoryLayout<brasa_host>.size)
        host.abi_major = 1
        host.log = { _, _, _, _, _ in }
        host.fail = { _, _, _, _ in Int32(BRASA_OK) }
        host.reply = { _, _, _, _ in Int32(BRASA_OK) }
        host.call = { _, request, response in
            let (request, answer) = (
                Request(
                    operation: ServiceHost.text(request!.pointee.operation),
                    parameters: ServiceHost.text(request!.pointee.params)),
                ServiceHost.script.withLock { $0.answers.isEmpty ? Answer() : $0.answers.removeFirst() }
            )
            ServiceHost.script.withLock { $0.requests.append(request) }
            response!.pointee.error_type = ServiceHost.permanent(answer.errorType)
            response!.pointee.result = ServiceHost.permanent(answer.result)
            return answer.status
        }
        let table = UnsafeMutablePointer<brasa_host>.allocate(capacity: 1)
        table.initialize(to: host)
        return UnsafePointer(table)
    }()

    /// Runs `body` in an invocation, and returns what it asked for and what it returned or threw.
    static func run<Value>(
        _ answers: [Answer], _ body: @escaping (Context) throws -> Value
    ) throws -> (requests: [Request], value: Result<Value, any Error>) {
        self.script.withLock { $0 = Script(answers: answers) }
        var value: Result<Value, any Error>?
        let module = Module("m", Function("f", answering: { _, context in value = Result { try body(context) } }))
        let exported = module.export(to: self.table).pointee
        var state: UnsafeMutableRawPointer?
        var why = brasa_bytes()
        guard exported.`init`(self.table, brasa_bytes(), &state, &why) == 0 else {
            throw CocoaError(.featureUnsupported)
        }
        var invocation = brasa_invocation()
        invocation.struct_size = UInt32(MemoryLayout<brasa_invocation>.size)
        _ = exported.functions[0]!.pointee.invoke(state, &invocation)
        guard let value else { throw CocoaError(.featureUnsupported) }
        return (self.script.withLock { $0.requests }, value)
    }

    private static func text(_ bytes: brasa_bytes) -> String {
        String(decoding: UnsafeRawBufferPointer(start: bytes.ptr, count: bytes.len), as: UTF8.self)
    }

    /// A copy that is never freed: an answer has to live until the invocation ends, and tests are few.
    private static func permanent(_ text: String) -> brasa_bytes {
        let copy = UnsafeMutableRawBufferPointer.allocate(byteCount: text.utf8.count, alignment: 1)
        copy.copyBytes(from: text.utf8)
        return brasa_bytes(ptr: copy.baseAddress, len: copy.count)
    }
}
