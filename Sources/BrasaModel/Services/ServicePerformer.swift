/// Performs service requests: where functions and SDKs meet the services.
package protocol ServicePerformer: AnyObject, Sendable {
    /// Performs `request` and calls `completion` exactly once: before this returns, or later on any thread, which it must not
    /// block.
    ///
    /// Callable from any thread; never blocks.
    func perform(
        _ request: ServiceRequest, completion: @escaping @Sendable (Result<ServiceResponse, ServiceFailure>) -> Void)
}
