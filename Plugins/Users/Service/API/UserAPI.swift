package import BrasaFunctionJSON
package import FoundationEssentials

/// The user API: HTTP in, HTTP out, and a store behind it.
///
/// Routes are relative to where the function is mounted, such as `/users`:
///
///     GET    /users?limit=&next=   a page of users
///     POST   /users                creates one
///     GET    /users/{id}           reads one
///     PUT    /users/{id}           replaces what may be changed, of the version that was read
///     DELETE /users/{id}           removes one
package struct UserAPI<Store: UserStore> {
    /// How often a removal is tried again when somebody changes the user meanwhile.
    private static var attempts: Int { 5 }

    private let store: Store
    private let now: () -> Date
    private let makeID: () -> String

    /// - Parameter makeID: gives text that nobody got before, at most ``Route/maximumIDBytes`` long.
    package init(store: Store, now: @escaping () -> Date, makeID: @escaping () -> String) {
        self.store = store
        self.now = now
        self.makeID = makeID
    }

    /// Answers a request, also one that is wrong.
    ///
    /// - Throws: what the store throws, which is nothing a client could do anything about.
    package func respond(to request: HTTPRequest) throws -> HTTPResponse {
        do {
            switch try Route(request) {
            case .list: return try self.list(request)
            case .create: return try self.create(request)
            case .read(let id): return try UserDocument(self.kept(id)).response()
            case .change(let id): return try self.change(id, request)
            case .remove(let id): return try self.remove(id, request)
            }
        } catch let problem as Problem {
            return try problem.response()
        }
    }

    private func list(_ request: HTTPRequest) throws -> HTTPResponse {
        let query = try PageQuery(request)
        return try UserPageDocument(self.store.page(limit: query.limit, after: query.last)).response()
    }

    private func create(_ request: HTTPRequest) throws -> HTTPResponse {
        var members = try MemberReader(body: request)
        let draft = UserDraft(from: &members)
        try members.finish()
        // Without violations there is a draft.
        guard let draft else { throw Problem.violations([]) }
        let user = User(id: self.makeID(), draft: draft, at: self.time())
        try self.check(self.store.create(user), email: user.email)
        var response = try UserDocument(user).response(status: 201)
        response.headers["location"] = Route.location(of: user.id, createdBy: request)
        return response
    }

    private func change(_ id: String, _ request: HTTPRequest) throws -> HTTPResponse {
        var members = try MemberReader(body: request)
        let draft = UserDraft(from: &members)
        let version = members.expectedVersion(request, isRequired: true)
        try members.finish()
        guard let draft, let version else { throw Problem.violations([]) }
        let before = try self.kept(id, in: version)
        let after = before.changed(to: draft, at: self.time())
        try self.check(self.store.replace(before, with: after), email: after.email)
        return try UserDocument(after).response()
    }

    private func remove(_ id: String, _ request: HTTPRequest) throws -> HTTPResponse {
        var members = MemberReader()
        let version = members.expectedVersion(request, isRequired: false)
        try members.finish()
        // Whoever names no version wants the user gone in whatever version it is.
        for _ in 0..<Self.attempts {
            let user = try self.kept(id, in: version)
            if try self.store.delete(user) == .done { return HTTPResponse(statusCode: 204) }
        }
        throw Problem.contended
    }

    /// The user with this id, of this version if one is given.
    private func kept(_ id: String, in version: Int? = nil) throws -> User {
        guard let user = try self.store.user(id) else { throw Problem.unknownUser(id) }
        if let version, version != user.version { throw Problem.staleVersion(version) }
        return user
    }

    private func check(_ outcome: WriteOutcome, email: EmailAddress) throws {
        switch outcome {
        case .done: break
        case .emailTaken: throw Problem.emailTaken(email)
        case .changedMeanwhile: throw Problem.staleVersion(nil)
        case .contended: throw Problem.contended
        }
    }

    /// Now in whole milliseconds, as documents show it.
    private func time() -> Date {
        Date(timeIntervalSince1970: (self.now().timeIntervalSince1970 * 1_000).rounded(.down) / 1_000)
    }
}
