import BrasaAWS
import BrasaModel
import NIOCore

extension LambdaAPI {
    /// Answers one of the three operations that invoke.
    func invoke(
        _ operation: InvokeCall.Operation, name: String, request: HTTPRequest, requestID: RequestID,
        exchange: any HTTPExchange
    ) {
        let call: InvokeCall
        do {
            call = try InvokeCall(
                operation, name: name, request: request, requestID: requestID, scope: self.scope, limits: self.limits)
        } catch {
            let known = error as? LambdaError ?? .service("\(error)")
            return Self.respond(ControlResponse(known), requestID, exchange)
        }
        switch call.kind {
        case .requestResponse: self.run(call, exchange: exchange)
        case .event: self.enqueue(call, exchange: exchange)
        case .dryRun:
            let event = call.event
            self.perform(exchange, requestID) {
                await Self.catching(self.logger) {
                    _ = try await self.control.describe(function: event.function, qualifier: event.qualifier)
                    return ControlResponse(emptyWithStatus: 204)
                }
            }
        }
    }

    private func run(_ call: InvokeCall, exchange: any HTTPExchange) {
        let responder: any Responder & Sendable
        if call.operation == .invokeWithResponseStream {
            responder = StreamedInvokeResponder(call.event, api: self, exchange: exchange)
        } else {
            responder = BufferedInvokeResponder(call.event, api: self, exchange: exchange)
        }
        let invoker = self.invoker
        if invoker.eventLoop.inEventLoop {
            invoker.value.invoke(call.event, responder: responder)
        } else {
            let event = call.event
            invoker.eventLoop.execute { invoker.value.invoke(event, responder: responder) }
        }
    }

    /// Answers 202 once the event is stored.
    private func enqueue(_ call: InvokeCall, exchange: any HTTPExchange) {
        let event = call.event
        let loop = exchange.eventLoop
        let bound = NIOLoopBound(exchange, eventLoop: loop)
        // Unstructured as in `perform`, but not cancelled when the client leaves: it may have seen enough, and half-stored
        // is not a state an event can be in.
        Task {
            let response = await Self.catching(self.logger) {
                _ = try await self.control.describe(function: event.function, qualifier: event.qualifier)
                try await self.asyncInvoker.enqueue(event)
                return ControlResponse(emptyWithStatus: 202)
            }
            loop.execute { Self.respond(response, event.requestID, bound.value) }
        }
    }

    /// What a failed invocation is to the caller.
    enum FailureAnswer {
        /// The function failed: a success of the service.
        case functionError(String)
        /// The invocation never ran.
        case refused(LambdaError)
        /// The router knows no such version; the catalog may still know why.
        case unknown
    }

    /// Tells the failures of functions from those of the host.
    static func answer(to failure: Failure, requestID: RequestID) -> FailureAnswer {
        switch failure.kind {
        case .throttled(let reason): .refused(.throttled(reason))
        case .notFound: .unknown
        case .requestTooLarge: .refused(.tooLarge(failure.message))
        case .stopping, .host, .clientLeft: .refused(.service(failure.message))
        case .function, .timeout, .crash, .outOfMemory, .initialization, .responseTooLarge, .protocolViolation:
            .functionError(LambdaFailureBody.json(for: failure, requestID: requestID))
        }
    }

    /// Answers a call that the router could not place: the function does not exist, or is still being made.
    func respondUnknown(_ event: Event, exchange: any HTTPExchange) {
        self.perform(exchange, event.requestID) {
            await Self.catching(self.logger) {
                _ = try await self.control.describe(function: event.function, qualifier: event.qualifier)
                throw LambdaError.conflict(
                    "The operation cannot be performed at this time. "
                        + "The function is currently in the following state: Pending")
            }
        }
    }
}
