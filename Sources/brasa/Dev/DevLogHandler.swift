import Logging

/// Shows the host's log among everything else.
struct DevLogHandler: LogHandler {
    let output: DevOutput
    var logLevel = Logger.Level.info
    var metadata: Logger.Metadata = [:]

    init(output: DevOutput) {
        self.output = output
    }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { self.metadata[key] }
        set { self.metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        let all = self.metadata.merging(event.metadata ?? [:]) { $1 }
        let values = all.sorted { $0.key < $1.key }.map { " \($0.key)=\($0.value)" }.joined()
        self.output.add(.hostLog(level: event.level.rawValue, message: "\(event.message)\(values)"))
    }
}
