import ArgumentParser
import Foundation

/// Where a host's control port is: `http://HOST:PORT`, perhaps with a path in front of all others.
struct ControlEndpoint: Sendable, Hashable, CustomStringConvertible {
    static let defaultText = "http://127.0.0.1:4566"

    /// Without a slash at its end.
    let description: String

    /// An HTTP address without query and fragment; `HOST:PORT` is one too.
    ///
    /// - Throws: `ValidationError` for anything else.
    init(_ argument: String) throws {
        var text = argument.contains("://") || !Self.endsWithPort(argument) ? argument : "http://\(argument)"
        guard let url = URLComponents(string: text), let scheme = url.scheme?.lowercased(),
            ["http", "https"].contains(scheme), let host = url.host, !host.isEmpty, url.query == nil,
            url.fragment == nil
        else { throw ValidationError("allowed is http://HOST:PORT, such as \(Self.defaultText).") }
        while text.hasSuffix("/") { text.removeLast() }
        self.description = text
    }

    private static func endsWithPort(_ text: String) -> Bool {
        guard let colon = text.lastIndex(of: ":") else { return false }
        return Int(text[text.index(after: colon)...]) != nil
    }

    /// A port of this machine, 1 to 65,535.
    init(port: Int) {
        self.description = "http://127.0.0.1:\(port)"
    }

    /// The address of a path; its parts and the query's values are encoded here.
    ///
    /// - Parameter path: parts without slashes.
    func url(_ path: [String], query: [(name: String, value: String)] = []) -> URL? {
        var text = self.description
        for part in path { text += "/" + Self.encoded(part, keeping: ":$") }
        for (index, item) in query.enumerated() {
            text += (index == 0 ? "?" : "&") + item.name + "=" + Self.encoded(item.value)
        }
        return URL(string: text)
    }

    private static func encoded(_ text: String, keeping kept: String = "") -> String {
        var encoded = ""
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"):
                encoded.unicodeScalars.append(Unicode.Scalar(byte))
            case _ where "-._~".utf8.contains(byte) || kept.utf8.contains(byte):
                encoded.unicodeScalars.append(Unicode.Scalar(byte))
            default:
                let digits = String(byte, radix: 16, uppercase: true)
                encoded += digits.count == 1 ? "%0\(digits)" : "%\(digits)"
            }
        }
        return encoded
    }
}
