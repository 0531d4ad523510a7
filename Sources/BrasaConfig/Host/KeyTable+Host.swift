/// What `host.yml` may say.
extension KeyTable {
    static let host: KeyTable = {
        let settings = HostSettings()
        return KeyTable([
            KnownKey(
                "gateway", .section(.listener(settings.gateway)),
                "Where clients call functions: ANY /<name> and /<name>/…"),
            KnownKey(
                "control", .section(.listener(settings.control)),
                "Where the AWS APIs, metrics and health are. Without authentication: keep it on the loopback."),
            KnownKey(
                "functions", .text(.path), default: settings.functionsFolder,
                "Folder with the functions' libraries, relative to the working directory or absolute."),
            KnownKey(
                "state", .text(.path), default: settings.stateFolder,
                "Folder for all that has to survive a restart, relative to the working directory or absolute."),
            KnownKey(
                "region", .text(.region), default: settings.region,
                "Region in ARNs and in AWS_REGION. provider.region of serverless.yml counts when this is absent."),
            KnownKey("account", .text(.account), default: settings.account, "Account number in ARNs."),
            KnownKey("limits", .section(.limits), "What protects the host."),
            KnownKey("defaults", .section(.defaults), "What a function has that does not say otherwise."),
            KnownKey("log", .section(.log), "What the host writes about itself."),
        ])
    }()

    private static func listener(_ listener: HostSettings.Listener) -> KeyTable {
        KeyTable([
            KnownKey(
                "host", .text(.host), default: listener.host, "Address to listen on; 0.0.0.0 is every IPv4 address."),
            KnownKey(
                "port", .integer(0...65_535), default: "\(listener.port)", "Port to listen on; 0 takes a free one."),
        ])
    }

    private static let log = KeyTable([
        KnownKey(
            "level", .choice(HostSettings.LogLevel.allCases.map(\.rawValue)),
            default: HostSettings().logLevel.rawValue, "The least important lines that are written.")
    ])

    private static let defaults: KeyTable = {
        let defaults = HostSettings().defaults
        return KeyTable([
            KnownKey(
                "memorySize", .memory, default: "\(defaults.memoryMegabytes)", "Memory cap of an instance in MiB."),
            KnownKey(
                "timeout", .timeout, default: .duration(defaults.timeoutMilliseconds), "Time one invocation may take."),
            KnownKey(
                "initTimeout", .timeout, default: .duration(defaults.initTimeoutMilliseconds),
                "Time init may take before it is cut off and tried again inside the first invocation."),
        ])
    }()

    private static let limits: KeyTable = {
        let limits = HostLimits()
        // What the memory shared with an instance has room for.
        let sizes = ValueRule.size(1_024...6_291_456)
        let clientTimes = ValueRule.duration(100...3_600_000)
        return KeyTable([
            KnownKey(
                "profile", .choice(HostLimits.Profile.allCases.map(\.rawValue)), default: limits.profile.rawValue,
                "brasa: limits that protect. aws: also the quotas and ranges of the service, to test against them."),
            KnownKey(
                "accountConcurrency", .integer(1...1_000_000), default: "\(limits.accountConcurrency)",
                "Instances of all functions that may run at once."),
            KnownKey(
                "unreservedFloor", .integer(0...1_000_000), default: "\(limits.unreservedFloor)",
                "Instances that reservations have to leave for functions without one."),
            KnownKey("payloadSize", sizes, default: .size(limits.payloadBytes), "Body of a synchronous request."),
            KnownKey("asyncPayloadSize", sizes, default: .size(limits.asyncPayloadBytes), "An asynchronous event."),
            KnownKey(
                "replySize", .size(1_024...6_291_556), default: .size(limits.replyBytes),
                "A buffered reply; streamed ones have no limit."),
            KnownKey(
                "headerSize", .size(1_024...(1 << 20)), default: .size(limits.headerBytes),
                "A request's line and headers together."),
            KnownKey("headerCount", .integer(1...10_000), default: "\(limits.headerCount)", "Headers in a request."),
            KnownKey(
                "requestHeadTimeout", clientTimes, default: .duration(limits.requestHeadTimeoutMilliseconds),
                "Time a client may take from its first byte to the end of its headers."),
            KnownKey(
                "requestBodyTimeout", clientTimes, default: .duration(limits.requestBodyTimeoutMilliseconds),
                "Time a client may take for the body."),
            KnownKey(
                "idleTimeout", clientTimes, default: .duration(limits.idleTimeoutMilliseconds),
                "Time a connection may stay open between requests."),
            KnownKey(
                "maxConnections", .integer(1...1_000_000), default: "\(limits.maximumConnections)",
                "Connections open at once on each port; more are closed at once."),
            KnownKey("queue", .section(.queue), "Calls that wait for an instance that is being prepared."),
            KnownKey(
                "concurrencyWait", .duration(0...900_000), default: .duration(limits.concurrencyWaitMilliseconds),
                "Time a call waits at the concurrency limit before it is answered 429."),
            KnownKey(
                "drainTimeout", .duration(0...900_000), default: .duration(limits.drainTimeoutMilliseconds),
                "Time running invocations have to end when the host stops or a version is replaced."),
            KnownKey(
                "removalDelay", .duration(0...3_600_000), default: .duration(limits.removalDelayMilliseconds),
                "Time a function goes on answering after its library was removed from the folder."),
            KnownKey(
                "memoryBackend", .choice(HostLimits.MemoryBackend.allCases.map(\.rawValue)),
                default: limits.memoryBackend.rawValue,
                "What holds functions to their memory cap; auto takes the first that works here."),
        ])
    }()

    private static let queue: KeyTable = {
        let queue = HostLimits.Queue()
        return KeyTable([
            KnownKey(
                "depth", .integer(0...1_000_000), default: "\(queue.depth)", "Calls that may wait for one function."),
            KnownKey(
                "wait", .duration(0...900_000), default: .duration(queue.waitMilliseconds),
                "Time after which a waiting call is answered 429."),
        ])
    }()
}

extension ValueRule {
    /// Memory of an instance in MiB; AWS's range starts at 128.
    static let memory = ValueRule.integer(16...10_240)
    /// Time of an invocation; AWS's range starts at one second.
    static let timeout = ValueRule.duration(1...900_000)
}

extension String {
    /// How a time is written in a file.
    static func duration(_ milliseconds: Int) -> String { DurationText.format(milliseconds) }

    /// How a size is written in a file.
    static func size(_ bytes: Int) -> String {
        SizeText.format(bytes).replacing(" bytes", with: "")
    }
}
