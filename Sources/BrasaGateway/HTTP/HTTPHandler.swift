/// Answers requests of one port.
///
/// Called on the connection's event loop; must not block it.
package protocol HTTPHandler: AnyObject, Sendable {
    /// Answers `request` through `exchange`, at once or later.
    func handle(_ request: HTTPRequest, exchange: any HTTPExchange)
}
