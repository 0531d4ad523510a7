extension UserDraft {
    /// Reads the members `email`, `name` and `status`, which is `active` when absent.
    ///
    /// - Returns: nil when one of them is not allowed; why is then in the reader's violations, all of it.
    init?(from members: inout MemberReader) {
        let email = members.text("email", obeying: EmailAddress.rules)
        let name = members.text("name", obeying: NameRules.rules)
        let status = members.choice("status", of: User.Status.self, default: .active)
        guard let email, let name, let status else { return nil }
        self.init(email: EmailAddress(unchecked: email), name: name, status: status)
    }
}
