import NIOHTTP1

/// Finds what a method and a path stand for: templates such as `/functions/{Name}/code`.
struct PathRouter<Target: Sendable>: Sendable {
    /// A template matched.
    struct Match {
        let target: Target
        /// Decoded values of the template's parameters.
        let parameters: [String: String]
    }

    private struct Route {
        let method: HTTPMethod
        let segments: [Substring]
        let target: Target
    }

    private let routesByLength: [Int: [Route]]

    init(_ routes: [(HTTPMethod, String, Target)]) {
        self.routesByLength = Dictionary(
            grouping: routes.map { Route(method: $0.0, segments: $0.1.split(separator: "/"), target: $0.2) },
            by: \.segments.count)
    }

    /// The first template that matches; nil when none does.
    ///
    /// A trailing slash makes no difference.
    func match(_ method: HTTPMethod, path: String) -> Match? {
        let segments = path.split(separator: "/")
        next: for route in self.routesByLength[segments.count] ?? [] where route.method == method {
            var parameters: [String: String] = [:]
            for (pattern, segment) in zip(route.segments, segments) {
                if pattern.hasPrefix("{") {
                    parameters[String(pattern.dropFirst().dropLast())] = QueryText.decoded(segment)
                } else if pattern != segment {
                    continue next
                }
            }
            return Match(target: route.target, parameters: parameters)
        }
        return nil
    }
}
