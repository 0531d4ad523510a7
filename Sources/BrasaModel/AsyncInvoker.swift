/// Takes events whose caller does not wait.
///
/// Callable from any thread.
package protocol AsyncInvoker: AnyObject, Sendable {
    /// Stores the event and returns once it would survive `kill -9`; it is then delivered at least once, in the background.
    ///
    /// - Throws: when it could not be stored. A function that fails later is not an error here.
    func enqueue(_ event: Event) async throws
}
