package import BrasaModel
import Logging

extension FunctionCatalog {
    /// Takes over the functions folder, starts what is new and returns when everything runs that can.
    ///
    /// Give the whole folder each time: what is missing counts as removed, except for the names in `keeping`, whose library
    /// is there but cannot be used. One function that is refused does not keep the others from being adopted.
    package func adopt(_ functions: [FolderFunction], keeping: Set<String> = []) async -> [FolderAdoption] {
        var adoptions: [FolderAdoption] = []
        for function in functions {
            do {
                let result = try await self.exclusively { try await self.adopt(function) }
                adoptions.append(FolderAdoption(name: function.name, result: result))
            } catch {
                adoptions.append(FolderAdoption(name: function.name, result: .refused("\(error)")))
            }
        }
        let names = Set(functions.map(\.name)).union(keeping)
        for name in self.documents.keys.sorted() where !names.contains(name) {
            if await self.exclusively({ await self.forgetFile(of: name) }) {
                adoptions.append(FolderAdoption(name: name, result: .removed))
            }
        }
        await self.settleAll()
        if !self.hasSwept {
            self.hasSwept = true
            await self.exclusively { await self.blobs.sweep(keeping: self.referencedContents()) }
        }
        return adoptions
    }

    private func adopt(_ function: FolderFunction) async throws -> FolderAdoption.Result {
        var mark = try FolderMark(function)
        var document = self.documents[function.name] ?? FunctionDocument(name: function.name)
        if var known = document.folder {
            let wasPresent = known.isPresent
            known.isPresent = true
            if known == mark {
                document.folder = known
                if !wasPresent { try await self.commit(document) }
                return document.function == nil ? .staysDeleted : .unchanged
            }
        }
        try await self.verified(function.libraryPath)
        try self.checkReserved(function.name, function.settings.reservedConcurrency)
        mark.isPresent = true
        document.folder = mark
        document.function = self.record(of: function, replacing: document.function)
        try await self.commit(document)
        return .adopted
    }

    private func record(of function: FolderFunction, replacing old: FunctionRecord?) -> FunctionRecord {
        let now = self.now()
        let settings = function.settings
        var latest = VersionRecord(
            version: VersionKey.latest, source: .folder, codeSHA256: function.codeSHA256,
            codeSizeBytes: function.sizeBytes,
            fileName: function.libraryPath.split(separator: "/").last.map(String.init) ?? "\(function.name).so",
            settings: settings, labels: old?.latest.labels ?? VersionLabels(), lastModifiedMilliseconds: now,
            revisionID: RequestID().description)
        // A handler of the API would contradict the entry that configuration names.
        latest.labels.handler = settings.entry
        if old != nil && old?.latest.state == .active {
            latest.state = .active
            latest.updateStatus = .inProgress
        }
        var record = old ?? FunctionRecord(latest: latest)
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
    /// Returns whether it was in.
    private func forgetFile(of name: String) async -> Bool {
        guard var document = self.documents[name], document.folder?.isPresent == true else { return false }
        document.folder?.isPresent = false
        do {
            try await self.commit(document)
        } catch {
            // In memory it has to go nevertheless: its file is not there. The next reading of the folder stores it.
            self.documents[name] = document
            self.publishTable(of: name)
            self.logger.error("A removed function could not be stored.", metadata: ["error": "\(error)"])
        }
        return document.function != nil
    }

    /// Starts and retires until everything is as the documents say, a few functions at a time.
    private func settleAll() async {
        await withTaskGroup(of: Void.self) { group in
            var names = self.documents.keys.sorted()[...]
            // More at once would only make each of them slower: starting is bound by the processors.
            for _ in 0..<8 {
                if let name = names.popFirst() { group.addTask { await self.settleNow(name) } }
            }
            while await group.next() != nil {
                if let name = names.popFirst() { group.addTask { await self.settleNow(name) } }
            }
        }
    }

    private func settleNow(_ name: String) async {
        await self.schedule(name).value
    }

    /// Refuses a library before any of its code runs; the refusal names it as who brought it does.
    func verified(_ path: String, named name: String? = nil) async throws {
        do {
            try await self.verify(path)
        } catch {
            throw CatalogError(.invalidValue, name.map { "\(error)".replacing(path, with: $0) } ?? "\(error)")
        }
    }
}
