/// Where users are kept: what the API needs of it, so that tests can do without a host.
///
/// E-mail addresses are unique by ``EmailAddress/key`` at any time, whoever writes at the same moment.
package protocol UserStore {
    /// The user as written last; nil: there is none.
    func user(_ id: String) throws -> User?

    /// Keeps a new user.
    func create(_ user: User) throws -> WriteOutcome

    /// Puts `new` in the place of `old`, if that is still what is kept.
    func replace(_ old: User, with new: User) throws -> WriteOutcome

    /// Removes a user, if this version is still what is kept.
    func delete(_ user: User) throws -> WriteOutcome

    /// Some of the users, in an order that only means that pages join up.
    ///
    /// - Parameters:
    ///   - limit: at most so many, 1 or more.
    ///   - last: behind the user with this id, who may be gone; nil: from the beginning.
    func page(limit: Int, after last: String?) throws -> UserPage
}

/// What became of a write.
package enum WriteOutcome: Hashable, Sendable {
    /// It is kept.
    case done
    /// Somebody changed or removed the user in between; nothing was written.
    case changedMeanwhile
    /// Another user has the e-mail address; nothing was written.
    case emailTaken
    /// Somebody was writing the same items at the same moment; nothing was written, and it may work when tried again.
    case contended
}

/// Some users, and whether there are more.
package struct UserPage: Sendable {
    package let users: [User]
    /// What to go on after; nil: nothing is left.
    package let last: String?

    package init(users: [User], last: String?) {
        self.users = users
        self.last = last
    }
}
