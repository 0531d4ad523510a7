import BrasaModel
import BrasaRouter
import ControlFixtures
import Testing

@Suite(.timeLimit(.minutes(5)))
struct CatalogFunctionTests {
    @Test func becomesActiveAndRoutedOnlyOnceTheVersionHasStarted() async throws {
        let fixture = try await CatalogFixture()
        fixture.runner.hold()

        let created = try await fixture.catalog.create(
            FunctionCreation(
                name: "users", code: FunctionCode(library: Array("one".utf8), fileName: "users.so"),
                settings: FunctionSettings(), labels: VersionLabels(), publishes: false))
        await fixture.runner.made("start users:$LATEST")

        #expect(created.state == .pending)
        #expect(fixture.table.functions["users"] == nil)
        fixture.runner.release()
        await fixture.catalog.settled(function: "users")
        #expect(try await fixture.catalog.describe(function: "users", qualifier: nil).state == .active)
        #expect(fixture.table.resolve(function: "users", qualifier: nil, chance: 0)?.codeSHA256 == created.codeSHA256)
    }

    @Test func refusesASecondFunctionOfTheSameName() async throws {
        let fixture = try await CatalogFixture()
        try await fixture.create("users")

        await #expect(throws: CatalogError(.conflict, "Function already exist: users")) {
            try await fixture.create("users")
        }
    }

    @Test func refusesALibraryBeforeAnythingIsStored() async throws {
        let fixture = try await CatalogFixture()

        let error = await #expect(throws: CatalogError.self) { try await fixture.create("users", code: "BAD") }

        #expect(error?.code == .invalidValue)
        #expect(error?.message.hasSuffix("users.so is not an ELF file.") == true)
        #expect(fixture.runner.calls == [])
        await #expect(throws: CatalogError.self) {
            try await fixture.catalog.describe(function: "users", qualifier: nil)
        }
    }

    @Test func namesTheFunctionAndQualifierThatAreNotThere() async throws {
        let fixture = try await CatalogFixture()
        let arn = "arn:aws:lambda:us-east-1:000000000000:function:users"

        await #expect(throws: CatalogError(.notFound, "Function not found: \(arn)")) {
            try await fixture.catalog.describe(function: "users", qualifier: nil)
        }
        try await fixture.create("users")
        await #expect(throws: CatalogError(.notFound, "Function not found: \(arn):7")) {
            try await fixture.catalog.describe(function: "users", qualifier: "7")
        }
    }

    @Test func keepsTheOldCodeServingUntilTheNewOneIsReady() async throws {
        let fixture = try await CatalogFixture()
        let old = try await fixture.create("users")
        fixture.runner.clear()
        fixture.runner.hold()

        let updating = try await fixture.catalog.updateCode(
            function: "users", code: FunctionCode(library: Array("two".utf8), fileName: "users.so"), revisionID: nil,
            publishes: false, isDryRun: false)
        await fixture.runner.made("start")

        #expect(updating.updateStatus == .inProgress)
        #expect(fixture.table.functions["users"]?.latest.codeSHA256 == old.codeSHA256)
        fixture.runner.release()
        await fixture.catalog.settled(function: "users")
        #expect(fixture.table.functions["users"]?.latest.codeSHA256 == updating.codeSHA256)
        #expect(try await fixture.catalog.describe(function: "users", qualifier: nil).updateStatus == .successful)
        #expect(
            fixture.runner.calls == [
                "start users:$LATEST \(updating.codeSHA256.prefix(4))",
                "retire users:$LATEST \(old.codeSHA256.prefix(4))",
            ])
    }

    @Test func refusesAnUpdateWhileAnotherIsInProgress() async throws {
        let fixture = try await CatalogFixture()
        try await fixture.create("users")
        fixture.runner.hold()
        var change = SettingsChange()
        change.memoryMegabytes = 256
        _ = try await fixture.catalog.updateSettings(function: "users", change: change)

        let expected = CatalogError(
            .conflict,
            "The operation cannot be performed at this time. An update is in progress for resource: "
                + "arn:aws:lambda:us-east-1:000000000000:function:users")
        await #expect(throws: expected) {
            try await fixture.catalog.updateSettings(function: "users", change: change)
        }
        await #expect(throws: expected) {
            try await fixture.catalog.publish(
                function: "users", description: nil, codeSHA256Base64: nil, revisionID: nil)
        }
        fixture.runner.release()
        await fixture.catalog.settled(function: "users")
        _ = try await fixture.catalog.updateSettings(function: "users", change: change)
    }

    @Test func takesOverACodeWhoseInitFailsWhenTheAPISentIt() async throws {
        let fixture = try await CatalogFixture()
        try await fixture.create("users")
        let broken = SHA256.hexadecimal(Array("two".utf8))
        fixture.runner.setFailure(
            Failure(kind: .initialization, errorType: "Runtime.Unknown", message: "init gave up"), codeSHA256: broken)

        try await fixture.update("users", code: "two")

        #expect(fixture.table.functions["users"]?.latest.codeSHA256 == broken)
        #expect(try await fixture.catalog.describe(function: "users", qualifier: nil).updateStatus == .successful)
    }

    @Test func endsAnUpdateThatChangesNothingTheRunnerSees() async throws {
        let fixture = try await CatalogFixture()
        try await fixture.create("users")
        fixture.runner.clear()
        var change = SettingsChange()
        change.role = "arn:aws:iam::000000000000:role/other"

        _ = try await fixture.catalog.updateSettings(function: "users", change: change)
        await fixture.catalog.settled(function: "users")

        let description = try await fixture.catalog.describe(function: "users", qualifier: nil)
        #expect(description.updateStatus == .successful)
        #expect(description.labels.role == "arn:aws:iam::000000000000:role/other")
        #expect(fixture.runner.calls == [])
    }

    @Test func refusesAChangeBasedOnAnOlderRevision() async throws {
        let fixture = try await CatalogFixture()
        let first = try await fixture.create("users")
        let second = try await fixture.update("users", code: "two", revisionID: first.revisionID)
        #expect(second.revisionID != first.revisionID)

        let error = await #expect(throws: CatalogError.self) {
            try await fixture.update("users", code: "three", revisionID: first.revisionID)
        }

        #expect(error?.code == .staleRevision)
        #expect(
            error?.message == "The Revision Id provided does not match the latest Revision Id. "
                + "Call the GetFunction/GetAlias API to retrieve the latest Revision Id")
    }

    @Test func storesNothingOnADryRun() async throws {
        let fixture = try await CatalogFixture()
        let before = try await fixture.create("users")

        _ = try await fixture.catalog.updateCode(
            function: "users", code: FunctionCode(library: Array("two".utf8), fileName: "users.so"), revisionID: nil,
            publishes: true, isDryRun: true)

        let after = try await fixture.catalog.describe(function: "users", qualifier: nil)
        #expect(after.codeSHA256 == before.codeSHA256)
        #expect(after.revisionID == before.revisionID)
        #expect(try await fixture.catalog.versions(function: "users").count == 1)
    }

    @Test func retiresEveryVersionOfADeletedFunction() async throws {
        let fixture = try await CatalogFixture()
        try await fixture.create("users", publishes: true)
        fixture.runner.clear()

        try await fixture.catalog.delete(function: "users", qualifier: nil)

        #expect(fixture.table.functions["users"] == nil)
        await fixture.catalog.settled(function: "users")
        #expect(
            fixture.runner.calls.map { String($0.dropLast(5)) }.sorted() == ["retire users:$LATEST", "retire users:1"])
        #expect(try await fixture.store.load().isEmpty)
    }

    @Test func retiresWhatWasBeingStartedWhenItsFunctionIsDeleted() async throws {
        let fixture = try await CatalogFixture()
        fixture.runner.hold()
        _ = try await fixture.catalog.create(
            FunctionCreation(
                name: "users", code: FunctionCode(library: [1], fileName: "users.so"), settings: FunctionSettings(),
                labels: VersionLabels(), publishes: false))
        await fixture.runner.made("start")

        try await fixture.catalog.delete(function: "users", qualifier: nil)
        fixture.runner.release()
        await fixture.catalog.settled(function: "users")

        #expect(fixture.runner.calls.last?.hasPrefix("retire users:$LATEST") == true)
        #expect(fixture.table.functions.isEmpty)
    }

    @Test func changesNothingWhenTheStoreFails() async throws {
        let fixture = try await CatalogFixture()
        let before = try await fixture.create("users")
        fixture.store.setFails(true)

        let error = await #expect(throws: CatalogError.self) { try await fixture.update("users", code: "two") }

        #expect(
            error == CatalogError(.storage, "The change to function \"users\" could not be stored: the disk is full."))
        #expect(try await fixture.catalog.describe(function: "users", qualifier: nil).revisionID == before.revisionID)
    }

    @Test func startsEverythingAgainAfterARestart() async throws {
        let before = try await CatalogFixture()
        try await before.create("users", publishes: true)
        _ = try await before.catalog.createAlias(
            function: "users", name: "live", change: AliasChange(version: "1"))
        try await before.catalog.setReservedConcurrency(function: "users", limit: 7)

        let after = try await CatalogFixture(continuing: before)
        _ = await after.catalog.adopt([])

        #expect(after.table.resolve(function: "users", qualifier: "live", chance: 0)?.key.version == "1")
        #expect(after.runner.calls.first == "reserve users 7")
        #expect(after.runner.calls.filter { $0.hasPrefix("start") }.count == 2)
        #expect(
            try await after.catalog.describe(function: "users", qualifier: "live").version == "1")
    }

    @Test func refusesADocumentOfANewerFormat() async throws {
        let before = try await CatalogFixture()
        try await before.store.save(Array(#"{"format":9}"#.utf8), function: "users")

        await #expect(
            throws: CatalogError(.storage, "The stored function \"users\" has format 9; this version reads up to 1.")
        ) {
            _ = try await CatalogFixture(continuing: before)
        }
    }

    @Test func keepsTheUploadedArchiveForDownload() async throws {
        let fixture = try await CatalogFixture()
        _ = try await fixture.catalog.create(
            FunctionCreation(
                name: "users", code: FunctionCode(library: [1, 2], fileName: "users.so", package: [9, 9, 9]),
                settings: FunctionSettings(), labels: VersionLabels(), publishes: false))

        let code = try await fixture.catalog.code(function: "users", qualifier: nil)
        let description = try await fixture.catalog.describe(function: "users", qualifier: nil)

        #expect(code.bytes == [9, 9, 9])
        #expect(code.isArchive)
        #expect(description.packageSizeBytes == 3)
        #expect(description.packageSHA256 == SHA256.hexadecimal([9, 9, 9]))
        #expect(description.codeSHA256 == SHA256.hexadecimal([1, 2]))
    }

    @Test func removesCodeNothingRefersToOnceItsTimeHasPassed() async throws {
        let fixture = try await CatalogFixture(codeGraceMilliseconds: 1_000)
        let old = try await fixture.create("users")
        let oldPath = fixture.blobs.path(sha256: old.codeSHA256, fileName: "users.so")
        try await fixture.update("users", code: "two")
        fixture.advance(milliseconds: 999)
        try await fixture.catalog.changeTags(function: "users", adding: ["a": "b"], removing: [])
        #expect(try await fixture.blobs.read(oldPath) == Array("one".utf8))

        fixture.advance(milliseconds: 1)
        try await fixture.catalog.changeTags(function: "users", adding: ["c": "d"], removing: [])

        await #expect(throws: CatalogError.self) { try await fixture.blobs.read(oldPath) }
        #expect(try await fixture.catalog.code(function: "users", qualifier: nil).bytes == Array("two".utf8))
    }
}
