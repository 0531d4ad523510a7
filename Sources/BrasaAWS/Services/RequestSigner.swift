import BrasaModel

/// Who says to have signed a request: what Signature Version 4 writes in the header `Authorization`.
///
/// `AWS4-HMAC-SHA256 Credential=<key>/<date>/<region>/<service>/aws4_request, SignedHeaders=…, Signature=…`
package enum RequestSigner {
    /// The access key, which nobody has checked; nil when the header has none.
    package static func accessKey(_ authorization: String) -> String? {
        // Bytes and no characters, whose bounds cost more than reading the whole request.
        ByteWriter.withUTF8(authorization) { bytes in
            let words = bytes.split { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: ",") }
            guard let word = words.first(where: { $0.starts(with: self.name.utf8) }) else { return nil }
            let key = word.dropFirst(self.name.utf8.count).prefix { $0 != UInt8(ascii: "/") }
            return String(decoding: key, as: UTF8.self)
        }
    }

    private static let name = "Credential="
}
