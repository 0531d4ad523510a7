import Foundation

/// Where an event comes from.
enum EventSource: Sendable, Hashable {
    case text(String)
    case file(String)
    /// Standard input, to its end.
    case input

    /// The event's bytes; nothing but blanks counts as `{}`.
    ///
    /// - Throws: `CommandFailure` when it cannot be read.
    func read(_ console: Console) throws(CommandFailure) -> Data {
        let bytes: Data
        do {
            switch self {
            case .text(let text): bytes = Data(text.utf8)
            case .file(let path): bytes = try Data(contentsOf: URL(fileURLWithPath: path))
            case .input: bytes = try console.input.readAll { console.note($0) }
            }
        } catch {
            let place = if case .file(let path) = self { path } else { "standard input" }
            throw CommandFailure(
                .failed, "The event cannot be read from \(place): \(FileErrorText.reason(error)).", cause: error)
        }
        return bytes.allSatisfy { [9, 10, 13, 32].contains($0) } ? Data("{}".utf8) : bytes
    }
}
