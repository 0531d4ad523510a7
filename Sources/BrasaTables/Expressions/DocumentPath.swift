/// The way from an item to a value in it.
package struct DocumentPath: Sendable, Hashable, CustomStringConvertible {
    /// A step of the way.
    package enum Step: Sendable, Hashable {
        /// A member of the item or of a map.
        case name(ByteText)
        /// An element of a list, from 0.
        case index(Int)
    }

    /// The attribute of the item.
    package let attribute: ByteText
    /// The steps inside the attribute's value.
    package let inner: [Step]

    package init(_ attribute: ByteText, _ inner: [Step] = []) {
        self.attribute = attribute
        self.inner = inner
    }

    /// All steps, the attribute first.
    package var steps: [Step] { [.name(self.attribute)] + self.inner }

    /// As messages show a path: `[a, [1], b]`.
    package var description: String {
        let steps = self.steps.map { step in
            switch step {
            case .name(let name): name.string
            case .index(let index): "[\(index)]"
            }
        }
        return "[\(steps.joined(separator: ", "))]"
    }

    /// How two paths of one list get in each other's way.
    enum Meeting {
        /// One is the other, or the way to it.
        case overlap
        /// One takes for a list what the other takes for a map.
        case conflict
    }

    /// Nil when both can be in one list.
    func meeting(_ other: DocumentPath) -> Meeting? {
        for (left, right) in zip(self.steps, other.steps) where left != right {
            switch (left, right) {
            case (.name, .index), (.index, .name): return .conflict
            default: return nil
            }
        }
        return .overlap
    }

    /// What is wrong with a list of paths: first overlaps, then conflicts.
    static func fault(in paths: [DocumentPath]) -> String? {
        var conflict: String?
        for (index, path) in paths.enumerated() {
            for earlier in paths[..<index] {
                let message = { (verb: String) in
                    "Two document paths \(verb) with each other; must remove or rewrite one of these paths; "
                        + "path one: \(earlier), path two: \(path)"
                }
                switch earlier.meeting(path) {
                case .overlap: return message("overlap")
                case .conflict: conflict = conflict ?? message("conflict")
                case nil: break
                }
            }
        }
        return conflict
    }
}

extension AttributeMap {
    /// The value that a path leads to; nil when there is none.
    package subscript(path: DocumentPath) -> AttributeValue? {
        guard var value = self[path.attribute] else { return nil }
        for step in path.inner {
            switch (step, value) {
            case (.name(let name), .map(let map)):
                guard let member = map[name] else { return nil }
                value = member
            case (.index(let index), .list(let list)):
                guard index < list.count else { return nil }
                value = list[index]
            default: return nil
            }
        }
        return value
    }
}
