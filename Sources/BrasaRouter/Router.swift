package import BrasaModel

/// Binds events to versions: names in, invocations out.
///
/// Lives on the engine's loop.
package final class Router: Invoker {
    private let runner: any InvocationRunner
    private var table = RoutingTable()
    private var generator = SystemRandomNumberGenerator()

    /// - Parameter runner: what runs the invocations.
    package init(runner: any InvocationRunner) {
        self.runner = runner
    }

    /// Replaces what names stand for.
    ///
    /// Events under way are not touched.
    package func replace(_ table: RoutingTable) {
        self.table = table
    }

    package func invoke(_ event: Event, responder: any Responder) {
        guard let version = self.version(for: event) else {
            responder.complete(Outcome(requestID: event.requestID, result: .failure(.notFound(event))))
            return
        }
        self.runner.run(Invocation(event: event, version: version), responder: responder)
    }

    /// The version an event's name stands for now; nil: none.
    package func version(for event: Event) -> FunctionVersion? {
        self.table.resolve(
            function: event.function, qualifier: event.qualifier,
            chance: Double.random(in: 0..<1, using: &self.generator))
    }
}
