/// The parts of an item that a request asks for.
package struct Projection: Sendable, Hashable {
    package let paths: [DocumentPath]

    /// The projection that `text` is in a request with these names.
    package init(_ text: String, _ binding: inout ExpressionBinding) throws(TableError) {
        let kind = ExpressionKind.projection
        let syntax = try ProjectionParser.parse(text)
        if let fault = ExpressionFault.reserved(in: syntax) { throw kind.invalid(fault.message) }
        var paths: [DocumentPath] = []
        for path in syntax {
            do throws(ExpressionFault) {
                paths.append(try binding.path(path))
            } catch {
                throw kind.invalid(error.message)
            }
        }
        if let fault = DocumentPath.fault(in: paths) { throw kind.invalid(fault) }
        self.init(paths: paths)
    }

    /// Whole attributes, or parts that do not overlap.
    package init(paths: [DocumentPath]) {
        self.paths = paths
    }

    /// The projection as text, with the names that it stands for.
    package var expression: (text: String, names: [(key: String, value: String)]) {
        var names: [(key: String, value: String)] = []
        let texts = self.paths.map { path in
            path.steps.enumerated().map { place, step in
                switch step {
                case .index(let index): return "[\(index)]"
                case .name(let name):
                    let reference = "#n\(names.count)"
                    names.append((reference, name.string))
                    return (place > 0 ? "." : "") + reference
                }
            }.joined()
        }
        return (texts.joined(separator: ", "), names)
    }

    /// What the paths lead to, in maps and lists like those of the item; elements of lists move together.
    package func apply(to item: AttributeMap) -> AttributeMap {
        var root = Branch()
        for path in self.paths { root.insert(path.steps[...]) }
        return root.project(item)
    }

    /// The steps that go on from one place.
    private struct Branch {
        var names: [ByteText: Branch] = [:]
        var indexes: [Int: Branch] = [:]
        /// Whether a path ends here.
        var isLeaf = false

        mutating func insert(_ steps: ArraySlice<DocumentPath.Step>) {
            guard let step = steps.first else {
                self.isLeaf = true
                return
            }
            switch step {
            case .name(let name): self.names[name, default: Branch()].insert(steps.dropFirst())
            case .index(let index): self.indexes[index, default: Branch()].insert(steps.dropFirst())
            }
        }

        func project(_ map: AttributeMap) -> AttributeMap {
            AttributeMap(
                self.names.compactMap { name, branch in
                    map[name].flatMap { branch.project($0) }.map { AttributeMap.Attribute(name: name, value: $0) }
                })
        }

        /// Nil when no path leads to anything in the value.
        private func project(_ value: AttributeValue) -> AttributeValue? {
            if self.isLeaf { return value }
            switch value {
            case .map(let map):
                let projected = self.project(map)
                return projected.isEmpty ? nil : .map(projected)
            case .list(let list):
                let elements = self.indexes.sorted { $0.key < $1.key }.compactMap { index, branch in
                    index < list.count ? branch.project(list[index]) : nil
                }
                return elements.isEmpty ? nil : .list(elements)
            default: return nil
            }
        }
    }
}
