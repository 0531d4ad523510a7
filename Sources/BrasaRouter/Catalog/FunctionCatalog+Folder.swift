package import BrasaModel
import Logging

extension FunctionCatalog {
    /// Takes over the functions folder, starts what is new and returns when everything runs that can.
    ///
    /// Give the whole folder each time: what is missing counts as removed, except for the names in `keeping`, whose library
    /// is there but cannot be used. One function that is refused does not keep the others from being adopted.
    package func adopt(_ functions: [FolderFunction], keeping: Set<String> = []) async -> [FolderAdoption] {
        var adoptions = await self.adoptEach(functions)
        let names = Set(functions.map(\.name)).union(keeping)
        for name in self.documents.keys.sorted() where !names.contains(name) {
            if let adoption = await self.forget(name) { adoptions.append(adoption) }
        }
        // Those of the API.
        for name in self.documents.keys.sorted() { await self.schedule(name).value }
        return adoptions
    }

    /// A few functions at a time: more at once would only make each of them slower, starting is bound by the processors.
    private func adoptEach(_ functions: [FolderFunction]) async -> [FolderAdoption] {
        await withTaskGroup(of: (Int, FolderAdoption).self) { group in
            var adoptions: [FolderAdoption?] = functions.map { _ in nil }
            var rest = Array(functions.enumerated())[...]
            for _ in 0..<8 {
                if let (index, function) = rest.popFirst() { group.addTask { (index, await self.adopt(function)) } }
            }
            while let (index, adoption) = await group.next() {
                adoptions[index] = adoption
                if let (index, function) = rest.popFirst() { group.addTask { (index, await self.adopt(function)) } }
            }
            return adoptions.compactMap { $0 }
        }
    }

    /// Takes one function of the folder over: its code is started beside what runs, and only when it has thawed an instance
    /// do events go to it.
    ///
    /// A candidate that fails changes nothing, and is not tried again before code or settings change.
    ///
    /// - Parameter retriesRejected: tries again what was refused before.
    package func adopt(_ function: FolderFunction, retriesRejected: Bool = false) async -> FolderAdoption {
        let before = self.live[function.name]?.running[VersionKey.latest]?.codeSHA256
        do {
            let result = try await self.takeOver(function, retriesRejected: retriesRejected)
            return FolderAdoption(name: function.name, result: result, replacedSHA256: before)
        } catch {
            return FolderAdoption(name: function.name, result: .refused("\(error)"), replacedSHA256: before)
        }
    }

    private func takeOver(
        _ function: FolderFunction, retriesRejected: Bool
    ) async throws -> FolderAdoption.Result {
        let name = function.name
        let mark = try FolderMark(function)
        if let known = try await self.exclusively({ try await self.known(mark, name, retriesRejected) }) {
            if self.live[name]?.running[VersionKey.latest] == nil { await self.schedule(name).value }
            return known
        }
        try await self.verified(function.libraryPath, symbol: function.settings.symbol)
        try self.checkReserved(name, function.settings.reservedConcurrency)
        let isServing = self.documents[name]?.visible != nil && self.live[name]?.running[VersionKey.latest] != nil
        if isServing, let failure = await self.rehearse(function) {
            try await self.exclusively { try await self.reject(mark, function, failure) }
            return .refused(failure.message, phase: failure.phase)
        }
        try await self.exclusively {
            var document = self.documents[name] ?? FunctionDocument(name: name)
            document.folder = mark
            document.function = self.record(of: function, replacing: document.function, isRehearsed: isServing)
            if isServing { self.makeVisible(document) } else { try await self.commit(document) }
        }
        await self.schedule(name).value
        // Stored after the switch: were the machine to lose power now, the folder would tell again.
        if isServing { try await self.exclusively { try await self.storeAgain(name) } }
        return .adopted
    }

    /// What is to be done about a file that was looked at before; nil: take it over.
    private func known(
        _ mark: FolderMark, _ name: String, _ retriesRejected: Bool
    ) async throws -> FolderAdoption.Result? {
        guard var document = self.documents[name], var known = document.folder else { return nil }
        let wasPresent = known.isPresent
        let rejection = known.rejection(of: mark)
        guard rejection != nil || known.isSame(as: mark) else { return nil }
        if rejection != nil && retriesRejected { return nil }
        known.isPresent = true
        if rejection == nil, known.rejected != nil {
            // The library that answers is back in its place.
            known.rejected = nil
            document.function?.latest.updateStatus = .successful
            document.function?.latest.updateStatusReason = nil
        }
        if known != document.folder || !wasPresent {
            document.folder = known
            try await self.commit(document)
        }
        if let rejection {
            return .refused(rejection.reason, phase: rejection.phase.flatMap(Failure.Phase.init))
        }
        return document.function == nil ? .staysDeleted : .unchanged
    }

    /// Starts a candidate beside what runs.
    ///
    /// Returns why it cannot take over.
    private func rehearse(_ function: FolderFunction) async -> Failure? {
        let candidate = self.record(of: function, replacing: nil, isRehearsed: false).latest
            .runnable(function: function.name, blobs: self.blobs)
        guard candidate != self.live[function.name]?.running[VersionKey.latest] else { return nil }
        var failure: Failure?
        if case .failed(let reason) = await self.runner.start(candidate) {
            failure = reason
        } else {
            failure = await self.runner.warm(candidate)
        }
        if failure != nil { await self.runner.retire(candidate) }
        return failure
    }

