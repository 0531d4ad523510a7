import BrasaModel
import BrasaTables

/// Bytes from anywhere, given to every parser of tables.
///
/// Part of the tests, and with the entry point in Tests/Fuzz a program of its own, which tools/fuzz builds and runs. The first
/// byte chooses the parser. Only what is visible to other modules is used, so that both can compile it.
enum FuzzInput {
    /// Fails a precondition when a parser does what it must not; crashes when one crashes.
    static func run(_ input: UnsafeRawBufferPointer) {
        guard let choice = input.first else { return }
        let rest = UnsafeRawBufferPointer(rebasing: input.dropFirst())
        switch choice {
        case UInt8(ascii: "j"): self.json(rest)
        case UInt8(ascii: "n"): self.number(rest)
        case UInt8(ascii: "k"): self.key(rest)
        case UInt8(ascii: "u"): self.update(String(decoding: rest, as: UTF8.self))
        case UInt8(ascii: "p"): self.projection(String(decoding: rest, as: UTF8.self))
        case UInt8(ascii: "q"): self.keyCondition(String(decoding: rest, as: UTF8.self))
        default: self.condition(String(decoding: rest, as: UTF8.self))
        }
    }

    private static func read(_ text: UnsafeRawBufferPointer) throws(TableError) -> (map: AttributeMap, fault: String?) {
        var json = JSONReader(text)
        var reader = ValueReader()
        let map = try reader.map(&json)
        try json.end()
        return (map, reader.fault)
    }

    /// What is read is written, and that reads as the same.
    private static func json(_ text: UnsafeRawBufferPointer) {
        guard let (map, fault) = try? self.read(text), fault == nil else { return }
        var out = ByteWriter()
        JSONText.write(map, to: &out)
        let again = out.withBytes { try? self.read($0) }
        precondition(again?.map == map && again?.fault == nil, "what was written reads as something else")
        precondition(map.sizeBytes >= 0)
    }

    private static func number(_ text: UnsafeRawBufferPointer) {
        guard let number = try? ExactNumber(utf8: text) else { return }
        precondition((try? ExactNumber(number.text)) == number, "a number prints as another one")
        let bytes = KeyBytes.encode(number)
        precondition(bytes.withUnsafeBytes { KeyBytes.decode($0, as: .number) } == .number(number))
        precondition((try? number.subtracting(number)) == .zero)
        _ = try? number.adding(ExactNumber(1))
    }

    private static func key(_ bytes: UnsafeRawBufferPointer) {
        for type in [AttributeType.string, .number, .binary] {
            guard let value = KeyBytes.decode(bytes, as: type) else { continue }
            precondition(KeyBytes.encode(value).map { bytes.elementsEqual($0) } == true)
        }
    }

    private static let item: AttributeMap = [
        "a": .string("ab"), "b": .list([.number(ExactNumber(1)), .map(["c": .null])]),
        "c": .map(["d": .stringSet(["x"])]),
        "n": .number(ExactNumber(2)), "s": .numberSet([ExactNumber(3)]),
    ]
    private static let names: [ByteText: ByteText] = ["#a": "a", "#b": "b", "#c": "c"]
    private static let values: AttributeMap = [
        ":a": .string("a"), ":n": .number(ExactNumber(1)), ":l": .list([.null]), ":s": .stringSet(["x"]),
        ":t": .string("N"), ":b": .binary([1]), ":e": .numberSet([ExactNumber(3)]),
    ]
    private static var binding: ExpressionBinding { ExpressionBinding(names: self.names, values: self.values) }

    private static func condition(_ text: String) {
        var binding = self.binding
        guard let condition = try? Condition(text, kind: .filter, &binding) else { return }
        precondition(condition.holds(for: self.item) != Condition.not(condition).holds(for: self.item))
        _ = condition.holds(for: [:])
        condition.visitPaths { precondition($0.steps.count <= 32) }
    }

    private static func keyCondition(_ text: String) {
        var binding = self.binding
        guard let condition = try? KeyCondition(text, &binding) else { return }
        precondition(!condition.predicates.isEmpty)
    }

    private static func update(_ text: String) {
        var binding = self.binding
        guard let update = try? Update(text, &binding) else { return }
        guard let result = try? update.applied(to: self.item) else { return }
        // What was removed and not set again is gone.
        for case .remove(let path) in update.actions where path.inner.isEmpty { precondition(result[path] == nil) }
        for case .set(let path, .value(let value)) in update.actions where path.inner.isEmpty {
            precondition(result[path] == value)
        }
    }

    private static func projection(_ text: String) {
        var binding = self.binding
        guard let projection = try? Projection(text, &binding) else { return }
        let result = projection.apply(to: self.item)
        precondition(projection.apply(to: self.item) == result && result.count <= self.item.count)
    }
}
