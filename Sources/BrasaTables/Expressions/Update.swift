/// What UpdateItem does to an item, with names and values in place.
package struct Update: Sendable, Hashable {
    /// What is done to one path.
    package enum Action: Sendable, Hashable {
        case set(DocumentPath, Value)
        case remove(DocumentPath)
        /// Adds a number, or members to a set.
        case add(DocumentPath, AttributeValue)
        /// Takes members from a set.
        case delete(DocumentPath, AttributeValue)

        package var path: DocumentPath {
            switch self {
            case .set(let path, _), .remove(let path), .add(let path, _), .delete(let path, _): path
            }
        }
    }

    /// What SET gives a path.
    package indirect enum Value: Sendable, Hashable {
        case path(DocumentPath)
        case value(AttributeValue)
        case ifNotExists(DocumentPath, Value)
        case listAppend(Value, Value)
        case sum(Value, Value)
        case difference(Value, Value)
    }

    package let actions: [Action]

    package init(actions: [Action]) {
        self.actions = actions
    }

    /// The paths that are changed; none overlaps another.
    package var paths: [DocumentPath] { self.actions.map(\.path) }
}
