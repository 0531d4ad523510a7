package import BrasaModel
package import BrasaRouter
import Foundation
import Logging
import Synchronization

/// A catalog over a recording runner, a store in memory and real files, with a clock that tests set.
package final class CatalogFixture: Sendable {
    /// What the check of libraries says of content that starts with `BAD`.
    package struct Refusal: Error, CustomStringConvertible {
        package let path: String
        package var description: String { "The library \(self.path) is not an ELF file." }
    }

    package let catalog: FunctionCatalog
    package let runner = RecordingRunner()
    package let store: MemoryCatalogStore
    package let blobs: BlobStore
    private let directory: String
    /// Kept because it takes the files away with it.
    private let earlier: CatalogFixture?
    private let clock = Mutex<Int64>(1_795_255_200_000)
    private let published = Mutex<[RoutingTable]>([])

    /// - Parameters:
    ///   - earlier: a fixture whose store and blobs this one continues with, as after a restart.
    package init(
        continuing earlier: CatalogFixture? = nil, accountConcurrency: Int = 1_000, unreservedFloor: Int = 100,
        codeGraceMilliseconds: Int64 = 1_000
    ) async throws {
        self.earlier = earlier
        self.directory = earlier?.directory ?? "/tmp/brasa-catalog-\(UInt64.random(in: .min ... .max))"
        self.store = earlier?.store ?? MemoryCatalogStore()
        self.blobs = BlobStore(directory: self.directory, minimumAgeSeconds: 0)
        let configuration = FunctionCatalog.Configuration(
            accountConcurrency: accountConcurrency, unreservedFloor: unreservedFloor,
            codeGraceMilliseconds: codeGraceMilliseconds)
        let blobs = self.blobs
        // The closures reach the fixture's parts through boxes because the fixture itself is not made yet.
        let link = Link()
        self.catalog = FunctionCatalog(
            configuration: configuration, store: self.store, blobs: blobs, runner: self.runner,
            logger: Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() }),
            verify: { path, _ in
                if try await blobs.read(path).starts(with: Array("BAD".utf8)) { throw Refusal(path: path) }
            },
            now: { link.fixture?.now ?? 0 }, publish: { table in link.fixture?.published.withLock { $0.append(table) } }
        )
        link.set(self)
        try await self.catalog.load()
    }

    deinit {
        if self.earlier == nil { try? FileManager.default.removeItem(atPath: self.directory) }
    }

    /// Which of the libraries the blob store still has.
    package func stored(_ files: [FolderFunction]) async -> [Bool] {
        var stored: [Bool] = []
        for file in files { stored.append((try? await self.blobs.read(file.libraryPath)) != nil) }
        return stored
    }

    /// Milliseconds since 1970; 2026-11-21T10:00:00Z at first.
    package var now: Int64 { self.clock.withLock { $0 } }

    /// Moves the clock.
    package func advance(milliseconds: Int64) {
        self.clock.withLock { $0 += milliseconds }
    }

    /// The routing table published last.
    package var table: RoutingTable { self.published.withLock { $0.last } ?? RoutingTable() }

    /// Every routing table published.
    package var tables: [RoutingTable] { self.published.withLock { $0 } }

    /// Creates a function through the API and waits until it answers.
    @discardableResult
    package func create(
        _ name: String, code: String = "one", publishes: Bool = false
    ) async throws -> FunctionDescription {
        let description = try await self.catalog.create(
            FunctionCreation(
                name: name, code: FunctionCode(library: Array(code.utf8), fileName: "\(name).so"),
                settings: FunctionSettings(), labels: VersionLabels(), publishes: publishes))
        await self.catalog.settled(function: name)
        return description
    }

    /// Replaces a function's code through the API and waits until the change is over.
    @discardableResult
    package func update(
        _ name: String, code: String, revisionID: String? = nil, publishes: Bool = false
    ) async throws -> FunctionDescription {
        let description = try await self.catalog.updateCode(
            function: name, code: FunctionCode(library: Array(code.utf8), fileName: "\(name).so"),
            revisionID: revisionID, publishes: publishes, isDryRun: false)
        await self.catalog.settled(function: name)
        return description
    }

    /// A function of the folder.
    package func file(
        _ name: String, code: String, _ change: (inout FunctionSettings) -> Void = { _ in }
    ) async throws -> FolderFunction {
        let blob = try await self.blobs.store(Array(code.utf8), fileName: "\(name).so")
        var settings = FunctionSettings()
        change(&settings)
        return FolderFunction(
            name: name, codeSHA256: blob.sha256, sizeBytes: blob.sizeBytes, libraryPath: blob.path, settings: settings)
    }

    private final class Link: Sendable {
        private struct Weak: Sendable {
            weak var fixture: CatalogFixture?
        }

        private let state = Mutex(Weak())

        var fixture: CatalogFixture? { self.state.withLock { $0.fixture } }

        func set(_ fixture: CatalogFixture) {
            self.state.withLock { $0.fixture = fixture }
        }
    }
}
