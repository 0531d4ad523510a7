import BrasaModel
import Logging

extension FunctionCatalog {
    /// Has the runner brought to what the function's document says; the task ends when it is.
    @discardableResult
    func schedule(_ name: String) -> Task<Void, Never> {
        self.live[name, default: LiveFunction()].isDirty = true
        if let task = self.live[name]?.task { return task }
        // Unstructured because starting a version outlives the request that asked for it, as clients of the API expect;
        // `finish` waits for it.
        let task = Task { await self.settle(name) }
        self.live[name]?.task = task
        return task
    }

    /// One function's only caller of the runner, so what it is told stays in order.
    private func settle(_ name: String) async {
        while self.live[name]?.isDirty == true {
            self.live[name]?.isDirty = false
            await self.tellReservedConcurrency(name)
            for number in self.wanted(name).keys.sorted() { await self.startIfNew(name, number) }
            await self.retireUnwanted(name)
            await self.tellProvisionedConcurrency(name)
        }
        self.live[name]?.task = nil
        if self.documents[name]?.function == nil && self.live[name]?.running.isEmpty == true { self.live[name] = nil }
    }

    /// The versions that have to run, by number.
    private func wanted(_ name: String) -> [String: FunctionVersion] {
        var wanted: [String: FunctionVersion] = [:]
        for record in self.documents[name]?.visible?.versions ?? [] {
            wanted[record.version] = record.runnable(function: name, blobs: self.blobs)
        }
        return wanted
    }

    /// Starts a version and routes to it once it is ready.
    private func startIfNew(_ name: String, _ number: String) async {
        guard let version = self.wanted(name)[number], self.live[name]?.refused[number] != version else { return }
        let before = self.live[name]?.running[number]
        if before != version {
            let readiness = await self.runner.start(version)
            // Deleted or changed again meanwhile: the next round of `settle` sees to what is wanted now.
            guard self.wanted(name)[number] == version else { return await self.runner.retire(version) }
            if case .failed(let failure) = readiness {
                let source = self.documents[name]?.function?.version(number)?.source
                self.logger.warning(
                    "A version of a function could not be initialised.",
                    metadata: ["function": "\(version.key)", "failure": "\(failure.message)"])
                if source == .folder && before != nil {
                    self.live[name]?.refused[number] = version
                    await self.runner.retire(version)
                    return await self.mark(name, number, failure: failure.message)
                }
            }
            // Kept ready before the switch, so that the calls of the old version's instances find new ones.
            let count = self.provisionedCount(name, version)
            if count > 0 {
                self.live[name]?.provisioned[version] = count
                await self.runner.setProvisionedConcurrency(count, version: version)
            }
            self.live[name]?.refused[number] = nil
            self.live[name]?.running[number] = version
            self.publishTable(of: name)
            if let before { await self.runner.retire(before) }
        }
        await self.mark(name, number, failure: nil)
    }

    private func retireUnwanted(_ name: String) async {
        for (number, version) in self.live[name]?.running ?? [:] where self.wanted(name)[number] == nil {
            self.live[name]?.running[number] = nil
            self.live[name]?.provisioned[version] = nil
            self.publishTable(of: name)
            await self.runner.retire(version)
        }
    }

    private func tellReservedConcurrency(_ name: String) async {
        let wanted = self.documents[name]?.visible?.reservedConcurrency
        guard self.live[name]?.reservedConcurrency != wanted else { return }
        self.live[name]?.reservedConcurrency = wanted
        await self.runner.setReservedConcurrency(wanted, function: name)
    }

    private func tellProvisionedConcurrency(_ name: String) async {
        guard let running = self.live[name]?.running.values else { return }
        let told = self.live[name]?.provisioned ?? [:]
        let counts = Dictionary(uniqueKeysWithValues: running.map { ($0, self.provisionedCount(name, $0)) })
        for (version, count) in counts where told[version, default: 0] != count {
            await self.runner.setProvisionedConcurrency(count, version: version)
        }
        self.live[name]?.provisioned = counts.filter { $0.value > 0 }
    }

    /// Instances to keep ready of a version: those of the API, and for `$LATEST` those of settings or schedule.
    private func provisionedCount(_ name: String, _ version: FunctionVersion) -> Int {
        let number = version.key.version
        let count = self.documents[name]?.visible?.provisionedCount(version: number) ?? 0
        guard number == VersionKey.latest else { return count }
        return count + (self.live[name]?.scheduledConcurrency ?? version.settings.provisionedConcurrency)
    }

    /// Ends the pending state of a version, if it has one.
    private func mark(_ name: String, _ number: String, failure: String?) async {
        do {
            try await self.exclusively {
                guard var document = self.documents[name], let version = document.visible?.version(number) else {
                    return
                }
                guard version.state == .pending || version.updateStatus == .inProgress else { return }
                // Changed again: that change ends by itself.
                let wanted = version.runnable(function: name, blobs: self.blobs)
                guard failure != nil || self.live[name]?.running[number] == wanted else { return }
                document.function?.withVersion(number) {
                    $0.state = .active
                    $0.updateStatus = failure == nil ? .successful : .failed
                    $0.updateStatusReason = failure
                }
                try await self.commit(document)
            }
        } catch {
            // Seen again at the next start of the host, which starts every version anyway.
            self.logger.error("A function's state could not be stored.", metadata: ["error": "\(error)"])
        }
    }

    /// Sets what a schedule keeps ready of `$LATEST`; nil goes back to what the settings say.
    package func setScheduledConcurrency(function: String, count: Int?) {
        guard self.documents[function]?.visible != nil else { return }
        self.live[function, default: LiveFunction()].scheduledConcurrency = count
        self.schedule(function)
    }
}
