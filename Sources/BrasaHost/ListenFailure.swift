import Glibc
import NIOCore

/// Says why a port could not be opened, and what can be done.
enum ListenFailure {
    /// A full sentence or two.
    ///
    /// - Parameters:
    ///   - key: `gateway` or `control`, as in `host.yml` and in the flags.
    static func message(_ error: any Error, host: String, port: Int, key: String) -> String {
        let place = "Cannot listen on \(host):\(port) (\(key).host, \(key).port)"
        guard let error = error as? IOError else {
            return
                "\(place): \(host) is no address of this machine, and no name of one. Change \(key).host in host.yml."
        }
        let reason = String(cString: strerror(error.errnoCode))
        let advice =
            switch error.errnoCode {
            case EADDRINUSE: "Another process does. Choose another port with --\(key)-port; 0 takes a free one."
            case EACCES: "Ports below 1024 take root or CAP_NET_BIND_SERVICE; --\(key)-port names another one."
            case EADDRNOTAVAIL: "This machine does not have the address. Change \(key).host in host.yml."
            default: "Choose another with --\(key)-port; 0 takes a free one."
            }
        return "\(place): \(reason). \(advice)"
    }
}
