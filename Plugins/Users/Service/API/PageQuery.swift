import BrasaFunctionJSON
import FoundationEssentials

/// Which page of the list is asked for.
struct PageQuery: Hashable, Sendable {
    static let limits = 1...100
    static let usualLimit = 20

    let limit: Int
    /// Id behind which the page begins.
    let last: String?

    /// - Throws: ``Problem`` with all violations.
    init(_ request: HTTPRequest) throws {
        var reader = MemberReader()
        let limit = request.query("limit").map { Int($0) } ?? Self.usualLimit
        if !Self.limits.contains(limit ?? 0) {
            reader.add(
                .size, "limit",
                "It has to be a whole number from \(Self.limits.lowerBound) to \(Self.limits.upperBound).")
        }
        let token = request.query("next")
        self.last = token.flatMap { PageToken.id($0) }
        if token != nil, self.last == nil {
            reader.add(.format, "next", "It has to be the member next of a page, as it was.")
        }
        try reader.finish()
        self.limit = limit ?? Self.usualLimit
    }
}

/// Where the next page begins, as text that clients hand back and do not look into.
enum PageToken {
    static func text(_ id: String) -> String {
        // Base64 for URLs (RFC 4648, section 5), so that nobody has to encode it.
        Data(id.utf8).base64EncodedString().replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
    }

    /// The id; nil when it is no token of ours.
    static func id(_ text: String) -> String? {
        var base64 = text.replacing("-", with: "+").replacing("_", with: "/")
        while !base64.utf8.count.isMultiple(of: 4) { base64 += "=" }
        guard text.utf8.count <= 2 * Route.maximumIDBytes, let data = Data(base64Encoded: base64),
            let id = String(validating: data, as: UTF8.self), !id.isEmpty, id.utf8.count <= Route.maximumIDBytes,
            Self.text(id) == text
        else { return nil }
        return id
    }
}
