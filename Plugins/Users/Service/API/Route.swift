import BrasaFunctionJSON

/// What a request is about, by its method and path.
enum Route: Hashable, Sendable {
    case list
    case create
    case read(String)
    case change(String)
    case remove(String)

    /// Longer ids than the store could keep are nobody's.
    static let maximumIDBytes = 256

    /// - Throws: ``Problem`` when there is nothing at the path, or not with this method.
    init(_ request: HTTPRequest) throws {
        // The path below the function, decoded; the gateway leaves it out when there is none.
        guard let id = request.pathParameters?["proxy"], !id.isEmpty else {
            switch request.method {
            case "GET", "HEAD": self = .list
            case "POST": self = .create
            case "PUT", "DELETE": throw Problem.missingID(method: request.method)
            default: throw Problem.method(request.method, allowed: ["GET", "HEAD", "POST"])
            }
            return
        }
        switch request.method {
        case "GET", "HEAD": self = .read(id)
        case "PUT": self = .change(id)
        case "DELETE": self = .remove(id)
        default: throw Problem.method(request.method, allowed: ["GET", "HEAD", "PUT", "DELETE"])
        }
        if id.utf8.count > Self.maximumIDBytes { throw Problem.unknownUser(id) }
    }

    /// The path of a user that a request to the collection has created.
    static func location(of id: String, createdBy request: HTTPRequest) -> String {
        request.rawPath.hasSuffix("/") ? request.rawPath + id : "\(request.rawPath)/\(id)"
    }
}
