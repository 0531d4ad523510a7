public import BrasaFunction

extension Function {
    /// A function from a Codable value to a Codable value, in a module with state.
    public init<Input: Decodable, Output: Encodable>(
        _ name: String, _ answer: @escaping (Input, Context, inout State) throws -> Output
    ) {
        let json = JSON()
        self = Function(
            name,
            answering: { state, context in
                try answeringHTTPFailures(context, json) {
                    let input = try context.withEvent { try json.decode(Input.self, from: $0) }
                    try json.reply(answer(input, context, &state), to: context)
                }
            }
        ).preparing { json.prepare(for: Input.self) }
    }

    /// A function from a Codable value to a reply of raw bytes, in a module with state.
    public init<Input: Decodable>(
        _ name: String, _ answer: @escaping (Input, Context, inout State) throws -> Reply
    ) {
        let json = JSON()
        self = Function(
            name,
            answering: { state, context in
                try answeringHTTPFailures(context, json) {
                    let input = try context.withEvent { try json.decode(Input.self, from: $0) }
                    try context.reply(answer(input, context, &state))
                }
            }
        ).preparing { json.prepare(for: Input.self) }
    }

    /// A function that takes a Codable value and answers through its context or not at all, in a module with state.
    public init<Input: Decodable>(
        _ name: String, _ answer: @escaping (Input, Context, inout State) throws -> Void
    ) {
        let json = JSON()
        self = Function(
            name,
            answering: { state, context in
                try answeringHTTPFailures(context, json) {
                    let input = try context.withEvent { try json.decode(Input.self, from: $0) }
                    try answer(input, context, &state)
                }
            }
        ).preparing { json.prepare(for: Input.self) }
    }

    /// Returns the function with another way to answer HTTP requests, which arrive in payload format 2.0.
    public func onHTTP(
        _ answer: @escaping (HTTPRequest, Context, inout State) throws -> HTTPResponse
    ) -> Function {
        let json = JSON()
        return self.onHTTP(answering: { state, context in
            try answeringHTTPFailures(context, json) {
                let request = try context.withEvent { try json.decode(HTTPRequest.self, from: $0) }
                try json.reply(answer(request, context, &state), to: context)
            }
        }).preparing { json.prepare(for: HTTPRequest.self) }
    }
}

extension Function where State == Void {
    /// A function from a Codable value to a Codable value.
    public init<Input: Decodable, Output: Encodable>(
        _ name: String, _ answer: @escaping (Input, Context) throws -> Output
    ) {
        self.init(name, { (input: Input, context, _: inout Void) in try answer(input, context) })
    }

    /// A function from a Codable value to a reply of raw bytes.
    public init<Input: Decodable>(_ name: String, _ answer: @escaping (Input, Context) throws -> Reply) {
        self.init(name, { (input: Input, context, _: inout Void) in try answer(input, context) })
    }

    /// A function that takes a Codable value and answers through its context or not at all.
    public init<Input: Decodable>(_ name: String, _ answer: @escaping (Input, Context) throws -> Void) {
        self.init(name, { (input: Input, context, _: inout Void) in try answer(input, context) })
    }

    /// Returns the function with another way to answer HTTP requests, which arrive in payload format 2.0.
    public func onHTTP(_ answer: @escaping (HTTPRequest, Context) throws -> HTTPResponse) -> Function {
        self.onHTTP({ (request: HTTPRequest, context, _: inout Void) in try answer(request, context) })
    }
}

/// Runs `body`; an ``HTTPFailure`` from it is the answer when the event is an HTTP request.
private func answeringHTTPFailures(_ context: Context, _ json: JSON, _ body: () throws -> Void) throws {
    do {
        try body()
    } catch let failure as HTTPFailure where context.trigger == .http {
        try json.reply(HTTPResponse.json(["message": failure.message], status: failure.status), to: context)
    }
}
