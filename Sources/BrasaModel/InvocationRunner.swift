/// Runs invocations on instances: where the router meets the pools.
package protocol InvocationRunner: AnyObject {
    /// Runs `invocation` and tells `responder`, which may happen before this returns. On the engine's event loop only.
    func run(_ invocation: Invocation, responder: any Responder)
}
