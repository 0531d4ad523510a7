import BrasaModel
import BrasaRouter
import ControlFixtures
import Testing

@Suite(.timeLimit(.minutes(5)))
struct CatalogFolderTests {
    @Test func runsTheFunctionsOfTheFolder() async throws {
        let fixture = try await CatalogFixture()

        let adoptions = await fixture.catalog.adopt([
            try await fixture.file("users", code: "one") {
                $0.memoryMegabytes = 64
                $0.reservedConcurrency = 5
                $0.maximumRetryAttempts = 1
                $0.tags = ["team": "a"]
            }
        ])

        #expect(adoptions == [FolderAdoption(name: "users", result: .adopted)])
        #expect(fixture.table.functions["users"]?.latest.settings.memoryMegabytes == 64)
        #expect(fixture.table.functions["users"]?.asyncLimits[VersionKey.latest]?.maximumRetryAttempts == 1)
        #expect(fixture.runner.calls.first == "reserve users 5")
        let description = try await fixture.catalog.describe(function: "users", qualifier: nil)
        #expect(description.state == .active)
        #expect(description.tags == ["team": "a"])
    }

    @Test func keepsChangesOfTheAPIWhileTheFolderIsTheSame() async throws {
        let first = try await CatalogFixture()
        let file = try await first.file("users", code: "one")
        _ = await first.catalog.adopt([file])
        try await first.update("users", code: "two")
        try await first.catalog.setReservedConcurrency(function: "users", limit: 3)

        let second = try await CatalogFixture(continuing: first)
        let adoptions = await second.catalog.adopt([file])

        #expect(adoptions.map(\.result) == [.unchanged])
        #expect(second.table.functions["users"]?.latest.codeSHA256 == SHA256.hexadecimal(Array("two".utf8)))
        #expect(try await second.catalog.describe(function: "users", qualifier: nil).reservedConcurrency == 3)
    }

