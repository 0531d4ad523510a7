/// What `host.yml` says; the value that `init()` makes is what holds without the file.
package struct HostSettings: Sendable, Hashable, Codable {
    /// Where a server listens.
    package struct Listener: Sendable, Hashable, Codable {
        /// An IP address or a host name.
        package var host: String
        /// 0 to 65,535; 0 takes a free one.
        package var port: Int

        package init(host: String = "127.0.0.1", port: Int) {
            self.host = host
            self.port = port
        }

        /// Whether only this machine reaches it.
        package var isLoopback: Bool {
            self.host == "localhost" || self.host == "::1" || self.host.hasPrefix("127.")
        }
    }

    /// What a function has that does not say otherwise.
    package struct FunctionDefaults: Sendable, Hashable, Codable {
        /// MiB, 16 to 10,240.
        package var memoryMegabytes = 128
        /// 1 to 900,000.
        package var timeoutMilliseconds = 3_000
        /// 1 to 900,000.
        package var initTimeoutMilliseconds = 10_000

        package init() {}
    }

    /// How much the host writes about itself; the names are those of swift-log.
    package enum LogLevel: String, Sendable, Hashable, Codable, CaseIterable {
        case trace, debug, info, notice, warning, error, critical
    }

    /// Where clients call functions.
    package var gateway = Listener(port: 8080)
    /// Where the AWS APIs, the metrics and the health check are.
    package var control = Listener(port: 4566)
    /// Folder with the functions' libraries, relative to the working directory or absolute.
    package var functionsFolder = "functions"
    /// Folder the host keeps its state in, relative to the working directory or absolute.
    package var stateFolder = ".brasa"
    package var region = "us-east-1"
    /// 12 digits.
    package var account = "000000000000"
    package var limits = HostLimits()
    package var defaults = FunctionDefaults()
    package var logLevel = LogLevel.info

    package init() {}
}
