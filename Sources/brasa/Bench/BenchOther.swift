import Foundation

/// What a function is compared with: another library, or an earlier measurement.
enum BenchOther: Sendable {
    case library(name: String, Data)
    case measurement(BenchSide)

    /// Reads it; the content tells which of the two it is.
    ///
    /// - Throws: `CommandFailure` when it cannot be read, or is neither.
    static func read(_ path: String) throws(CommandFailure) -> BenchOther {
        let bytes: Data
        do {
            bytes = try Data(contentsOf: URL(fileURLWithPath: path))
        } catch {
            throw CommandFailure(.failed, "\(path) cannot be read: \(FileErrorText.reason(error)).", cause: error)
        }
        let name = path.split(separator: "/").last.map(String.init) ?? path
        if bytes.starts(with: [0x7f, UInt8(ascii: "E"), UInt8(ascii: "L"), UInt8(ascii: "F")]) {
            return .library(name: name, bytes)
        }
        return .measurement(try BenchSide(name: name, json: bytes))
    }
}
