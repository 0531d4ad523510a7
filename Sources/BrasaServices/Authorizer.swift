package import BrasaModel

/// Decides whether a caller may do what it asks: the one place all requests to services pass.
package protocol Authorizer: Sendable {
    /// nil when the request is allowed, else the refusal.
    func refusal(of request: ServiceRequest) -> ServiceFailure?
}

/// Allows everything: what holds until functions have roles.
package struct AllowAll: Authorizer {
    package init() {}

    package func refusal(of request: ServiceRequest) -> ServiceFailure? { nil }
}
