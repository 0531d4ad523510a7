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
    private let control = Mutex<String?>(nil)

    init(memoryCap: String) {
        self.addresses = Mutex(
            Addresses(
                gateway: nil, pid: getpid(), memoryCap: memoryCap, startedAtMilliseconds: WallClock.milliseconds()))
    }

    var current: Addresses { self.addresses.withLock { $0 } }

    /// The control port's host and port, as processes of this machine reach it; nil while it is not open.
    var controlEndpoint: String? { self.control.withLock { $0 } }

    func setControl(host: String, port: Int) {
        let reachable =
            switch host {
            case "0.0.0.0": "127.0.0.1"
            case "::": "::1"
            default: host
            }
        self.control.withLock { $0 = reachable.contains(":") ? "[\(reachable)]:\(port)" : "\(reachable):\(port)" }
    }

    func setGateway(host: String, port: Int) {
        self.addresses.withLock { $0.gateway = Addresses.Address(host: host, port: port) }
    }
}
