extension Update {
    /// Why an update cannot be applied to an item.
    private enum Refusal {
        static let path = TableError.validation(
            "The document path provided in the update expression is invalid for update")
        static let type = TableError.validation(
            "An operand in the update expression has an incorrect data type")
        static let missing = TableError.validation(
            "The provided expression refers to an attribute that does not exist in the item")
    }

    /// The item after the update.
    ///
    /// All values are those of `item`: no action sees what another has done. Elements are removed from lists last, so that
    /// indexes mean the list as it was.
    package func applied(to item: AttributeMap) throws(TableError) -> AttributeMap {
        var result = item
        var removals: [DocumentPath] = []
        var appended: [(path: DocumentPath, value: AttributeValue)] = []
        for action in self.actions {
            switch action {
            case .set(let path, let value):
                let value = try value.value(in: item)
                if case .index(let index)? = path.inner.last, case .list(let list)? = item[path.parent],
                    index >= list.count
                {
                    // Beyond the end the order of indexes counts, not that of the actions.
                    appended.append((path, value))
                } else {
                    try Self.place(value, at: path, in: &result)
                }
            case .remove(let path):
                try Self.checkParent(of: path, in: item)
                removals.append(path)
            case .add(let path, let value):
                try Self.place(try Self.sum(item[path], value), at: path, in: &result)
            case .delete(let path, let value):
                guard let rest = try Self.difference(item, path, value) else { continue }
                if let value = rest { try Self.place(value, at: path, in: &result) } else { removals.append(path) }
            }
        }
        for (path, value) in appended.sorted(by: { $0.path.lastIndex < $1.path.lastIndex }) {
            try Self.place(value, at: path, in: &result)
        }
        // Inner ones first and then from the back of each list: no removal moves what a later one means.
        for path in removals.sorted(by: { ($0.inner.count, $0.lastIndex) > ($1.inner.count, $1.lastIndex) }) {
            try Self.edit(path, in: &result) { container, step in container.remove(step) }
        }
        return result
    }

    // MARK: - Where

    private static func checkParent(of path: DocumentPath, in item: AttributeMap) throws(TableError) {
        var item = item
        try self.edit(path, in: &item) { _, _ in }
    }

    private static func place(
        _ value: AttributeValue, at path: DocumentPath, in item: inout AttributeMap
    ) throws(TableError) {
        try self.edit(path, in: &item) { container, step in container.set(step, to: value) }
    }

    /// The map or list that holds what a path ends in.
    private enum Container {
        case map(AttributeMap)
        case list([AttributeValue])

        mutating func set(_ step: DocumentPath.Step, to value: AttributeValue) {
            switch (self, step) {
            case (.map(var map), .name(let name)):
                self = .map([:])
                map[name] = value
                self = .map(map)
            case (.list(var list), .index(let index)):
                self = .list([])
                if index < list.count { list[index] = value } else { list.append(value) }
                self = .list(list)
            default: break
            }
        }

        mutating func remove(_ step: DocumentPath.Step) {
            switch (self, step) {
            case (.map(var map), .name(let name)):
                self = .map([:])
                map[name] = nil
                self = .map(map)
            case (.list(var list), .index(let index)) where index < list.count:
                self = .list([])
                list.remove(at: index)
                self = .list(list)
            default: break
            }
        }
    }

    /// Changes the container that a path ends in.
    private static func edit(
        _ path: DocumentPath, in item: inout AttributeMap, _ body: (inout Container, DocumentPath.Step) -> Void
    ) throws(TableError) {
        guard let last = path.inner.last else {
            var container = Container.map(item)
            body(&container, .name(path.attribute))
            if case .map(let map) = container { item = map }
            return
        }
        guard var value = item[path.attribute] else { throw Refusal.path }
        // Nobody else holds the value while it is changed.
        item[path.attribute] = .null
        defer { item[path.attribute] = value }
        try self.edit(path.inner.dropLast(), last, in: &value, body)
    }

