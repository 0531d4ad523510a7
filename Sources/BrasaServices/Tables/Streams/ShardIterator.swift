import BrasaModel
import BrasaTables
import Foundation

/// A place in a stream as clients carry it from one request to the next: all of it is in the text, nothing in the host.
///
/// The text says who may read as little as the name of the stream that it begins with. A checksum tells texts of others, and
/// of a later table of the same name; it keeps nobody from making one, which would give a place in that stream, as
/// GetShardIterator does.
struct ShardIterator: Sendable, Hashable {
    /// How long it can be used: 15 minutes.
    static let lifeMilliseconds: Int64 = 900_000
    private static let separator = "|1|"

    let position: StreamPosition
    let issuedAtMilliseconds: Int64

    init(_ position: StreamPosition, issuedAtMilliseconds: Int64) {
        self.position = position
        self.issuedAtMilliseconds = issuedAtMilliseconds
    }

    /// What a client is given.
    func text(for stream: TableStream) -> String {
        let place =
            switch self.position {
            case .oldest: "oldest"
            case .after(let sequence): String(sequence)
            }
        let content = "\(place) \(self.issuedAtMilliseconds)"
        let signed = "\(content) \(Self.checksum(content, stream))"
        return stream.arn + Self.separator + Data(signed.utf8).base64EncodedString()
    }

    /// The stream that a client's text names; nil: it is not one of these.
    static func streamARN(_ text: String) -> String? {
        text.range(of: self.separator).map { String(text[..<$0.lowerBound]) }
    }

    /// Reads what a client was given.
    ///
    /// - Throws: `validation` when it was not given for this stream, or `expiredIterator`.
    init(_ text: String, for stream: TableStream, nowMilliseconds: Int64) throws(TableError) {
        guard let range = text.range(of: Self.separator), text[..<range.lowerBound] == stream.arn,
            let data = Data(base64Encoded: String(text[range.upperBound...])),
            // Its last letter has bits that say nothing: only the text that was given is one of ours.
            data.base64EncodedString() == text[range.upperBound...]
        else { throw Self.invalid }
        let words = String(decoding: data, as: UTF8.self).split(separator: " ", omittingEmptySubsequences: false)
        guard words.count == 3, let issued = Int64(words[1]), issued >= 0,
            words[2] == Self.checksum("\(words[0]) \(words[1])", stream)
        else { throw Self.invalid }
        if words[0] == "oldest" {
            self.position = .oldest
        } else if let sequence = Int64(words[0]), (0..<Int64.max).contains(sequence) {
            self.position = .after(sequence)
        } else {
            throw Self.invalid
        }
        guard nowMilliseconds - issued < Self.lifeMilliseconds else {
            throw TableError(.expiredIterator, "Shard iterator has expired")
        }
        self.issuedAtMilliseconds = issued
    }

    static var invalid: TableError { .validation("Invalid ShardIterator") }

    private static func checksum(_ content: String, _ stream: TableStream) -> String {
        String(SHA256.hexadecimal("\(stream.tableID) \(stream.arn) \(content)".utf8).prefix(16))
    }
}
