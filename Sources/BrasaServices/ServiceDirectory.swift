package import BrasaModel
import NIOCore

/// All services of a host by name, behind one authorisation.
package final class ServiceDirectory: ServicePerformer {
    private let services: [String: any Service]
    private let authorizer: any Authorizer

    /// - Parameter services: no two with the same name.
    package init(_ services: [any Service], authorizer: any Authorizer = AllowAll()) {
        self.services = Dictionary(uniqueKeysWithValues: services.map { ($0.name, $0) })
        self.authorizer = authorizer
    }

    package func perform(
        _ request: ServiceRequest, completion: @escaping @Sendable (Result<ServiceResponse, ServiceFailure>) -> Void
    ) {
        guard let service = self.services[request.service] else {
            let names = self.services.keys.sorted().joined(separator: ", ")
            completion(
                .failure(
                    ServiceFailure(
                        .unsupported, type: "UnknownServiceException",
                        message: "This host has no service \"\(request.service)\". "
                            + (names.isEmpty ? "It has none." : "It has: \(names)."))))
            return
        }
        guard request.parameters.readableBytes <= ServiceRequest.maximumParameterBytes else {
            completion(
                .failure(
                    ServiceFailure(
                        .limit, type: "RequestEntityTooLargeException",
                        message: "The request has \(request.parameters.readableBytes) bytes, and "
                            + "\(ServiceRequest.maximumParameterBytes) are the most that \(request.service) takes.",
                        status: 413)))
            return
        }
        if let refusal = self.authorizer.refusal(of: request) {
            completion(.failure(refusal))
            return
        }
        service.perform(request, completion: completion)
    }
}
