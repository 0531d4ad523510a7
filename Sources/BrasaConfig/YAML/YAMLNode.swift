/// A YAML value and where it stands.
///
/// Scalars stay text: what a key means decides their type, so that `from: 18:00` is a
/// time of day and not the base-60 number of YAML 1.1.
struct YAMLNode: Sendable {
    /// One `key: value` of a mapping.
    struct Entry: Sendable {
        let key: String
        let keyLocation: SourceLocation
        let value: YAMLNode
    }

    /// The three shapes of YAML.
    enum Content: Sendable {
        /// `isPlain` is false when quotes keep the text from being read as null.
        case scalar(text: String, isPlain: Bool)
        /// In the order of the file, without duplicates, merge keys (`<<`) expanded.
        case mapping([Entry])
        case sequence([YAMLNode])
    }

    var location: SourceLocation
    /// A local tag such as `!Ref`; nil: none.
    var tag: String?
    var content: Content
    /// The variable the value came out of, such as `${env:PORT}`; nil: it stands in the file itself.
    var origin: String?

    init(location: SourceLocation, tag: String? = nil, content: Content, origin: String? = nil) {
        self.location = location
        self.tag = tag
        self.content = content
        self.origin = origin
    }

    /// Whether nothing was given: an empty value, `~` or `null`.
    var isNull: Bool {
        guard case .scalar(let text, isPlain: true) = self.content, self.tag == nil else { return false }
        return ["", "~", "null", "Null", "NULL"].contains(text)
    }

    /// The value of a key; nil when absent or not a mapping.
    subscript(key: String) -> YAMLNode? {
        guard case .mapping(let entries) = self.content else { return nil }
        return entries.first { $0.key == key }?.value
    }

    /// What was found, for messages: at most 80 characters, on one line.
    var found: String {
        let shape: String
        switch self.content {
        case .mapping: shape = "a mapping"
        case .sequence: shape = "a list"
        case .scalar(let text, let isPlain):
            let line = String(text.prefix(80)).split(whereSeparator: \.isNewline).joined(separator: " ")
            let isNumber = isPlain && Double(line) != nil
            shape = self.isNull ? "empty" : isNumber ? line : "'\(line)'"
        }
        let tagged = self.tag.map { "\($0) with \(shape)" } ?? shape
        return self.origin.map { "\(tagged) (from \($0))" } ?? tagged
    }
}
