import Testing

@testable import BrasaSQLite

@Suite(.timeLimit(.minutes(5))) struct SQLiteCatalogStoreTests {
    @Test func keepsTheLatestDocumentOfEachFunction() async throws {
        let directory = try TemporaryDirectory()
        let store = try SQLiteCatalogStore(in: StateDirectoryLock(directory: directory.path))

        try await store.save([1, 2], function: "a")
        try await store.save([], function: "b")
        try await store.save([3], function: "a")
        try await store.save([4], function: "c")
        try await store.delete(function: "c")
        try await store.delete(function: "never there")

        #expect(try await store.load() == ["a": [3], "b": []])
        let remains = try directory.copy(of: ["catalog.sqlite", "catalog.sqlite-wal"])
        let reopened = try SQLiteCatalogStore(in: StateDirectoryLock(directory: remains.path))
        #expect(try await reopened.load() == ["a": [3], "b": []])
    }
}
