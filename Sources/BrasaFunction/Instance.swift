internal import CBrasa

/// What the contract's `state` pointer leads to, whatever the module's own state is.
class AnyInstance {
    /// Answers one event with the function at `index`.
    func invoke(_ index: Int, _ invocation: UnsafeMutablePointer<brasa_invocation>) -> Int32 { Status.internal }
    func freeze() -> Int32 { Status.internal }
    func thaw(_ thaw: Thaw) -> Int32 { Status.internal }
    func shutdown() {}

    /// The instance behind the contract's pointer.
    static func at(_ state: UnsafeMutableRawPointer?) -> AnyInstance? {
        state.map { Unmanaged<AnyInstance>.fromOpaque($0).takeUnretainedValue() }
    }
}

/// A module's state and functions.
///
/// The host calls it from one thread at a time.
final class Instance<State>: AnyInstance {
    private let module: Module<State>
    private let host: Host
    private var state: State

    /// - Throws: What making the state throws.
    init(_ module: Module<State>, host: Host, config: brasa_bytes) throws {
        self.module = module
        self.host = host
        let log = Log(host: host, invocation: nil)
        self.state = try module.makeState(Setup(config: Array(config.buffer), log: log))
        for function in module.functions { function.prepare?() }
    }

    override func invoke(_ index: Int, _ invocation: UnsafeMutablePointer<brasa_invocation>) -> Int32 {
        let context = Context(host: self.host, invocation: invocation)
        defer { context.close() }
        do {
            try self.module.functions[index].run(&self.state, context)
            return Status.ok
        } catch {
            let failure = Failure(error)
            return withBytes(of: failure.type) { type in
                withBytes(of: failure.message) { message in
                    // Refused when the answer is complete already; the error is then the log's alone.
                    if self.host.pointee.fail(invocation, failure.status, type, message) != Status.ok {
                        context.log.error("\(failure.type): \(failure.message)")
                    }
                    return failure.status
                }
            }
        }
    }

    override func freeze() -> Int32 {
        self.step("freeze") { try self.module.freeze?(&self.state) }
    }

    override func thaw(_ thaw: Thaw) -> Int32 {
        self.step("thaw") { try self.module.thaw?(&self.state, thaw) }
    }

    override func shutdown() {
        self.module.shutdown?(&self.state)
    }

    private func step(_ name: String, _ body: () throws -> Void) -> Int32 {
        do {
            try body()
            return Status.ok
        } catch {
            let failure = Failure(error)
            Log(host: self.host, invocation: nil).error("\(name) failed: \(failure.type): \(failure.message)")
            return failure.status
        }
    }
}
