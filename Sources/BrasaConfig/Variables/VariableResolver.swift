/// Puts values in the place of variables, when a key is read; what nobody reads is not resolved.
///
/// A class because answers are remembered between keys; like `ProblemCollector` it stays inside one call.
final class VariableResolver {
    /// What the outside gives.
    struct Sources: Sendable {
        /// `${opt:name}`.
        var options: [String: String]
        /// `${env:NAME}`.
        var environment: [String: String]
        /// Addresses of other kinds, such as `aws:accountId`.
        var fixed: [String: String]
        /// Values of `self:` that hold when the file does not say, such as `provider.stage`.
        var selfDefaults: [String: String]
    }

    /// How looking a variable up ended.
    enum Resolution {
        case found(YAMLNode)
        /// No value, so the next fallback counts; the text says why, as part of a sentence.
        case absent(String)
        /// Wrong whatever the fallbacks are; completes a sentence that begins with the key.
        case failed(String)
    }

    static let maximumTextBytes = 65_536
    static let maximumChain = 50
    static let kinds = "self:KEY, opt:NAME, env:NAME, sls:stage, aws:accountId and aws:region"

    private let root: YAMLNode?
    private let file: String
    private let sources: Sources
    private let problems: ProblemCollector
    private var remembered: [String: Resolution] = [:]

    /// - Parameters:
    ///   - root: the document that `self:` looks into.
    ///   - file: its name, for messages.
    init(root: YAMLNode?, file: String, sources: Sources, problems: ProblemCollector) {
        self.root = root
        self.file = file
        self.sources = sources
        self.problems = problems
    }

    /// The node with its variables replaced, at the place of the node; nil when that is impossible, which is then reported.
    func resolve(_ node: YAMLNode, path: String) -> YAMLNode? {
        switch self.resolution(of: node, chain: []) {
        case .found(let resolved): return resolved
        case .failed(let message):
            self.problems.error(at: node.location, key: path, "\(path) \(message).")
        case .absent(let reason):
            let text = Self.text(of: node)
            let example =
                text.hasPrefix("${") && text.hasSuffix("}") ? "\(text.dropLast()), 'text'}" : "${env:NAME, 'text'}"
            self.problems.error(
                at: node.location, key: path, "\(path) is \(text), but \(reason); add a fallback, such as \(example).",
                found: text)
        }
        return nil
    }

    private static func text(of node: YAMLNode) -> String {
        guard case .scalar(let text, _) = node.content else { return "" }
        return text
    }

    private func resolution(of node: YAMLNode, chain: [String]) -> Resolution {
        guard case .scalar(let text, _) = node.content, text.contains("${") else { return .found(node) }
        let parts: [VariableText.Part]
        do {
            parts = try VariableText(text).parts
        } catch {
            return .failed(error.message)
        }
        if parts.count == 1, case .variable(let variable) = parts[0] {
            let resolution = self.resolution(of: variable, chain: chain)
            guard case .found(var found) = resolution else { return resolution }
            found.location = node.location
            found.origin = text
            return .found(found)
        }
        switch self.joined(parts, chain: chain) {
        case .success(let joined):
            let origin = joined == text ? nil : text
            return .found(
                YAMLNode(
                    location: node.location, tag: node.tag, content: .scalar(text: joined, isPlain: false),
                    origin: origin))
        case .failure(let failure): return failure.resolution
        }
    }

    /// Carries a resolution that is no value through `Result`.
    private struct NoValue: Error {
        let resolution: Resolution
    }

    private func joined(_ parts: [VariableText.Part], chain: [String]) -> Result<String, NoValue> {
        var joined = ""
        for part in parts {
            switch part {
            case .literal(let text): joined += text
            case .variable(let variable):
                let resolution = self.resolution(of: variable, chain: chain)
                guard case .found(let node) = resolution else { return .failure(NoValue(resolution: resolution)) }
                guard case .scalar(let text, _) = node.content, node.tag == nil else {
                    let message =
                        "has \(variable.text) inside a text, and that is \(node.found); allowed is a single value"
                    return .failure(NoValue(resolution: .failed(message)))
                }
                joined += text
            }
            guard joined.utf8.count <= Self.maximumTextBytes else {
                let message = "is longer than \(Self.maximumTextBytes) bytes once its variables are replaced"
                return .failure(NoValue(resolution: .failed(message)))
            }
        }
        return .success(joined)
    }

