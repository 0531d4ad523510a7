import Glibc
import Synchronization

/// Where the host's ports are, once they are open.
final class HostAddresses: Sendable {
    /// What `GET /_brasa/host` says.
    struct Addresses: Encodable, Sendable {
        /// An address that is listened on.
        struct Address: Encodable, Sendable {
            let host: String
            let port: Int
        }

        /// nil while it is not open.
        var gateway: Address?
        var pid: Int32
        var memoryCap: String
        /// When the host began to start, since 1970.
        var startedAtMilliseconds: Int64
    }

    private let addresses: Mutex<Addresses>

    init(memoryCap: String) {
        self.addresses = Mutex(
            Addresses(
                gateway: nil, pid: getpid(), memoryCap: memoryCap, startedAtMilliseconds: WallClock.milliseconds()))
    }

    var current: Addresses { self.addresses.withLock { $0 } }

    func setGateway(host: String, port: Int) {
        self.addresses.withLock { $0.gateway = Addresses.Address(host: host, port: port) }
    }
}
