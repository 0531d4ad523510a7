package import BrasaModel

/// The functions of `serverless.yml` -> `ConfiguredFunction`s.
struct FunctionReader {
    let host: HostSettings
    let libraries: LibraryFolder
    let problems: ProblemCollector
    /// Whether a library that has a build may be missing, because it is about to be built.
    var awaitsBuilds = false

    /// A function together with the settings that later checks point at.
    struct Draft {
        var function: ConfiguredFunction
        let section: Section
    }

    /// The functions in the order of the file; one without a valid handler is left out, and reported.
    func functions(_ file: Section) -> [ConfiguredFunction] {
        let provider = file.section("provider")
        if self.host.limits.profile == .aws { AWSProfile(problems: self.problems).check(memoryAndTime: provider) }
        let drafts = file.map("functions").compactMap { self.draft($0, provider: provider) }
        self.checkNames(drafts)
        self.checkLibraries(drafts)
        BuildReader(problems: self.problems).checkShared(drafts)
        ConcurrencyRules(limits: self.host.limits, problems: self.problems).check(drafts)
        return drafts.map(\.function)
    }

    private func draft(_ entry: Setting.Named, provider: Section) -> Draft? {
        guard case .section(let section) = entry.setting.value else { return nil }
        if self.host.limits.profile == .aws { AWSProfile(problems: self.problems).check(memoryAndTime: section) }
        let settings = self.settings(section, provider: provider)
        guard let handler = section["handler"], let text = section.text("handler") else { return nil }
        let parts = text.split(separator: "#", maxSplits: 1).map(String.init)
        let name = parts.count > 1 ? parts[1] : nil
        let brasa = section.section("brasa")
        let hasSignature =
            brasa["signature"] != nil || self.problems.hasError(key: "\(brasa.path).signature")
        let symbol = SymbolReader(problems: self.problems).settings(section, library: parts[0], name: name)
        if !hasSignature {
            guard TextRule.handler.accepts(text) else {
                self.problems.error(
                    at: handler.location, key: handler.path,
                    "\(handler.path) is '\(text)'; allowed is \(TextRule.handler.allowed).", found: text,
                    allowed: TextRule.handler.allowed)
                return nil
            }
        }
        var function = ConfiguredFunction(
            name: section.text("name") ?? entry.name, libraryFile: parts[0], settings: settings,
            location: entry.nameLocation)
        function.settings.entry = name
        function.settings.symbol = symbol
        function.build = BuildReader(problems: self.problems).build(brasa, library: parts[0])
        return Draft(function: function, section: section)
    }

    /// Reports libraries that are not there; those of plain C functions may be the system's.
    private func checkLibraries(_ drafts: [Draft]) {
        let built = Set(drafts.filter { $0.function.build != nil }.map(\.function.libraryFile))
        for draft in drafts {
            let brasa = draft.section.section("brasa")
            guard let handler = draft.section["handler"], brasa["signature"] == nil,
                !self.problems.hasError(key: "\(brasa.path).signature")
            else { continue }
            let isBuilt = built.contains(draft.function.libraryFile)
            if isBuilt, self.awaitsBuilds { continue }
            self.libraries.check(
                draft.function.libraryFile, handler: handler, isBuilt: isBuilt, problems: self.problems)
        }
    }

    private func settings(_ section: Section, provider: Section) -> FunctionSettings {
        var settings = self.host.defaults.functionSettings
        settings.description = section.text("description") ?? ""
        for level in [provider, section] {
            level.assign("memorySize", to: &settings.memoryMegabytes)
            level.assign("timeout", to: &settings.timeoutMilliseconds)
            for tag in level.map("tags") {
                if case .text(let value) = tag.setting.value { settings.tags[tag.name] = value }
            }
        }
        settings.environment = EnvironmentRules(problems: self.problems).environment(section, provider: provider)
        if settings.tags.count > 50, let setting = section["tags"] ?? provider["tags"] {
            self.problems.error(
                at: setting.location, key: section.path.appending(key: "tags"),
                "\(section.path).tags has \(settings.tags.count) tags with those of provider.tags; allowed are 50."
                    + " Number of tags exceeds resource tag limit.")
        }
        settings.reservedConcurrency = section.integer("reservedConcurrency")
        section.assign("provisionedConcurrency", to: &settings.provisionedConcurrency)
        section.assign("maximumRetryAttempts", to: &settings.maximumRetryAttempts)
        if let age = section.integer("maximumEventAge") { settings.maximumEventAgeSeconds = age / 1_000 }
        self.read(section.section("brasa"), into: &settings)
        return settings
    }

    private func read(_ brasa: Section, into settings: inout FunctionSettings) {
        settings.isolation = brasa.choice("isolation")
        brasa.assign("initTimeout", to: &settings.initTimeoutMilliseconds)
        brasa.assign("idleTimeout", to: &settings.idleTimeoutMilliseconds)
        brasa.assign("spare", to: &settings.spareInstances)
        // None and absent are the same, so that neither makes another version.
        if let events = brasa.integer("record"), events > 0 { settings.recordedEvents = events }
        brasa.section("retireAfter").assign("invocations", to: &settings.retireAfterInvocations)
        brasa.section("retireAfter").assign("age", to: &settings.retireAfterMilliseconds)
        settings.provisionedSchedules = brasa.list("provisionedSchedules").compactMap { self.schedule($0) }
    }

    private func schedule(_ setting: Setting) -> ProvisionedSchedule? {
        guard case .section(let section) = setting.value, let from = section.integer("from"),
            let until = section.integer("until"), let concurrency = section.integer("concurrency")
        else { return nil }
        if from == until, let place = section["until"] {
            self.problems.error(
                at: place.location, key: place.path,
                "\(place.path) is the same time as from, so the window is empty; a whole day is from 00:00 until 24:00."
            )
            return nil
        }
        return ProvisionedSchedule(
            days: section.weekdays("days") ?? Array(1...7), fromMinute: from, untilMinute: until,
            timeZone: section.text("timeZone") ?? "UTC", provisionedConcurrency: concurrency)
    }

    private func checkNames(_ drafts: [Draft]) {
        var first: [String: Draft] = [:]
        for draft in drafts {
            guard let earlier = first[draft.function.name] else {
                first[draft.function.name] = draft
                continue
            }
            let setting = draft.section["name"] ?? earlier.section["name"]
            let key = draft.section.path.appending(key: "name")
            self.problems.error(
                at: setting?.location ?? draft.function.location, key: key,
                "\(key) is '\(draft.function.name)', which is also the name of \(earlier.section.path) on line"
                    + " \(earlier.function.location.line); names are unique.", found: draft.function.name)
        }
    }
}

extension HostSettings.FunctionDefaults {
    /// The settings of a library that no function in `serverless.yml` names.
    package var functionSettings: FunctionSettings {
        var settings = FunctionSettings()
        settings.memoryMegabytes = self.memoryMegabytes
        settings.timeoutMilliseconds = self.timeoutMilliseconds
        settings.initTimeoutMilliseconds = self.initTimeoutMilliseconds
        return settings
    }
}
