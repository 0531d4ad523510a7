import UserService

/// Users in memory, with what others write in between.
final class MemoryStore: UserStore {
    private(set) var users: [String: User] = [:]
    /// What happens to the store before the next write looks at it.
    var meanwhile: [(MemoryStore) -> Void] = []

    func user(_ id: String) throws -> User? { self.users[id] }

    func create(_ user: User) throws -> WriteOutcome {
        self.letOthersWrite()
        if self.users[user.id] != nil { return .changedMeanwhile }
        if self.isTaken(user.email, for: user.id) { return .emailTaken }
        self.users[user.id] = user
        return .done
    }

    func replace(_ old: User, with new: User) throws -> WriteOutcome {
        self.letOthersWrite()
        if self.users[old.id]?.version != old.version { return .changedMeanwhile }
        if self.isTaken(new.email, for: new.id) { return .emailTaken }
        self.users[new.id] = new
        return .done
    }

    func delete(_ user: User) throws -> WriteOutcome {
        self.letOthersWrite()
        if self.users[user.id]?.version != user.version { return .changedMeanwhile }
        self.users[user.id] = nil
        return .done
    }

    func page(limit: Int, after last: String?) throws -> UserPage {
        let users = self.users.values.sorted { $0.id < $1.id }.filter { $0.id > last ?? "" }
        return UserPage(users: Array(users.prefix(limit)), last: users.count > limit ? users[limit - 1].id : nil)
    }

    private func isTaken(_ email: EmailAddress, for id: String) -> Bool {
        self.users.values.contains { $0.email.key == email.key && $0.id != id }
    }

    private func letOthersWrite() {
        if !self.meanwhile.isEmpty { self.meanwhile.removeFirst()(self) }
    }
}
