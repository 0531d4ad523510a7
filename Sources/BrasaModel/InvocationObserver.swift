/// Sees invocations as they end: for whoever watches, measures or records them.
package protocol InvocationObserver: AnyObject {
    /// An invocation has ended; also one that was throttled and never ran. On the engine's event loop only.
    ///
    /// Called before the caller has its answer, so it must be quick.
    func ended(_ invocation: Invocation, _ outcome: Outcome)
}
