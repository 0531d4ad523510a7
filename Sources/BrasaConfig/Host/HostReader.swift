/// `host.yml` -> `HostSettings`.
struct HostReader {
    let problems: ProblemCollector

    /// What the file says; what it does not say validly has its default.
    func settings(_ section: Section) -> HostSettings {
        var settings = HostSettings()
        self.read(section.section("gateway"), into: &settings.gateway)
        self.read(section.section("control"), into: &settings.control)
        settings.functionsFolder = section.text("functions") ?? settings.functionsFolder
        settings.stateFolder = section.text("state") ?? settings.stateFolder
        settings.region = section.text("region") ?? settings.region
        settings.account = section.text("account") ?? settings.account
        settings.logLevel = section.section("log").choice("level") ?? settings.logLevel

        let defaults = section.section("defaults")
        defaults.assign("memorySize", to: &settings.defaults.memoryMegabytes)
        defaults.assign("timeout", to: &settings.defaults.timeoutMilliseconds)
        defaults.assign("initTimeout", to: &settings.defaults.initTimeoutMilliseconds)

        self.read(section.section("limits"), into: &settings.limits)
        self.check(section, settings)
        return settings
    }

    private func read(_ section: Section, into listener: inout HostSettings.Listener) {
        listener.host = section.text("host") ?? listener.host
        section.assign("port", to: &listener.port)
    }

    private func read(_ section: Section, into limits: inout HostLimits) {
        limits.profile = section.choice("profile") ?? limits.profile
        limits.memoryBackend = section.choice("memoryBackend") ?? limits.memoryBackend
        section.assign("accountConcurrency", to: &limits.accountConcurrency)
        section.assign("unreservedFloor", to: &limits.unreservedFloor)
        section.assign("payloadSize", to: &limits.payloadBytes)
        section.assign("asyncPayloadSize", to: &limits.asyncPayloadBytes)
        section.assign("replySize", to: &limits.replyBytes)
        section.assign("headerSize", to: &limits.headerBytes)
        section.assign("headerCount", to: &limits.headerCount)
        section.assign("requestHeadTimeout", to: &limits.requestHeadTimeoutMilliseconds)
        section.assign("requestBodyTimeout", to: &limits.requestBodyTimeoutMilliseconds)
        section.assign("idleTimeout", to: &limits.idleTimeoutMilliseconds)
        section.assign("maxConnections", to: &limits.maximumConnections)
        section.assign("concurrencyWait", to: &limits.concurrencyWaitMilliseconds)
        section.assign("drainTimeout", to: &limits.drainTimeoutMilliseconds)
        section.assign("removalDelay", to: &limits.removalDelayMilliseconds)
        section.section("queue").assign("depth", to: &limits.queue.depth)
        section.section("queue").assign("wait", to: &limits.queue.waitMilliseconds)
    }

    private func check(_ section: Section, _ settings: HostSettings) {
        let control = section.section("control")
        if let setting = control["host"] ?? control["port"], settings.control.port != 0,
            settings.gateway == settings.control
        {
            self.problems.error(
                at: setting.location, key: "control.port",
                "control.port is \(settings.control.port), which is also the gateway's on \(settings.gateway.host);"
                    + " allowed is another port, or 0 for a free one.")
        }
        if let setting = control["host"], !settings.control.isLoopback {
            self.problems.warning(
                at: setting.location, key: "control.host",
                "control.host is \(settings.control.host): whoever reaches it can run code here, because the AWS APIs are"
                    + " served without authentication; 127.0.0.1 keeps them to this machine.")
        }
        let limits = section.section("limits")
        if let setting = limits["unreservedFloor"], settings.limits.unreservedFloor > settings.limits.accountConcurrency
        {
            self.problems.error(
                at: setting.location, key: setting.path,
                "limits.unreservedFloor is \(settings.limits.unreservedFloor); allowed is at most"
                    + " limits.accountConcurrency, which is \(settings.limits.accountConcurrency).")
        }
        if settings.limits.profile == .aws { AWSProfile(problems: self.problems).check(host: section) }
    }
}

extension Section {
    /// Takes over a number that was given.
    func assign(_ name: String, to target: inout Int) {
        if let number = self.integer(name) { target = number }
    }

    /// A choice as the enumeration whose raw values its rule lists.
    func choice<Choice: RawRepresentable>(_ name: String) -> Choice? where Choice.RawValue == String {
        self.text(name).flatMap { Choice(rawValue: $0) }
    }
}
