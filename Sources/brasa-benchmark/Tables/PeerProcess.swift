import BrasaTesting
import Foundation
import Glibc

/// A server of somebody else, run beside Brasa for comparison; it ends with the last reference.
final class PeerProcess: Sendable {
    let port: Int
    private let pid: pid_t

    /// Starts it on a free port of loopback and waits until it takes connections; nil when it does not, or is not there.
    ///
    /// - Parameter arguments: made from the port and an empty folder of its own.
    init?(_ program: String, _ arguments: (_ port: Int, _ folder: String) -> [String]) throws {
        guard access(program, X_OK) == 0, let port = Self.freePort() else { return nil }
        let folder = try FixtureLibrary.makeFolder()
        let process = Process()
        process.executableURL = URL(fileURLWithPath: program)
        process.arguments = arguments(port, folder)
        process.currentDirectoryURL = URL(fileURLWithPath: folder)
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
        self.port = port
        self.pid = process.processIdentifier
        let deadline = monotonicNanoseconds() + 20_000_000_000
        while !Self.answers(port) {
            guard process.isRunning, monotonicNanoseconds() < deadline else { return nil }
            usleep(20_000)
        }
    }

    deinit {
        kill(self.pid, SIGKILL)
    }

    private static func freePort() -> Int? {
        self.withSocket { socket in
            guard self.call(bind, socket, port: 0) else { return nil }
            var address = sockaddr_in()
            var size = socklen_t(MemoryLayout<sockaddr_in>.size)
            let status = withUnsafeMutablePointer(to: &address) {
                $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(socket, $0, &size) }
            }
            return status == 0 ? Int(UInt16(bigEndian: address.sin_port)) : nil
        }
    }

    private static func answers(_ port: Int) -> Bool {
        self.withSocket { self.call(connect, $0, port: port) }
    }

    private static func withSocket<T>(_ body: (Int32) -> T) -> T {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(descriptor) }
        return body(descriptor)
    }

    private static func call(
        _ body: (Int32, UnsafePointer<sockaddr>, socklen_t) -> Int32, _ socket: Int32, port: Int
    ) -> Bool {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = UInt16(port).bigEndian
        address.sin_addr.s_addr = UInt32(INADDR_LOOPBACK).bigEndian
        return withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                body(socket, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
            }
        }
    }
}
