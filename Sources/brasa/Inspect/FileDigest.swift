import CBrasaCrypto
import Foundation

/// SHA-256 of files, computed by OpenSSL.
enum FileDigest {
    /// The digest as 64 lower-case hexadecimal digits; nil when the file is no regular one or cannot be read.
    ///
    /// Reads in pieces, so that a file of any size takes little memory. Never opens pipes or devices.
    static func sha256(path: String) -> String? {
        var about = stat()
        guard stat(path, &about) == 0, about.st_mode & S_IFMT == S_IFREG,
            let file = FileHandle(forReadingAtPath: path), let context = EVP_MD_CTX_new()
        else { return nil }
        defer {
            try? file.close()
            EVP_MD_CTX_free(context)
        }
        guard EVP_DigestInit_ex(context, EVP_sha256(), nil) == 1 else { return nil }
        while true {
            guard let piece = try? file.read(upToCount: 1 << 20) else { break }
            if piece.isEmpty { break }
            let status = piece.withUnsafeBytes { EVP_DigestUpdate(context, $0.baseAddress, $0.count) }
            guard status == 1 else { return nil }
        }
        var digest = [UInt8](repeating: 0, count: 32)
        var size: UInt32 = 0
        guard EVP_DigestFinal_ex(context, &digest, &size) == 1, size == 32 else { return nil }
        return digest.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }
}
