import BrasaFunctionJSON
import FoundationEssentials

/// A user as clients see it.
struct UserDocument: Encodable {
    let id: String
    let email: String
    let name: String
    let status: String
    let version: Int
    /// In UTC with milliseconds (RFC 3339).
    let createdAt: String
    let updatedAt: String

    init(_ user: User) {
        let style = Date.ISO8601FormatStyle(includingFractionalSeconds: true)
        self.id = user.id
        self.email = user.email.text
        self.name = user.name
        self.status = user.status.rawValue
        self.version = user.version
        self.createdAt = style.format(user.createdAt)
        self.updatedAt = style.format(user.updatedAt)
    }

    /// The answer, with the version as `ETag`.
    func response(status: Int = 200) throws -> HTTPResponse {
        var response = try HTTPResponse.json(self, status: status)
        response.headers["etag"] = EntityTag.text(self.version)
        return response
    }
}

/// A page of users as clients see it.
struct UserPageDocument: Encodable {
    let users: [UserDocument]
    /// Asks for the next page; absent on the last one.
    let next: String?

    init(_ page: UserPage) {
        self.users = page.users.map { UserDocument($0) }
        self.next = page.last.map { PageToken.text($0) }
    }

    /// The answer.
    func response() throws -> HTTPResponse { try HTTPResponse.json(self) }
}
