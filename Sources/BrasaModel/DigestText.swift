import FoundationEssentials

/// The two ways digests are printed.
package enum DigestText {
    /// Hexadecimal digits as base64, the way AWS prints them; empty when `text` is not hexadecimal.
    package static func base64(hexadecimal text: String) -> String {
        let digits = Array(text.utf8)
        guard digits.count.isMultiple(of: 2) else { return "" }
        var bytes = Data()
        for index in stride(from: 0, to: digits.count, by: 2) {
            guard let byte = UInt8(String(decoding: digits[index...index + 1], as: UTF8.self), radix: 16) else {
                return ""
            }
            bytes.append(byte)
        }
        return bytes.base64EncodedString()
    }
}
