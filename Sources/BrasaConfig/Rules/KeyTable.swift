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

/// The keys of one mapping. The single list of what a file may say.
struct KeyTable: Sendable {
    let keys: [KnownKey]

    init(_ keys: [KnownKey]) {
        self.keys = keys
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
