extension HTTPRequest {
    /// A request made by hand, to test with what answers requests.
    ///
    /// - Parameters:
    ///   - path: also the part below the function, which `proxy` has once more.
    ///   - query: decoded values by their names.
    ///   - headers: by names in lower case.
    ///   - proxy: the decoded path below the function; nil: there is none.
    public init(
        _ method: String, _ path: String, query: [String: String] = [:], headers: [String: String] = [:],
        proxy: String? = nil, body: String? = nil, isBase64Encoded: Bool = false
    ) {
        self.version = "2.0"
        self.rawPath = path
        self.rawQueryString = ""
        self.headers = headers
        self.queryStringParameters = query.isEmpty ? nil : query
        self.pathParameters = proxy.map { ["proxy": $0] }
        self.requestContext = RequestContext(http: HTTP(method: method, path: path))
        self.body = body
        self.isBase64Encoded = isBase64Encoded
    }
}
