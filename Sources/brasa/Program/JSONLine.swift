import Foundation

/// JSON the way all commands print it: on one line, keys in snake_case and in order, absent values left out.
enum JSONLine {
    /// - Throws: `CommandFailure` for what JSON cannot say, such as an infinite number.
    static func text(_ value: some Encodable) throws(CommandFailure) -> String {
        let encoder = JSONEncoder()
        encoder.keyEncodingStrategy = .convertToSnakeCase
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        do {
            return String(decoding: try encoder.encode(value), as: UTF8.self)
        } catch {
            throw CommandFailure(.internalError, "The output cannot be written as JSON: \(error).", cause: error)
        }
    }
}
