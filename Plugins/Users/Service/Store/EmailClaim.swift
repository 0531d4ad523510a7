/// The item that holds an e-mail address for one user.
///
/// Tables keep no attribute unique but their key; so the address is the key of a table of its own, written and removed in one
/// transaction with the user.
struct EmailClaim: Codable, Hashable, Sendable {
    /// The address's key.
    let email: String
    /// Id of the user who has it.
    let user: String

    init(of user: User) {
        self.email = user.email.key
        self.user = user.id
    }
}
