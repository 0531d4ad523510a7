/// A key, what it holds and what it is for.
struct KnownKey: Sendable {
    let name: String
    let rule: ValueRule
    /// What holds when the key is absent, written as in the file; nil: nothing, or what `summary` says.
    let defaultText: String?
    let isRequired: Bool
    /// One line for people, shown by editors.
    let summary: String

    init(_ name: String, _ rule: ValueRule, default: String? = nil, isRequired: Bool = false, _ summary: String) {
        self.name = name
        self.rule = rule
        self.defaultText = `default`
        self.isRequired = isRequired
        self.summary = summary
    }

    /// Whether giving the key has an effect.
    var isServed: Bool {
        switch self.rule {
        case .notServed, .ignored: false
        default: true
        }
    }
}

/// The keys of one mapping: the single list of what a file may say.
struct KeyTable: Sendable {
    let keys: [KnownKey]

    /// - Parameters:
    ///   - served: the keys that have an effect, or may be explained, in the order of messages.
    ///   - notServed: keys that give a warning, each with the note that completes it.
    ///   - ignored: keys that are accepted in silence, because here they would change nothing.
    init(_ served: [KnownKey], notServed: [(name: String, note: String)] = [], ignored: [String] = []) {
        self.keys =
            served
            + notServed.map { KnownKey($0.name, .notServed(note: $0.note), "Not served by this version: \($0.note).") }
            + ignored.map { KnownKey($0, .ignored, "Without effect here.") }
    }

    subscript(name: String) -> KnownKey? { self.keys.first { $0.name == name } }

    var servedNames: [String] { self.keys.filter(\.isServed).map(\.name) }

    /// The name somebody probably meant: a key here, or the same key inside one of the sections here (`brasa.isolation`).
    func nearest(to name: String) -> String? {
        for key in self.keys {
            if case .section(let inner) = key.rule, inner[name] != nil { return "\(key.name).\(name)" }
        }
        return NearestName.find(name, among: self.keys.map(\.name))
    }
}