    private func resolution(of variable: VariableText.Variable, chain: [String]) -> Resolution {
        var reasons: [String] = []
        for source in variable.sources {
            let resolution: Resolution
            switch source {
            case .literal(let text, let isPlain):
                let location = SourceLocation(file: self.file, line: 1, column: 1)
                return .found(YAMLNode(location: location, content: .scalar(text: text, isPlain: isPlain)))
            case .variable(let inner):
                resolution = self.resolution(of: inner, chain: chain)
            case .reference(let kind, let parts):
                switch self.joined(parts, chain: chain) {
                case .success(let address): resolution = self.lookUp(kind, address, chain: chain)
                case .failure(let failure): resolution = failure.resolution
                }
            }
            switch resolution {
            case .found, .failed: return resolution
            case .absent(let reason): reasons.append(reason)
            }
        }
        return .absent(reasons.joined(separator: " and "))
    }

    private func lookUp(_ kind: String, _ address: String, chain: [String]) -> Resolution {
        switch kind {
        case "self": return self.lookUpSelf(address, chain: chain)
        case "opt":
            if let value = self.sources.options[address] { return self.outside(value) }
            return .absent("the option \(address) is not given")
        case "env":
            if let value = self.sources.environment[address] { return self.outside(value) }
            return .absent("the environment variable \(address) is not set")
        default:
            if let value = self.sources.fixed["\(kind):\(address)"] { return self.outside(value) }
            let name = kind == "sls" || kind == "aws" ? "\(kind):\(address)" : kind
            return .failed("uses \(name) in a variable, which is not served; allowed are \(Self.kinds)")
        }
    }

    /// A value from outside the file: text, so that an empty variable is not taken for null.
    private func outside(_ text: String) -> Resolution {
        let location = SourceLocation(file: self.file, line: 1, column: 1)
        return .found(YAMLNode(location: location, content: .scalar(text: text, isPlain: false)))
    }

    private func lookUpSelf(_ address: String, chain: [String]) -> Resolution {
        if let known = self.remembered[address] { return known }
        guard !chain.contains(address) else {
            let cycle = (chain.drop { $0 != address } + [address]).joined(separator: " -> ")
            return .failed("goes round in a circle: \(cycle)")
        }
        guard chain.count < Self.maximumChain else {
            return .failed("follows more than \(Self.maximumChain) variables one after the other")
        }
        let resolution = self.follow(address, chain: chain + [address])
        self.remembered[address] = resolution
        return resolution
    }

    private func follow(_ address: String, chain: [String]) -> Resolution {
        guard !address.isEmpty else { return .failed("uses self: without a key; allowed is such as self:custom.name") }
        guard var node = self.root else { return self.missing(address, nearest: nil) }
        for step in address.split(separator: ".", omittingEmptySubsequences: false) {
            let next: YAMLNode?
            switch node.content {
            case .mapping: next = node[String(step)]
            case .sequence(let items): next = Int(step).flatMap { items.indices.contains($0) ? items[$0] : nil }
            case .scalar: next = nil
            }
            guard let next else { return self.missing(address, nearest: Self.nearest(to: String(step), in: node)) }
            let resolution = self.resolution(of: next, chain: chain)
            guard case .found(let found) = resolution else { return resolution }
            node = found
        }
        // Null is no value: the fallback counts.
        return node.isNull ? self.missing(address, nearest: nil) : .found(node)
    }

    private func missing(_ address: String, nearest: String?) -> Resolution {
        if let value = self.sources.selfDefaults[address] { return self.outside(value) }
        let question = nearest.map { " (did you mean \($0)?)" } ?? ""
        return .absent("the file has no value for \(address)\(question)")
    }

    private static func nearest(to name: String, in node: YAMLNode) -> String? {
        guard case .mapping(let entries) = node.content else { return nil }
        return NearestName.find(name, among: entries.map(\.key))
    }
}
