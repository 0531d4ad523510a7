/// What a client may say about a user, validated.
package struct UserDraft: Hashable, Sendable {
    package var email: EmailAddress
    package var name: String
    package var status: User.Status

    /// A draft of values that are validated.
    package init(email: EmailAddress, name: String, status: User.Status = .active) {
        self.email = email
        self.name = name
        self.status = status
    }
}
