import Foundation
import Yams

/// Text -> `YAMLNode` with locations; with its extensions the only user of Yams.
///
/// Bounded against files that are huge, deeply nested or that expand aliases without end: 1 MiB of text, 100,000 nodes
/// after expansion, 100 levels. libyaml itself stops at 1,000 levels.
struct YAMLComposer {
    static let maximumBytes = 1 << 20
    static let maximumNodes = 100_000
    static let maximumDepth = 100
    static let maximumAnchors = 200

    let file: String
    let problems: ProblemCollector
    private var nodes = 0
    private var isOverLimit = false
    /// Names of duplicate keys by the character that marks them, see `YAMLComposer+Duplicates.swift`.
    private var duplicates: [Unicode.Scalar: String] = [:]

    private init(file: String, problems: ProblemCollector) {
        self.file = file
        self.problems = problems
    }

    /// The document's root; nil when it is empty, or when it is not YAML, which is then in `problems`.
    static func compose(_ bytes: [UInt8], file: String, problems: ProblemCollector) -> YAMLNode? {
        var composer = YAMLComposer(file: file, problems: problems)
        return composer.compose(bytes)
    }

    private mutating func compose(_ bytes: [UInt8]) -> YAMLNode? {
        guard bytes.count <= Self.maximumBytes else {
            self.problems.error(file: self.file, "The file is larger than 1 MiB; allowed is at most 1 MiB.")
            return nil
        }
        guard var text = String(validating: bytes, as: UTF8.self) else {
            let line = Self.firstInvalidLine(bytes)
            self.problems.error(
                at: self.location(line, 1), "The line is not UTF-8; configuration files are UTF-8 text.")
            return nil
        }
        if text.unicodeScalars.first == "\u{FEFF}" { text.unicodeScalars.removeFirst() }
        guard self.hasBoundedAliases(text) else { return nil }
        guard let root = self.composeMarkingDuplicates(text) else { return nil }
        let node = self.convert(root, depth: 0)
        guard !self.isOverLimit else {
            self.problems.error(
                file: self.file,
                "The file holds more than \(Self.maximumNodes) values or \(Self.maximumDepth) levels once its aliases are"
                    + " expanded; allowed is less.")
            return nil
        }
        return node.isNull ? nil : node
    }

    private static func firstInvalidLine(_ bytes: [UInt8]) -> Int {
        let lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        return (lines.firstIndex { String(validating: $0, as: UTF8.self) == nil } ?? 0) + 1
    }

    func location(_ line: Int, _ column: Int) -> SourceLocation {
        SourceLocation(file: self.file, line: max(line, 1), column: max(column, 1))
    }

