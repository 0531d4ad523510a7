package import BrasaFunctionJSON

/// Users in two tables of the host: the users by id, and the e-mail addresses they hold.
package struct UserTables: UserStore {
    private let context: Context
    private let names: TableNames
    private let users: Table

    /// Valid as long as `context`.
    package init(_ context: Context, _ names: TableNames) {
        self.context = context
        self.names = names
        self.users = context.table(names.users)
    }

    package func user(_ id: String) throws -> User? {
        try self.users.get(["id": .string(id)])
    }

    package func create(_ user: User) throws -> WriteOutcome {
        try self.outcome {
            try self.context.transact {
                try $0.put(user, in: self.names.users, if: "attribute_not_exists(id)")
                try $0.put(EmailClaim(of: user), in: self.names.emails, if: "attribute_not_exists(email)")
            }
        }
    }

    package func replace(_ old: User, with new: User) throws -> WriteOutcome {
        try self.outcome {
            let (before, after) = (EmailClaim(of: old), EmailClaim(of: new))
            // The usual case, and half the price of a transaction on AWS.
            guard before != after else { return try self.users.put(new, if: self.isStill(old)) }
            try self.context.transact {
                try $0.put(new, in: self.names.users, if: self.isStill(old))
                try $0.put(after, in: self.names.emails, if: "attribute_not_exists(email)")
                // A user of this version holds this claim: the two are only ever written together.
                try $0.delete(["email": .string(before.email)], in: self.names.emails)
            }
        }
    }

    package func delete(_ user: User) throws -> WriteOutcome {
        try self.outcome {
            try self.context.transact {
                try $0.delete(["id": .string(user.id)], in: self.names.users, if: self.isStill(user))
                try $0.delete(["email": .string(user.email.key)], in: self.names.emails)
            }
        }
    }

    package func page(limit: Int, after last: String?) throws -> UserPage {
        let page = try self.users.scan(as: User.self, pageSize: limit, after: last.map { ["id": .string($0)] }).page()
        guard case .string(let id)? = page.next?["id"] else { return UserPage(users: page.items, last: nil) }
        return UserPage(users: page.items, last: id)
    }

    private func isStill(_ user: User) -> Expression { "version = \(user.version)" }

    /// Performs a write; conditions that do not hold are an outcome, everything else is an error.
    ///
    /// In transactions the user comes first and the claim of an e-mail address second.
    private func outcome(of write: () throws -> Void) throws -> WriteOutcome {
        do {
            try write()
            return .done
        } catch let error as ServiceError {
            switch error.type {
            case "ConditionalCheckFailedException": return .changedMeanwhile
            case "TransactionConflictException": return .contended
            case "TransactionCanceledException":
                let reasons = error.cancellationReasons
                if reasons.first == "ConditionalCheckFailed" { return .changedMeanwhile }
                if reasons.contains("ConditionalCheckFailed") { return .emailTaken }
                if reasons.contains("TransactionConflict") { return .contended }
            default: break
            }
            throw error
        }
    }
}
