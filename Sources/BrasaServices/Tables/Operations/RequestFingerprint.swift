import BrasaModel
import Foundation

/// What tells whether two transactions with one token ask for the same.
enum RequestFingerprint {
    /// Members that may differ.
    private static let ignored = ["ClientRequestToken", "ReturnConsumedCapacity", "ReturnItemCollectionMetrics"]

    /// The digest of a request's body, however its members are ordered and spaced; empty for a request without a token.
    static func make(_ body: UnsafeRawBufferPointer) throws -> [UInt8] {
        let data = Data(body)
        // What cannot be read here was refused by the request's own reader, or is compared byte by byte.
        guard var members = try? JSONSerialization.jsonObject(with: data) as? [String: Any] else {
            return Array(SHA256.hexadecimal(data).utf8)
        }
        guard members["ClientRequestToken"] != nil else { return [] }
        for name in Self.ignored { members[name] = nil }
        let canonical = try JSONSerialization.data(withJSONObject: members, options: .sortedKeys)
        return Array(SHA256.hexadecimal(canonical).utf8)
    }
}
