import Foundation
import Testing

@testable import BrasaSQLite

@Suite struct StateDirectoryLockTests {
    @Test func makesTheDirectoryAndItsParentsForTheOwnerOnly() throws {
        let directory = try TemporaryDirectory()
        let path = directory.path + "/one/two"

        let lock = try StateDirectoryLock(directory: path)

        for made in [directory.path + "/one", lock.directory] {
            let attributes = try FileManager.default.attributesOfItem(atPath: made)
            #expect(attributes[.posixPermissions] as? Int == 0o700)
        }
    }

    @Test func refusesASecondHostAndNamesTheDirectoryAndTheProcess() throws {
        let directory = try TemporaryDirectory()
        let lock = try StateDirectoryLock(directory: directory.path)

        let error = #expect(throws: StorageError.self) { try StateDirectoryLock(directory: directory.path) }

        #expect(error?.code == .inUse)
        #expect(error?.message.contains(lock.directory) == true)
        #expect(error?.message.contains("process \(ProcessInfo.processInfo.processIdentifier)") == true)
    }

    @Test func isFreeAgainOnceTheOwnerIsGone() throws {
        let directory = try TemporaryDirectory()
        var lock: StateDirectoryLock? = try StateDirectoryLock(directory: directory.path)
        _ = lock

        lock = nil

        #expect(throws: Never.self) { try StateDirectoryLock(directory: directory.path) }
    }

    @Test func refusesAFileInPlaceOfTheDirectory() throws {
        let directory = try TemporaryDirectory()
        let path = directory.path + "/state"
        try Data().write(to: URL(fileURLWithPath: path))

        let error = #expect(throws: StorageError.self) { try StateDirectoryLock(directory: path) }

        #expect(error?.code == .inaccessible)
        #expect(error?.message.contains(path) == true)
    }
}