    /// Yams hashes mapping keys with their aliases expanded, and frees nested values recursively, so the two shapes that
    /// would make it do that without end are refused beforehand.
    private func hasBoundedAliases(_ text: String) -> Bool {
        guard text.contains("&"), text.contains("*") else { return true }
        let anchors = text.matches(of: #/(?:^|[\s\[{,])&[^\s\[\]{},]+/#.anchorsMatchLineEndings()).count
        guard anchors > 0 else { return true }
        guard anchors <= Self.maximumAnchors else {
            self.problems.error(
                file: self.file,
                "The file has \(anchors) anchors (&name); allowed are at most \(Self.maximumAnchors).")
            return false
        }
        let complexKey = #/(?:^|[\s\[{,])\?\s|\*[^\s\[\]{},]+\s+:\s|[\]}]\s*:\s/#.anchorsMatchLineEndings()
        guard text.firstMatch(of: complexKey) == nil else {
            self.problems.error(
                file: self.file,
                "The file uses an alias, a list or a mapping as a key beside anchors; keys are plain text.")
            return false
        }
        return true
    }

    private mutating func composeMarkingDuplicates(_ original: String) -> Node? {
        var text = original
        while true {
            do {
                return try Yams.compose(yaml: text, .basic, .default, .utf8)
            } catch YamlError.duplicatedKeysInMapping(let names, let context) {
                let marker = Unicode.Scalar(Self.firstMarker + UInt32(self.duplicates.count))
                guard let name = names.first, let marker, self.duplicates.count < Self.maximumDuplicates,
                    let marked = Self.mark(
                        name, with: marker, line: context.mark.line, column: context.mark.column, in: text)
                else {
                    self.problems.error(
                        at: self.location(context.mark.line, context.mark.column),
                        "The key \(names.first ?? "") is given more than once; keys are unique.")
                    return nil
                }
                self.duplicates[marker] = name
                text = marked
            } catch let error as YamlError {
                self.report(error, in: text)
                return nil
            } catch {
                self.problems.error(file: self.file, "The file could not be read as YAML: \(error).")
                return nil
            }
        }
    }

    private mutating func convert(_ node: Node, depth: Int) -> YAMLNode {
        self.nodes += 1
        let location = self.location(node.mark?.line ?? 1, node.mark?.column ?? 1)
        guard self.nodes <= Self.maximumNodes, depth < Self.maximumDepth, !self.isOverLimit else {
            self.isOverLimit = true
            return YAMLNode(location: location, content: .scalar(text: "", isPlain: true))
        }
        switch node {
        case .scalar(let scalar):
            let tag = Self.localTag(scalar.tag)
            let isText = scalar.style != .plain || scalar.tag.description.hasSuffix(":str")
            return YAMLNode(location: location, tag: tag, content: .scalar(text: scalar.string, isPlain: !isText))
        case .sequence(let sequence):
            let items = sequence.map { self.convert($0, depth: depth + 1) }
            return YAMLNode(location: location, tag: Self.localTag(sequence.tag), content: .sequence(items))
        case .mapping(let mapping):
            let entries = self.entries(of: mapping, depth: depth)
            return YAMLNode(location: location, tag: Self.localTag(mapping.tag), content: .mapping(entries))
        case .alias:
            // The parser puts what an alias stands for in its place; this case exists for emitting only.
            return YAMLNode(location: location, content: .scalar(text: "", isPlain: true))
        }
    }

    private mutating func entries(of mapping: Node.Mapping, depth: Int) -> [YAMLNode.Entry] {
        var entries: [YAMLNode.Entry] = []
        var merged: [YAMLNode.Entry] = []
        var keys: [String: SourceLocation] = [:]
        for (keyNode, valueNode) in mapping {
            let location = self.location(keyNode.mark?.line ?? 1, keyNode.mark?.column ?? 1)
            guard case .scalar(let keyScalar) = keyNode else {
                self.problems.error(at: location, "A key is a list or a mapping; keys are plain text.")
                continue
            }
            let value = self.convert(valueNode, depth: depth + 1)
            if keyScalar.string == "<<", keyScalar.style == .plain {
                merged += self.mergedEntries(value)
                continue
            }
            let key = self.unmarked(keyScalar.string)
            if let first = keys[key] {
                self.problems.error(
                    at: location,
                    "The key \(key) is given more than once, first on line \(first.line); keys are unique.")
                continue
            }
            keys[key] = location
            entries.append(YAMLNode.Entry(key: key, keyLocation: location, value: value))
        }
        for entry in merged where keys[entry.key] == nil {
            keys[entry.key] = entry.keyLocation
            entries.append(entry)
        }
        return entries
    }

    private func mergedEntries(_ value: YAMLNode) -> [YAMLNode.Entry] {
        switch value.content {
        case .mapping(let entries): return entries
        case .sequence(let items): return items.flatMap { self.mergedEntries($0) }
        case .scalar:
            self.problems.error(
                at: value.location, "The merge key << has \(value.found); allowed is a mapping or a list of mappings.")
            return []
        }
    }

    private func unmarked(_ key: String) -> String {
        guard let first = key.unicodeScalars.first, let name = self.duplicates[first] else { return key }
        return name
    }

    private static func localTag(_ tag: Tag) -> String? {
        let name = tag.description
        return name.hasPrefix("!") && name.count > 1 ? name : nil
    }
}
