import BrasaBench
import BrasaModel
import Foundation

/// One place in which two answers differ.
struct ReplyDifference: Sendable, Hashable, Encodable {
    /// Where: `$` and on for JSON, `status`, `header NAME`, `error`, or `body` for what is no JSON.
    let path: String
    /// As people read it; nil: it is not there.
    let before: String?
    let after: String?

    /// Whether it lies at one of some paths, or below.
    func isWithin(_ paths: some Sequence<String>) -> Bool {
        paths.contains { path in
            guard self.path.hasPrefix(path) else { return false }
            let next = self.path.dropFirst(path.count).first
            return next == nil || next == "." || next == "["
        }
    }

    /// Such as `$.total: 10 -> 12`.
    var text: String {
        switch (self.before, self.after) {
        case (let before?, let after?): "\(self.path): \(before) -> \(after)"
        case (let before?, nil): "\(self.path): \(before) -> (gone)"
        case (nil, let after?): "\(self.path): (new) -> \(after)"
        case (nil, nil): self.path
        }
    }

    // MARK: - Comparing

    /// All places in which two answers differ; what they cost is no part of it.
    static func between(_ before: RecordedOutcome, _ after: RecordedOutcome) -> [ReplyDifference] {
        if before.error != nil || after.error != nil {
            let (first, second) = (Self.text(before), Self.text(after))
            return first == second ? [] : [ReplyDifference(path: "error", before: first, after: second)]
        }
        var differences: [ReplyDifference] = []
        let (first, second) = (Self.headers(before), Self.headers(after))
        for name in Set(first.keys).union(second.keys).sorted() where first[name] != second[name] {
            differences.append(
                ReplyDifference(
                    path: name == "status" ? name : "header \(name)", before: first[name].map { JSONTree.cut($0) },
                    after: second[name].map { JSONTree.cut($0) }))
        }
        guard before.body != after.body else { return differences }
        if let first = JSONTree(before.body), let second = JSONTree(after.body) {
            Self.compare(first, second, "$", &differences)
        } else {
            differences.append(
                ReplyDifference(path: "body", before: Self.text(before.body), after: Self.text(after.body)))
        }
        return differences
    }

    private static func headers(_ outcome: RecordedOutcome) -> [String: String] {
        Dictionary(outcome.metadata.map { ($0.name, $0.value) }) { $0 + ", " + $1 }
    }

    private static func text(_ outcome: RecordedOutcome) -> String {
        outcome.error.map { JSONTree.cut("\($0.type): \($0.message)", to: 300) } ?? "a reply"
    }

    private static func text(_ body: Data) -> String {
        String(data: body, encoding: .utf8).map { JSONTree.cut("\"\($0)\"") } ?? "\(body.count) bytes"
    }

    private static func compare(
        _ before: JSONTree, _ after: JSONTree, _ path: String, _ differences: inout [ReplyDifference]
    ) {
        guard before != after else { return }
        switch (before, after) {
        case (.object(let first), .object(let second)):
            for key in Set(first.keys).union(second.keys).sorted() {
                Self.compare(first[key], second[key], Self.path(path, key), &differences)
            }
        case (.array(let first), .array(let second)):
            for index in 0..<max(first.count, second.count) {
                Self.compare(
                    first.indices.contains(index) ? first[index] : nil,
                    second.indices.contains(index) ? second[index] : nil, "\(path)[\(index)]", &differences)
            }
        case (.string(let first), .string(let second)):
            // The body of an HTTP reply is JSON inside JSON.
            if let inner = Self.structure(first), let other = Self.structure(second), inner != other {
                Self.compare(inner, other, path, &differences)
            } else {
                fallthrough
            }
        default: differences.append(ReplyDifference(path: path, before: before.text, after: after.text))
        }
    }

    private static func compare(
        _ before: JSONTree?, _ after: JSONTree?, _ path: String, _ differences: inout [ReplyDifference]
    ) {
        if let before, let after {
            Self.compare(before, after, path, &differences)
        } else if before != nil || after != nil {
            differences.append(ReplyDifference(path: path, before: before?.text, after: after?.text))
        }
    }

    private static func structure(_ text: String) -> JSONTree? {
        guard let start = text.utf8.first, start == UInt8(ascii: "{") || start == UInt8(ascii: "[") else { return nil }
        return JSONTree(Data(text.utf8))
    }

    private static func path(_ path: String, _ key: String) -> String {
        let isPlain =
            !key.isEmpty
            && key.utf8.allSatisfy {
                $0 == UInt8(ascii: "_") || $0 == UInt8(ascii: "-")
                    || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0)
                    || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0)
                    || (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains($0)
            }
        return isPlain ? "\(path).\(key)" : "\(path)[\"\(key)\"]"
    }
}
