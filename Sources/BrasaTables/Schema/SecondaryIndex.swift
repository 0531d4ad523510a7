/// Another way to find the items of a table.
package struct SecondaryIndex: Sendable, Hashable {
    /// Whether it shares the table's partition key.
    package enum Scope: Sendable, Hashable {
        case local, global
    }

    /// The attributes that it answers with, besides the keys of table and index.
    package enum Projection: Sendable, Hashable {
        case all
        case keysOnly
        case include([ByteText])
    }

    package let name: String
    package let scope: Scope
    package let keys: KeySchema
    package let projection: Projection

    package init(name: String, scope: Scope, keys: KeySchema, projection: Projection = .all) {
        self.name = name
        self.scope = scope
        self.keys = keys
        self.projection = projection
    }
}
