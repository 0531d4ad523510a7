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
        let version = self.table.resolve(
            function: event.function, qualifier: event.qualifier,
            chance: Double.random(in: 0..<1, using: &self.generator))
        guard let version else {
            let name = event.qualifier.map { "\(event.function):\($0)" } ?? event.function
            let failure = Failure(
                kind: .notFound, errorType: "ResourceNotFoundException", message: "Function not found: \(name)")
            responder.complete(Outcome(requestID: event.requestID, result: .failure(failure)))
            return
        }
        self.runner.run(Invocation(event: event, version: version), responder: responder)
    }
}
