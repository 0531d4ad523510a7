/// The tables that hold the users.
package struct TableNames: Hashable, Sendable {
    /// Key `id`: the users.
    package var users = "users"
    /// Key `email`: who has which e-mail address.
    package var emails = "user-emails"

    /// What the variables `TABLE_NAME` and `EMAIL_TABLE_NAME` say, where they say something.
    package init(environment: [String: String] = [:]) {
        if let name = environment["TABLE_NAME"], !name.isEmpty { self.users = name }
        if let name = environment["EMAIL_TABLE_NAME"], !name.isEmpty { self.emails = name }
    }
}
