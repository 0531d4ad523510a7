import FoundationEssentials

/// Base64 (RFC 4648, section 4).
enum Base64 {
    /// The text for `bytes`, padded.
    static func encode(_ bytes: [UInt8]) -> String {
        Data(bytes).base64EncodedString()
    }
}
