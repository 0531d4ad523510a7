import BrasaAWS
import BrasaModel
import BrasaPool
import BrasaRouter
import Foundation
import NIOCore

/// Code that is tried beside the live version of a function: started, called and ended without anything being routed to it.
///
/// A candidate has the settings of the version it stands beside, or some of its own, but always processes of its own, and
/// lives as long as somebody holds it: see `with`.
actor Candidates {
    /// A candidate that runs.
    struct Candidate: Sendable {
        /// What it is called by; never used twice.
        let name: String
        let version: FunctionVersion
        let isolation: Isolation
        /// Why it does not run in the isolation asked for; nil normally.
        let note: String?
        /// Where the time of its start went.
        let start: VersionStartPhases?
    }

    private let folder: String
    private let runner: EngineRunner
    private let table: NIOLoopBound<Parts.TableBox>
    private var running: [String: Candidate] = [:]
    private var count = 0

    /// - Parameter folder: where candidates' libraries are kept while they run; what is in it is removed.
    init(folder: String, runner: EngineRunner, table: NIOLoopBound<Parts.TableBox>) {
        self.folder = folder
        self.runner = runner
        self.table = table
        try? FileManager.default.removeItem(atPath: folder)
    }

    /// A candidate that somebody else holds; nil when there is none of that name.
    func candidate(_ name: String) -> Candidate? { self.running[name] }

    /// The version of a function that answers now.
    ///
    /// - Throws: `LambdaError` when there is none.
    func live(_ function: String, qualifier: String?) async throws -> FunctionVersion {
        let table = self.table
        let version = try? await table.eventLoop.submit {
            table.value.table.resolve(function: function, qualifier: qualifier, chance: 1)
        }.get()
        guard let version else {
            let name = qualifier.map { "\(function):\($0)" } ?? function
            throw LambdaError.notFound("Function not found: \(name)")
        }
        return version
    }

    /// Starts a candidate, lets `body` use it, and ends it with its processes.
    ///
    /// - Parameters:
    ///   - library: its code; nil takes that of `original`.
    ///   - fileName: what the library was called, for messages.
    ///   - change: makes its settings differ.
    /// - Throws: `LambdaError` when the code is refused, or does not start.
    func with<Result: Sendable>(
        beside original: FunctionVersion, library: [UInt8]? = nil, fileName: String = "candidate.so",
        change: (inout FunctionSettings) -> Void = { _ in }, _ body: (Candidate) async throws -> Result
    ) async throws -> Result {
        self.count += 1
        let name = "candidate-\(self.count)"
        var settings = original.settings
        settings.provisionedConcurrency = 0
        settings.provisionedSchedules = []
        // Code that nobody trusts yet stays out of the host, and what the host has loaded it never lets go of.
        if settings.isolation == .inprocess { settings.isolation = nil }
        change(&settings)
        var (path, sha256, size) = (original.libraryPath, original.codeSHA256, original.codeSizeBytes)
        let blobs = BlobStore(directory: "\(self.folder)/\(name)", minimumAgeSeconds: 0)
        defer { if library != nil { try? FileManager.default.removeItem(atPath: blobs.directory) } }
        if let library {
            let blob = try await blobs.store(library, fileName: fileName)
            (path, sha256, size) = (blob.path, blob.sha256, blob.sizeBytes)
            do {
                try LibraryCheck.verify(path, exports: original.settings.symbol?.exports ?? [])
            } catch {
                throw LambdaError.invalidParameter("\(error)".replacing(path, with: fileName))
            }
        }
        let version = FunctionVersion(
            key: VersionKey(function: original.key.function, candidate: name), codeSHA256: sha256, codeSizeBytes: size,
            libraryPath: path, settings: settings)
        do {
            let result = try await self.run(version, body)
            await self.end(version)
            return result
        } catch {
            await self.end(version)
            throw error
        }
    }

    private func run<Result: Sendable>(
        _ version: FunctionVersion, _ body: (Candidate) async throws -> Result
    ) async throws -> Result {
        switch await self.runner.start(version) {
        case .failed(let failure):
            throw LambdaError(
                "CandidateFailed", status: 400,
                message: "The candidate does not start. \(failure.errorType): \(failure.message)")
        case .ready(let isolation, _, let note):
            let candidate = Candidate(
                name: version.key.version, version: version, isolation: isolation, note: note,
                start: await self.runner.startPhases(of: version))
            self.running[candidate.name] = candidate
            return try await body(candidate)
        }
    }

    private func end(_ version: FunctionVersion) async {
        self.running[version.key.version] = nil
        await self.runner.retire(version)
    }
}
