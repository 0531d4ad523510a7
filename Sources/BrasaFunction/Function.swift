/// One function of a module: a name and what answers its events.
///
/// `State` is what the module made in `init`; `Void` when it makes nothing. Typed functions, with Codable values in and
/// out, come with `BrasaFunctionJSON`.
public struct Function<State> {
    /// 1 to 64 of `A-Z a-z 0-9 - _`.
    let name: String
    /// Shown by `brasa inspect`.
    public var description: String?
    /// The memory it asks for, in MiB; 0 is the host's default, and configuration overrides it.
    public var memoryMegabytes: UInt32 = 0
    /// The time one invocation may take, in milliseconds; 0 is the host's default, and configuration overrides it.
    public var timeoutMilliseconds: UInt32 = 0
    /// Runs once while the module starts, so that every instance inherits what a first event would otherwise set up.
    var prepare: (() -> Void)?
    /// Answers through the context.
    private var answer: (inout State, Context) throws -> Void
    /// Answers HTTP, when that differs.
    private var answerHTTP: ((inout State, Context) throws -> Void)?

    /// A function that answers through its context: by `reply`, by `stream`, or not at all (JSON `null`).
    public init(_ name: String, answering answer: @escaping (inout State, Context) throws -> Void) {
        self.name = name
        self.answer = answer
    }

    /// A function from raw bytes, which its context has, to a reply, in a module with state.
    public init(_ name: String, raw answer: @escaping (Context, inout State) throws -> Reply) {
        self.init(name, answering: { state, context in try context.reply(answer(context, &state)) })
    }

    /// Returns the function with another way to answer HTTP requests.
    public func onHTTP(answering answer: @escaping (inout State, Context) throws -> Void) -> Function {
        var function = self
        function.answerHTTP = answer
        return function
    }

    /// Returns the function with work to do once while the module starts, after any it already has.
    ///
    /// Instances inherit the result: caches filled, metadata instantiated. The rules of `init` apply.
    public func preparing(_ prepare: @escaping () -> Void) -> Function {
        var function = self
        let earlier = self.prepare
        function.prepare = {
            earlier?()
            prepare()
        }
        return function
    }

    /// Returns the function with a description, and limits in place of the host's defaults.
    public func describing(
        _ description: String?, memoryMegabytes: UInt32 = 0, timeoutMilliseconds: UInt32 = 0
    ) -> Function {
        var function = self
        function.description = description
        function.memoryMegabytes = memoryMegabytes
        function.timeoutMilliseconds = timeoutMilliseconds
        return function
    }

    /// Answers one event.
    func run(_ state: inout State, _ context: Context) throws {
        if let answerHTTP = self.answerHTTP, context.trigger == .http {
            try answerHTTP(&state, context)
        } else {
            try self.answer(&state, context)
        }
        // A stream that the function left open is complete; one it left by an error is not.
        if !context.streamEnded { try ReplyStream(context: context).end() }
    }
}

extension Function where State == Void {
    /// A function from raw bytes, which its context has, to a reply.
    public init(_ name: String, raw answer: @escaping (Context) throws -> Reply) {
        self.init(name, answering: { _, context in try context.reply(answer(context)) })
    }

    /// A function that answers in chunks: `context.stream(metadata:)` starts the answer.
    public init(_ name: String, streaming answer: @escaping (Context) throws -> Void) {
        self.init(name, answering: { _, context in try answer(context) })
    }
}
