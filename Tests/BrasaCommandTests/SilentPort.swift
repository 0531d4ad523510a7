import Foundation
import Glibc

/// A port of the loopback that refuses every connection, and that nobody else gets meanwhile.
///
/// Bound and never listened on: a port that was merely free a moment ago may be another test's now. A `FakeHost` that is given
/// the number may listen on it, and when it stops the port is still kept.
final class SilentPort {
    let number: Int
    private let descriptor: Int32

    init() throws {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        guard descriptor >= 0 else { throw POSIXError(.init(rawValue: errno) ?? .EMFILE) }
        self.descriptor = descriptor
        // As servers do: of those who agree to it, one may listen.
        var one: Int32 = 1
        setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &one, socklen_t(MemoryLayout<Int32>.size))
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = INADDR_LOOPBACK.bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let status = withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, length) == 0 ? getsockname(descriptor, $0, &length) : -1
            }
        }
        guard status == 0 else {
            let code = errno
            close(descriptor)
            throw POSIXError(.init(rawValue: code) ?? .EADDRINUSE)
        }
        self.number = Int(UInt16(bigEndian: address.sin_port))
    }

    deinit { close(self.descriptor) }
}
