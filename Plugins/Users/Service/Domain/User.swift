package import FoundationEssentials

/// A user as it is kept: an item of the table, attribute by attribute.
package struct User: Codable, Hashable, Sendable {
    /// Whether the user may do anything.
    package enum Status: String, Codable, Hashable, Sendable, CaseIterable {
        case active
        case suspended
    }

    /// Made by the service, never changed.
    package let id: String
    package var email: EmailAddress
    package var name: String
    package var status: Status
    /// 1 when created, one more with each change: what optimistic locking compares.
    package var version: Int
    package let createdAt: Date
    package var updatedAt: Date

    /// A new user.
    package init(id: String, draft: UserDraft, at time: Date) {
        self.id = id
        self.email = draft.email
        self.name = draft.name
        self.status = draft.status
        self.version = 1
        self.createdAt = time
        self.updatedAt = time
    }

    /// Returns the user as `draft` wants it, in its next version.
    package func changed(to draft: UserDraft, at time: Date) -> User {
        var user = self
        user.email = draft.email
        user.name = draft.name
        user.status = draft.status
        user.version += 1
        user.updatedAt = time
        return user
    }
}
