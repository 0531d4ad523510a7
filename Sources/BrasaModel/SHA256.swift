import CBrasaCrypto

/// SHA-256 (FIPS 180-4), computed by OpenSSL.
package enum SHA256 {
    /// The digest as 64 lower-case hexadecimal digits.
    package static func hexadecimal(_ bytes: some Sequence<UInt8>) -> String {
        let digits = Array("0123456789abcdef".utf8)
        let digest = self.digest(Array(bytes))
        return String(
            decoding: digest.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
    }

    /// The 32 bytes of the digest.
    private static func digest(_ bytes: [UInt8]) -> [UInt8] {
        var digest = [UInt8](repeating: 0, count: 32)
        var size: UInt32 = 0
        let status = bytes.withUnsafeBytes { EVP_Digest($0.baseAddress, $0.count, &digest, &size, EVP_sha256(), nil) }
        // Fails only for want of memory: going on with a wrong digest would mix functions up.
        precondition(status == 1 && size == 32, "SHA-256 is not available")
        return digest
    }
}