    @Test(arguments: [true, false])
    func letsTheFolderWinOnceFileOrSettingsChange(changesCode: Bool) async throws {
        let fixture = try await CatalogFixture()
        _ = await fixture.catalog.adopt([try await fixture.file("users", code: "one")])
        let changed = try await fixture.update("users", code: "of the API")

        let file = try await fixture.file("users", code: changesCode ? "three" : "one") {
            if !changesCode { $0.timeoutMilliseconds = 900 }
        }
        let adoptions = await fixture.catalog.adopt([file])

        #expect(adoptions.map(\.result) == [.adopted])
        #expect(fixture.table.functions["users"]?.latest.codeSHA256 == file.codeSHA256)
        #expect(fixture.table.functions["users"]?.latest.settings == file.settings)
        #expect(
            try await fixture.catalog.describe(function: "users", qualifier: nil).revisionID != changed.revisionID)
    }

    @Test func leavesAFunctionDeletedUntilItsFileChanges() async throws {
        let first = try await CatalogFixture()
        let file = try await first.file("users", code: "one")
        _ = await first.catalog.adopt([file])
        try await first.catalog.delete(function: "users", qualifier: nil)
        await first.catalog.settled(function: "users")

        let second = try await CatalogFixture(continuing: first)
        let same = await second.catalog.adopt([try await second.file("users", code: "one")])
        #expect(second.table.functions["users"] == nil)
        let changed = await second.catalog.adopt([try await second.file("users", code: "two")])

        #expect(same.map(\.result) == [.staysDeleted])
        #expect(changed.map(\.result) == [.adopted])
        #expect(second.table.functions["users"] != nil)
    }

    @Test func stopsRoutingToAFunctionWhoseFileIsGone() async throws {
        let fixture = try await CatalogFixture()
        let file = try await fixture.file("users", code: "one")
        _ = await fixture.catalog.adopt([file])
        _ = try await fixture.catalog.publish(
            function: "users", description: nil, codeSHA256Base64: nil, revisionID: nil)

        let gone = await fixture.catalog.adopt([])

        #expect(gone.map(\.result) == [.removed])
        #expect(fixture.table.functions["users"] == nil)
        #expect(fixture.runner.calls.filter { $0.hasPrefix("retire") }.count == 2)
        await #expect(throws: CatalogError.self) {
            try await fixture.catalog.describe(function: "users", qualifier: nil)
        }
        let back = await fixture.catalog.adopt([file])
        #expect(back.map(\.result) == [.unchanged])
        #expect(fixture.table.functions["users"]?.published.keys.sorted() == ["1"])
    }

    @Test func leavesTheEarlierVersionServingWhenInitOfANewFileFails() async throws {
        let fixture = try await CatalogFixture()
        let good = try await fixture.file("users", code: "one")
        _ = await fixture.catalog.adopt([good])
        let bad = try await fixture.file("users", code: "two")
        fixture.runner.setFailure(
            Failure(kind: .initialization, errorType: "Runtime.Unknown", message: "init gave up"),
            codeSHA256: bad.codeSHA256)

        _ = await fixture.catalog.adopt([bad])
        _ = await fixture.catalog.adopt([bad])

        #expect(fixture.table.functions["users"]?.latest.codeSHA256 == good.codeSHA256)
        let description = try await fixture.catalog.describe(function: "users", qualifier: nil)
        #expect(description.updateStatus == .failed)
        #expect(description.updateStatusReason == "init gave up")
        #expect(fixture.runner.calls.filter { $0.hasPrefix("start") }.count == 2)
        let repaired = try await fixture.file("users", code: "three")
        _ = await fixture.catalog.adopt([repaired])
        #expect(fixture.table.functions["users"]?.latest.codeSHA256 == repaired.codeSHA256)
        #expect(try await fixture.catalog.describe(function: "users", qualifier: nil).updateStatus == .successful)
    }

    @Test func startsACandidateBesideWhatRunsAndRetiresItWhenItFails() async throws {
        let fixture = try await CatalogFixture()
        let good = try await fixture.file("users", code: "one")
        _ = await fixture.catalog.adopt(good)
        let bad = try await fixture.file("users", code: "two")
        let failure = Failure(kind: .initialization, errorType: "Runtime.ExitError", message: "died", phase: .thaw)
        fixture.runner.setThawFailure(failure, codeSHA256: bad.codeSHA256)
        fixture.runner.clear()

        let adoption = await fixture.catalog.adopt(bad)

        #expect(adoption.result == .refused("died", phase: .thaw))
        #expect(adoption.replacedSHA256 == good.codeSHA256)
        let digits = bad.codeSHA256.prefix(4)
        #expect(
            fixture.runner.calls == [
                "start users:$LATEST \(digits)", "warm users:$LATEST \(digits)", "retire users:$LATEST \(digits)",
            ])
        #expect(await fixture.catalog.serving("users") == good.codeSHA256)
    }

    @Test func triesWhatWasRejectedAgainOnlyWhenToldTo() async throws {
        let fixture = try await CatalogFixture()
        let good = try await fixture.file("users", code: "one")
        _ = await fixture.catalog.adopt(good)
        let bad = try await fixture.file("users", code: "two")
        let failure = Failure(kind: .initialization, errorType: "Runtime.Unknown", message: "no database")
        fixture.runner.setFailure(failure, codeSHA256: bad.codeSHA256)
        _ = await fixture.catalog.adopt(bad)
        fixture.runner.setFailure(nil, codeSHA256: bad.codeSHA256)

        #expect(await fixture.catalog.adopt(bad).result == .refused("no database"))
        // Nor after a restart, which would not know what else to serve.
        let second = try await CatalogFixture(continuing: fixture)
        #expect(await second.catalog.adopt(bad).result == .refused("no database"))
        #expect(await second.catalog.serving("users") == good.codeSHA256)
        #expect(await second.catalog.adopt(bad, retriesRejected: true).result == .adopted)
        #expect(await second.catalog.serving("users") == bad.codeSHA256)
    }

    @Test func forgetsARejectionWhenTheLibraryThatAnswersIsBackInItsPlace() async throws {
        let fixture = try await CatalogFixture()
        let good = try await fixture.file("users", code: "one")
        _ = await fixture.catalog.adopt(good)
        let bad = try await fixture.file("users", code: "two")
        fixture.runner.setFailure(
            Failure(kind: .initialization, errorType: "Runtime.Unknown", message: "no database"),
            codeSHA256: bad.codeSHA256)
        _ = await fixture.catalog.adopt(bad)

        #expect(await fixture.catalog.adopt(good).result == .unchanged)

        let description = try await fixture.catalog.describe(function: "users", qualifier: nil)
        #expect(description.updateStatus == .successful)
        fixture.runner.setFailure(nil, codeSHA256: bad.codeSHA256)
        #expect(await fixture.catalog.adopt(bad).result == .adopted)
    }

    @Test func putsTheEarlierCodeBackAndDoesNotTryTheBadOneAgain() async throws {
        let fixture = try await CatalogFixture()
        let good = try await fixture.file("users", code: "one")
        let bad = try await fixture.file("users", code: "two")
        _ = await fixture.catalog.adopt(good)
        _ = await fixture.catalog.adopt(bad)
        let running = try #require(fixture.table.functions["users"]?.latest)

        let restored = await fixture.catalog.rollBack(running, because: "3 of its processes died")

        #expect(restored == good.codeSHA256)
        #expect(fixture.table.functions["users"]?.latest.codeSHA256 == good.codeSHA256)
        let description = try await fixture.catalog.describe(function: "users", qualifier: nil)
        #expect(description.updateStatus == .failed)
        #expect(description.updateStatusReason == "3 of its processes died")
        #expect(await fixture.catalog.adopt(bad).result == .refused("3 of its processes died", phase: .invoke))
        // A second report of the same trouble comes too late to matter.
        #expect(await fixture.catalog.rollBack(running, because: "again") == nil)
        let second = try await CatalogFixture(continuing: fixture)
        #expect(await second.catalog.adopt(bad).result == .refused("3 of its processes died", phase: .invoke))
        #expect(await second.catalog.serving("users") == good.codeSHA256)
    }

    @Test func hasNothingToGoBackToBeforeTheFirstChange() async throws {
        let fixture = try await CatalogFixture()
        _ = await fixture.catalog.adopt(try await fixture.file("users", code: "one"))
        let running = try #require(fixture.table.functions["users"]?.latest)

        #expect(await fixture.catalog.rollBack(running, because: "died") == nil)
        #expect(await fixture.catalog.serving("users") == running.codeSHA256)
    }

    @Test func keepsThreeLibrariesForGoingBackAndWhatStillRuns() async throws {
        let fixture = try await CatalogFixture(codeGraceMilliseconds: 1_000)
        var files: [FolderFunction] = []
        for code in ["one", "two", "three", "four", "five", "six"] {
            files.append(try await fixture.file("users", code: code))
        }
        fixture.runner.setDraining(true, codeSHA256: files[0].codeSHA256)
        for file in files { _ = await fixture.catalog.adopt(file) }
        fixture.advance(milliseconds: 1_001)
        await fixture.catalog.removeAbandoned()

        // The first one is still draining, the second is gone, three are kept, and the last runs.
        let kept = await fixture.stored(files)
        #expect(kept == [true, false, true, true, true, true])
        fixture.runner.setDraining(false, codeSHA256: files[0].codeSHA256)
        await fixture.catalog.removeAbandoned()
        #expect(await fixture.stored(files) == [false, false, true, true, true, true])
    }

    @Test func refusesOneFileWithoutKeepingTheOthersBack() async throws {
        let fixture = try await CatalogFixture(accountConcurrency: 110, unreservedFloor: 100)
        let bad = try await fixture.file("bad", code: "BAD")

        let adoptions = await fixture.catalog.adopt([
            bad, try await fixture.file("greedy", code: "one") { $0.reservedConcurrency = 11 },
            try await fixture.file("users", code: "one"),
        ])

        #expect(adoptions[0].result == .refused("The library \(bad.libraryPath) is not an ELF file."))
        #expect(
            adoptions[1].result
                == .refused(
                    "Specified ReservedConcurrentExecutions for function decreases account's "
                        + "UnreservedConcurrentExecution below its minimum value of [100]."))
        #expect(adoptions[2].result == .adopted)
        #expect(fixture.table.functions.keys.sorted() == ["users"])
    }

    @Test func letsTheAPICreateAFunctionAnewThatItHadDeleted() async throws {
        let first = try await CatalogFixture()
        let file = try await first.file("users", code: "one")
        _ = await first.catalog.adopt([file])
        try await first.catalog.delete(function: "users", qualifier: nil)

        try await first.create("users", code: "two")

        let second = try await CatalogFixture(continuing: first)
        _ = await second.catalog.adopt([file])
        #expect(second.table.functions["users"]?.latest.codeSHA256 == SHA256.hexadecimal(Array("two".utf8)))
    }

    @Test func sweepsWhatInterruptedWritesHaveLeft() async throws {
        let first = try await CatalogFixture()
        let file = try await first.file("users", code: "one")
        _ = await first.catalog.adopt([file])
        let orphan = try await first.blobs.store([1, 2, 3], fileName: "orphan.so")

        let second = try await CatalogFixture(continuing: first)

        await #expect(throws: CatalogError.self) { try await second.blobs.read(orphan.path) }
        #expect(try await second.blobs.read(file.libraryPath) == Array("one".utf8))
    }

    @Test func storesEachContentOnceReadableForEverybody() async throws {
        let fixture = try await CatalogFixture()

        let first = try await fixture.blobs.store([1], fileName: "a.so")
        let second = try await fixture.blobs.store([1], fileName: "b.so")
        let copy = try await fixture.blobs.store(fileAt: first.path)

        #expect(first.sha256 == "4bf5122f344554c53bde2ebb8cd2b7e3d1600ad631c385a5d7cce23c7785459a")
        #expect(second == first)
        #expect(copy == first)
    }
}