    private static func edit(
        _ steps: ArraySlice<DocumentPath.Step>, _ last: DocumentPath.Step, in value: inout AttributeValue,
        _ body: (inout Container, DocumentPath.Step) -> Void
    ) throws(TableError) {
        guard let step = steps.first else {
            switch (value, last) {
            case (.map(let map), .name):
                var container = Container.map(map)
                value = .null
                body(&container, last)
                if case .map(let map) = container { value = .map(map) }
            case (.list(let list), .index):
                var container = Container.list(list)
                value = .null
                body(&container, last)
                if case .list(let list) = container { value = .list(list) }
            default: throw Refusal.path
            }
            return
        }
        switch (value, step) {
        case (.map(var map), .name(let name)):
            guard var member = map[name] else { throw Refusal.path }
            try self.edit(steps.dropFirst(), last, in: &member, body)
            map[name] = member
            value = .map(map)
        case (.list(var list), .index(let index)):
            guard index < list.count else { throw Refusal.path }
            try self.edit(steps.dropFirst(), last, in: &list[index], body)
            value = .list(list)
        default: throw Refusal.path
        }
    }

    // MARK: - What

    /// What ADD makes of a value.
    private static func sum(_ old: AttributeValue?, _ more: AttributeValue) throws(TableError) -> AttributeValue {
        switch (old, more) {
        case (nil, _): return more
        case (.number(let left), .number(let right)):
            return .number(try self.number { () throws(NumberFault) in try left.adding(right) })
        case (.stringSet(let left), .stringSet(let right)): return .stringSet(Set(left).union(right).sorted())
        case (.numberSet(let left), .numberSet(let right)): return .numberSet(Set(left).union(right).sorted())
        case (.binarySet(let left), .binarySet(let right)):
            return .binarySet(Set(left).union(right).sorted { ByteOrder.compare($0, $1) < 0 })
        default: throw Refusal.type
        }
    }

    /// What DELETE leaves of a set: `.some(nil)` when nothing, nil when there was none.
    private static func difference(
        _ item: AttributeMap, _ path: DocumentPath, _ less: AttributeValue
    ) throws(TableError) -> AttributeValue?? {
        guard let old = item[path] else {
            try self.checkParent(of: path, in: item)
            return nil
        }
        switch (old, less) {
        case (.stringSet(let left), .stringSet(let right)):
            let rest = left.filter { !right.contains($0) }
            return .some(rest.isEmpty ? nil : .stringSet(rest))
        case (.numberSet(let left), .numberSet(let right)):
            let rest = left.filter { !right.contains($0) }
            return .some(rest.isEmpty ? nil : .numberSet(rest))
        case (.binarySet(let left), .binarySet(let right)):
            let rest = left.filter { !right.contains($0) }
            return .some(rest.isEmpty ? nil : .binarySet(rest))
        default: throw Refusal.type
        }
    }

    fileprivate static func number(
        _ compute: () throws(NumberFault) -> ExactNumber
    ) throws(TableError) -> ExactNumber {
        do throws(NumberFault) {
            return try compute()
        } catch {
            throw TableError.validation(error.message(of: ""))
        }
    }

    fileprivate static var missing: TableError { Refusal.missing }
    fileprivate static var wrongType: TableError { Refusal.type }
}

extension Update.Value {
    /// The value for an item as it is before the update.
    fileprivate func value(in item: AttributeMap) throws(TableError) -> AttributeValue {
        switch self {
        case .path(let path):
            guard let value = item[path] else { throw Update.missing }
            return value
        case .value(let value): return value
        case .ifNotExists(let path, let otherwise):
            if let value = item[path] { return value }
            return try otherwise.value(in: item)
        case .listAppend(let left, let right):
            guard case .list(let first) = try left.value(in: item), case .list(let second) = try right.value(in: item)
            else { throw Update.wrongType }
            return .list(first + second)
        case .sum(let left, let right):
            let (left, right) = try Self.numbers(left, right, item)
            return .number(try Update.number { () throws(NumberFault) in try left.adding(right) })
        case .difference(let left, let right):
            let (left, right) = try Self.numbers(left, right, item)
            return .number(try Update.number { () throws(NumberFault) in try left.subtracting(right) })
        }
    }

    private static func numbers(
        _ left: Update.Value, _ right: Update.Value, _ item: AttributeMap
    ) throws(TableError) -> (ExactNumber, ExactNumber) {
        guard case .number(let left) = try left.value(in: item), case .number(let right) = try right.value(in: item)
        else { throw Update.wrongType }
        return (left, right)
    }
}

extension DocumentPath {
    /// The path without its last step; itself when it has one step only.
    fileprivate var parent: DocumentPath { DocumentPath(self.attribute, Array(self.inner.dropLast())) }

    /// The index that the path ends in; -1 when it ends in a name.
    fileprivate var lastIndex: Int {
        if case .index(let index)? = self.inner.last { index } else { -1 }
    }
}
