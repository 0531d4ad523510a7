/// Attributes by name: an item, a key, or a map inside one.
///
/// Kept sorted by name: found by binary search, the same contents are always written in the same order, and no input makes
/// a lookup slow.
package struct AttributeMap: Sendable, Hashable {
    /// One attribute.
    package struct Attribute: Sendable, Hashable {
        package let name: ByteText
        package var value: AttributeValue

        package init(name: ByteText, value: AttributeValue) {
            self.name = name
            self.value = value
        }
    }

    /// By rising name, each name once.
    package private(set) var attributes: [Attribute]

    package init() {
        self.attributes = []
    }

    /// Takes attributes in any order; of several with one name the last counts.
    package init(_ attributes: [Attribute]) {
        self.attributes = attributes
        guard !Self.isSorted(attributes) else { return }
        // The sort of the standard library keeps the order of equal elements; `lastWins` relies on it.
        self.attributes.sort { $0.name < $1.name }
        self.attributes = Self.lastWins(self.attributes)
    }

    private static func isSorted(_ attributes: [Attribute]) -> Bool {
        for index in attributes.indices.dropFirst() where attributes[index - 1].name >= attributes[index].name {
            return false
        }
        return true
    }

    private static func lastWins(_ sorted: [Attribute]) -> [Attribute] {
        var kept: [Attribute] = []
        kept.reserveCapacity(sorted.count)
        for attribute in sorted {
            if kept.last?.name == attribute.name { kept.removeLast() }
            kept.append(attribute)
        }
        return kept
    }

    package var count: Int { self.attributes.count }
    package var isEmpty: Bool { self.attributes.isEmpty }

    /// The value of an attribute; nil when there is none, and setting nil removes it.
    package subscript(name: ByteText) -> AttributeValue? {
        get {
            let (index, isFound) = self.position(of: name)
            return isFound ? self.attributes[index].value : nil
        }
        set {
            let (index, isFound) = self.position(of: name)
            switch (newValue, isFound) {
            case (let value?, true): self.attributes[index].value = value
            case (let value?, false): self.attributes.insert(Attribute(name: name, value: value), at: index)
            case (nil, true): self.attributes.remove(at: index)
            case (nil, false): break
            }
        }
    }

    /// Changes the value of an attribute where it lies; nil when there is no such attribute.
    package mutating func modify<Result>(_ name: ByteText, _ body: (inout AttributeValue) -> Result) -> Result? {
        let (index, isFound) = self.position(of: name)
        return isFound ? body(&self.attributes[index].value) : nil
    }

    /// Where `name` is, or where it would be inserted.
    private func position(of name: ByteText) -> (index: Int, isFound: Bool) {
        name.withBytes { wanted in
            var low = 0
            var high = self.attributes.count
            while low < high {
                let middle = (low + high) / 2
                let order = self.attributes[middle].name.withBytes { ByteOrder.compare($0, wanted) }
                if order == 0 { return (middle, true) }
                if order < 0 { low = middle + 1 } else { high = middle }
            }
            return (low, false)
        }
    }
}

extension AttributeMap: ExpressibleByDictionaryLiteral {
    package init(dictionaryLiteral elements: (ByteText, AttributeValue)...) {
        self.init(elements.map { Attribute(name: $0.0, value: $0.1) })
    }
}
