import Foundation
import Testing

@testable import BrasaSQLite

@Suite(.timeLimit(.minutes(5))) struct StateReplacementTests {
    private let directory: TemporaryDirectory
    private let snapshots: TemporaryDirectory

    init() throws {
        self.directory = try TemporaryDirectory()
        self.snapshots = try TemporaryDirectory()
    }

    private var snapshotPath: String { self.snapshots.path + "/s" }

    /// A state directory with one function in its catalog and one file.
    private func fill(_ name: String) async throws {
        let store = try SQLiteCatalogStore(in: StateDirectoryLock(directory: self.directory.path))
        try await store.save([1], function: name)
        await store.close()
        let blobs = self.directory.path + "/blobs"
        try FileManager.default.createDirectory(atPath: blobs, withIntermediateDirectories: true)
        try name.write(toFile: blobs + "/" + name, atomically: true, encoding: .utf8)
    }

    private func functions() async throws -> [String] {
        let store = try SQLiteCatalogStore(in: StateDirectoryLock(directory: self.directory.path))
        let names = try await store.load().keys.sorted()
        await store.close()
        return names
    }

    private func blobs() throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: self.directory.path + "/blobs").sorted()
    }

    @Test func takesASnapshotOfWhatIsOpen() async throws {
        try await self.fill("first")
        let store = try SQLiteCatalogStore(in: StateDirectoryLock(directory: self.directory.path))
        try await store.save([2], function: "second")

        let manifest = try StateSnapshot.take(of: self.directory.path, to: self.snapshotPath, now: 5)
        await store.close()

        #expect(manifest.takenAtMilliseconds == 5)
        #expect(manifest.files == ["blobs/first", "catalog.sqlite"])
        try StateSnapshot.check(self.snapshotPath)
        let again = #expect(throws: StorageError.self) {
            try StateSnapshot.take(of: self.directory.path, to: self.snapshotPath, now: 5)
        }
        #expect(again?.message == "\(self.snapshotPath) exists; a snapshot wants a folder that does not.")
    }

    @Test func putsTheSnapshotInThePlaceOfTheState() async throws {
        try await self.fill("first")
        _ = try StateSnapshot.take(of: self.directory.path, to: self.snapshotPath, now: 0)
        try await self.fill("second")
        let replacement = StateReplacement(self.directory.path)

        try replacement.prepare(from: self.snapshotPath)
        #expect(try await self.functions() == ["first", "second"])
        #expect(try replacement.apply())

        #expect(try await self.functions() == ["first"])
        #expect(try self.blobs() == ["first"])
        #expect(try !replacement.apply())
        replacement.confirm()
        let names = try FileManager.default.contentsOfDirectory(atPath: self.directory.path)
        #expect(!names.contains("replaced") && !names.contains("incoming"))
    }

    @Test func putsNothingInThePlaceOfTheState() async throws {
        try await self.fill("first")
        let replacement = StateReplacement(self.directory.path)

        try replacement.prepare(from: nil)
        #expect(try replacement.apply())

        #expect(try await self.functions() == [])
        #expect(!FileManager.default.fileExists(atPath: self.directory.path + "/blobs"))
    }

    @Test func putsTheFormerStateBack() async throws {
        try await self.fill("first")
        _ = try StateSnapshot.take(of: self.directory.path, to: self.snapshotPath, now: 0)
        try await self.fill("second")
        let replacement = StateReplacement(self.directory.path)
        try replacement.prepare(from: self.snapshotPath)
        _ = try replacement.apply()

        try replacement.undo()

        #expect(try await self.functions() == ["first", "second"])
        #expect(try self.blobs() == ["first", "second"])
    }

    /// A machine that fails after any number of the moves.
    @Test(arguments: 0...4) func completesWhatWasCutOff(moves: Int) async throws {
        let replacement = try await self.cutOff(after: moves)

        #expect(try replacement.apply())

        #expect(try await self.functions() == ["first"])
        #expect(try self.blobs() == ["first"])
        try replacement.undo()
        #expect(try await self.functions() == ["first", "second"])
    }

    /// Moves that fail on the way, such as on a full disk.
    @Test(arguments: 0...4) func putsBackWhatWasMovedBeforeItFailed(moves: Int) async throws {
        let replacement = try await self.cutOff(after: moves)

        try replacement.undo()

        #expect(try await self.functions() == ["first", "second"])
        #expect(try self.blobs() == ["first", "second"])
        #expect(try !replacement.apply())
    }

    private func cutOff(after moves: Int) async throws -> StateReplacement {
        try await self.fill("first")
        _ = try StateSnapshot.take(of: self.directory.path, to: self.snapshotPath, now: 0)
        try await self.fill("second")
        let replacement = StateReplacement(self.directory.path)
        try replacement.prepare(from: self.snapshotPath)
        let path = self.directory.path
        let all = [
            ("\(path)/catalog.sqlite", "\(path)/replaced/catalog.sqlite"),
            ("\(path)/incoming/catalog.sqlite", "\(path)/catalog.sqlite"),
            ("\(path)/blobs", "\(path)/replaced/blobs"), ("\(path)/incoming/blobs", "\(path)/blobs"),
        ]
        try FileManager.default.createDirectory(atPath: path + "/replaced", withIntermediateDirectories: true)
        for (from, to) in all.prefix(moves) { try FileManager.default.moveItem(atPath: from, toPath: to) }
        return replacement
    }

    @Test func refusesWhatIsNoSnapshot() async throws {
        try await self.fill("first")
        let replacement = StateReplacement(self.directory.path)

        let none = #expect(throws: StorageError.self) { try replacement.prepare(from: "/nowhere") }
        _ = try StateSnapshot.take(of: self.directory.path, to: self.snapshotPath, now: 0)
        try FileManager.default.removeItem(atPath: self.snapshotPath + "/catalog.sqlite")
        let damaged = #expect(throws: StorageError.self) { try replacement.prepare(from: self.snapshotPath) }

        #expect(none?.message == "/nowhere is no snapshot: it has no readable snapshot.json, which is written last.")
        #expect(damaged?.code == .damaged)
        #expect(try !replacement.apply())
        #expect(try await self.functions() == ["first"])
    }
}