    private func reject(_ mark: FolderMark, _ function: FolderFunction, _ failure: Failure) async throws {
        guard var document = self.documents[function.name] else { return }
        var known = document.folder ?? mark
        known.reject(mark, reason: failure.message, phase: failure.phase?.rawValue)
        document.folder = known
        document.function?.latest.updateStatus = .failed
        document.function?.latest.updateStatusReason = failure.message
        try await self.commit(document)
    }

    private func storeAgain(_ name: String) async throws {
        guard let document = self.documents[name] else { return }
        try await self.persist(document)
        await self.removeAbandoned()
    }

    /// Puts back what `$LATEST` was before the folder changed, because `version` does not live up to it.
    ///
    /// - Returns: the code that answers again; nil when `version` is not what runs any more, or there is nothing to go back to.
    package func rollBack(_ version: FunctionVersion, because reason: String) async -> String? {
        let name = version.key.function
        let restored = await self.exclusively { () -> String? in
            guard self.live[name]?.running[version.key.version] == version, var document = self.documents[name],
                var function = document.function, function.latest.source == .folder, var mark = document.folder,
                var previous = function.previous, !previous.isEmpty
            else { return nil }
            mark.reject(mark, reason: reason, phase: Failure.Phase.invoke.rawValue)
            function.latest = previous.removeFirst()
            function.latest.state = .active
            function.latest.updateStatus = .failed
            function.latest.updateStatusReason = reason
            function.previous = previous
            document.folder = mark
            document.function = function
            self.makeVisible(document)
            return function.latest.codeSHA256
        }
        guard let restored else { return nil }
        await self.schedule(name).value
        do {
            try await self.exclusively { try await self.storeAgain(name) }
        } catch {
            self.logger.error("A function that was put back could not be stored.", metadata: ["error": "\(error)"])
        }
        return restored
    }

    /// Libraries that are kept for going back.
    private static let previousLimit = 3

    private func record(
        of function: FolderFunction, replacing old: FunctionRecord?, isRehearsed: Bool
    ) -> FunctionRecord {
        let now = self.now()
        let settings = function.settings
        var latest = VersionRecord(
            version: VersionKey.latest, source: .folder, codeSHA256: function.codeSHA256,
            codeSizeBytes: function.sizeBytes,
            fileName: function.libraryPath.split(separator: "/").last.map(String.init) ?? "\(function.name).so",
            settings: settings, labels: old?.latest.labels ?? VersionLabels(), lastModifiedMilliseconds: now,
            revisionID: RequestID().description)
        if function.isSystemLibrary { latest.systemPath = function.libraryPath }
        // A handler of the API would contradict the entry that configuration names.
        latest.labels.handler = settings.entry
        if old != nil && old?.latest.state == .active {
            latest.state = .active
            latest.updateStatus = isRehearsed ? .successful : .inProgress
        }
        var record = old ?? FunctionRecord(latest: latest)
        if let replaced = old?.latest, isRehearsed {
            record.previous = Array(([replaced] + (old?.previous ?? [])).prefix(Self.previousLimit))
        }
        record.latest = latest
        record.tags = settings.tags
        record.reservedConcurrency = settings.reservedConcurrency
        let defaults = FunctionSettings()
        record.eventInvoke[VersionKey.latest] = nil
        if settings.maximumRetryAttempts != defaults.maximumRetryAttempts
            || settings.maximumEventAgeSeconds != defaults.maximumEventAgeSeconds
        {
            record.eventInvoke[VersionKey.latest] = FunctionRecord.EventInvoke(
                maximumRetryAttempts: settings.maximumRetryAttempts,
                maximumEventAgeSeconds: settings.maximumEventAgeSeconds, lastModifiedMilliseconds: now)
        }
        return record
    }

    /// Takes a function whose file is gone out of the routing.
    ///
    /// Returns nil when it was not in.
    package func forget(_ name: String) async -> FolderAdoption? {
        let before = self.live[name]?.running[VersionKey.latest]?.codeSHA256
        let wasServed = await self.exclusively { () -> Bool in
            guard var document = self.documents[name], document.folder?.isPresent == true else { return false }
            document.folder?.isPresent = false
            do {
                try await self.commit(document)
            } catch {
                // In memory it has to go nevertheless: its file is not there. The next reading of the folder stores it.
                self.makeVisible(document)
                self.logger.error("A removed function could not be stored.", metadata: ["error": "\(error)"])
            }
            return document.function != nil
        }
        guard wasServed else { return nil }
        await self.schedule(name).value
        return FolderAdoption(name: name, result: .removed, replacedSHA256: before)
    }

    /// Refuses a library before any of its code runs; the refusal names it as who brought it does.
    ///
    /// - Parameter symbol: the plain C function it is for; nil: it is a module.
    func verified(_ path: String, symbol: SymbolSettings?, named name: String? = nil) async throws {
        do {
            try await self.verify(path, symbol)
        } catch {
            throw CatalogError(.invalidValue, name.map { "\(error)".replacing(path, with: $0) } ?? "\(error)")
        }
    }
}
