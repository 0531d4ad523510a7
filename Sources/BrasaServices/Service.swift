package import BrasaModel

/// One service of the host, such as the tables: all its operations, whoever asks.
package protocol Service: AnyObject, Sendable {
    /// AWS's name, as in the endpoint: `dynamodb`.
    var name: String { get }

    /// Performs a request for this service, which is authorised already.
    ///
    /// `completion` is called exactly once: before this returns, or later on any thread, which it must not block. Callable
    /// from any thread; never blocks.
    func perform(
        _ request: ServiceRequest, completion: @escaping @Sendable (Result<ServiceResponse, ServiceFailure>) -> Void)
}
