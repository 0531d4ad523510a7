import BrasaModel
import BrasaRouter
import ControlFixtures
import Testing

@Suite(.timeLimit(.minutes(5)))
struct CatalogVersionTests {
    private func publish(
        _ fixture: CatalogFixture, _ description: String? = nil, sha: String? = nil, revision: String? = nil
    ) async throws -> FunctionDescription {
        let version = try await fixture.catalog.publish(
            function: "users", description: description, codeSHA256Base64: sha, revisionID: revision)
        await fixture.catalog.settled(function: "users")
        return version
    }

    @Test func givesTheLastVersionAgainWhileNothingChanged() async throws {
        let fixture = try await CatalogFixture()
        try await fixture.create("users")

        let first = try await self.publish(fixture, "first")
        let again = try await self.publish(fixture, "other words")
        try await fixture.update("users", code: "two")
        let second = try await self.publish(fixture)

        #expect(first.version == "1")
        #expect(first.settings.description == "first")
        #expect(again.version == "1")
        #expect(again.revisionID == first.revisionID)
        #expect(second.version == "2")
        #expect(fixture.table.functions["users"]?.published.keys.sorted() == ["1", "2"])
    }

    @Test func neverUsesANumberTwice() async throws {
        let fixture = try await CatalogFixture()
        try await fixture.create("users", publishes: true)

        try await fixture.catalog.delete(function: "users", qualifier: "1")
        let next = try await self.publish(fixture)

        #expect(next.version == "2")
        #expect(fixture.table.functions["users"]?.published.keys.sorted() == ["2"])
    }

    @Test func guardsPublishingWithCodeAndRevision() async throws {
        let fixture = try await CatalogFixture()
        let created = try await fixture.create("users")
        let current = DigestText.base64(hexadecimal: created.packageSHA256)

        await #expect(
            throws: CatalogError(
                .invalidValue,
                "CodeSHA256 (wrong) is different from current CodeSHA256 in $LATEST (\(current)). "
                    + "Please try again with the CodeSHA256 in $LATEST.")
        ) { try await self.publish(fixture, sha: "wrong") }
        let error = await #expect(throws: CatalogError.self) { try await self.publish(fixture, revision: "wrong") }
        #expect(error?.code == .staleRevision)
        #expect(try await self.publish(fixture, sha: current, revision: created.revisionID).version == "1")
    }

    @Test func publishesTogetherWithAnUpdateOfTheCode() async throws {
        let fixture = try await CatalogFixture()
        try await fixture.create("users")

        let version = try await fixture.update("users", code: "two", publishes: true)

        #expect(version.version == "1")
        #expect(version.qualifier == "1")
        #expect(fixture.table.functions["users"]?.published["1"]?.codeSHA256 == version.codeSHA256)
    }

    @Test func keepsAPublishedVersionAsItWas() async throws {
        let fixture = try await CatalogFixture()
        let original = try await fixture.create("users", publishes: true)
        var change = SettingsChange()
        change.memoryMegabytes = 512
        _ = try await fixture.catalog.updateSettings(function: "users", change: change)
        await fixture.catalog.settled(function: "users")
        try await fixture.update("users", code: "two")

        let published = try await fixture.catalog.describe(function: "users", qualifier: "1")

        #expect(published.settings.memoryMegabytes == 128)
        #expect(published.codeSHA256 == original.codeSHA256)
    }

    @Test func refusesToDeleteAVersionThatAnAliasNeeds() async throws {
        let fixture = try await CatalogFixture()
        try await fixture.create("users", publishes: true)
        _ = try await fixture.catalog.createAlias(function: "users", name: "live", change: AliasChange(version: "1"))

        let error = await #expect(throws: CatalogError.self) {
            try await fixture.catalog.delete(function: "users", qualifier: "1")
        }
        #expect(error?.code == .conflict)
        #expect(error?.message.contains("[live]") == true)
        try await fixture.catalog.deleteAlias(function: "users", name: "live")
        try await fixture.catalog.delete(function: "users", qualifier: "1")
    }

    @Test func refusesToDeleteLatestByItself() async throws {
        let fixture = try await CatalogFixture()
        try await fixture.create("users")

        await #expect(
            throws: CatalogError(
                .invalidValue, "$LATEST version cannot be deleted without deleting the function.")
        ) { try await fixture.catalog.delete(function: "users", qualifier: "$LATEST") }
    }

    @Test func sharesTheCallsOfAWeightedAlias() async throws {
        let fixture = try await CatalogFixture()
        try await fixture.create("users", publishes: true)
        try await fixture.update("users", code: "two", publishes: true)

        _ = try await fixture.catalog.createAlias(
            function: "users", name: "live", change: AliasChange(version: "1", weights: ["2": 0.25]))

        #expect(fixture.table.resolve(function: "users", qualifier: "live", chance: 0.24)?.key.version == "2")
        #expect(fixture.table.resolve(function: "users", qualifier: "live", chance: 0.25)?.key.version == "1")
        let alias = try await fixture.catalog.updateAlias(
            function: "users", name: "live", change: AliasChange(weights: [:]))
        #expect(alias.weights.isEmpty)
        #expect(fixture.table.resolve(function: "users", qualifier: "live", chance: 0)?.key.version == "1")
    }

    @Test(arguments: [
        (
            AliasChange(version: "1", weights: ["2": 0.5, "3": 0.1]),
            "Number of items in AdditionalVersionWeights cannot be greater than 1"
        ),
        (
            AliasChange(version: "1", weights: ["1": 0.5]),
            "Invalid function version 1. Function version 1 is already included in routing configuration."
        ),
        (
            AliasChange(version: "$LATEST", weights: ["1": 0.5]),
            "$LATEST is not supported for an alias pointing to more than 1 version"
        ),
        (
            AliasChange(version: "9"),
            "Function not found: arn:aws:lambda:us-east-1:000000000000:function:users:9"
        ),
        (
            AliasChange(version: "1", weights: ["9": 0.5]),
            "Function not found: arn:aws:lambda:us-east-1:000000000000:function:users:9"
        ),
        (
            AliasChange(version: "1", weights: ["2": 1.5]),
            "1 validation error detected: Value '{2=1.5}' at 'routingConfig.additionalVersionWeights' failed to satisfy "
                + "constraint: Map value must satisfy constraint: [Member must have value less than or equal to 1.0, Member "
                + "must have value greater than or equal to 0.0, Member must not be null]"
        ),
    ])
    func refusesAnAliasThatCannotBe(change: AliasChange, message: String) async throws {
        let fixture = try await CatalogFixture()
        try await fixture.create("users", publishes: true)

        let error = await #expect(throws: CatalogError.self) {
            try await fixture.catalog.createAlias(function: "users", name: "live", change: change)
        }

        #expect(error?.message == message)
    }

    @Test func tellsAnAliasThatExistsFromOneThatDoesNot() async throws {
        let fixture = try await CatalogFixture()
        try await fixture.create("users")
        let arn = "arn:aws:lambda:us-east-1:000000000000:function:users:live"

        await #expect(throws: CatalogError(.notFound, "Cannot find alias arn: \(arn)")) {
            try await fixture.catalog.alias(function: "users", name: "live")
        }
        let alias = try await fixture.catalog.createAlias(
            function: "users", name: "live", change: AliasChange(version: "$LATEST"))
        await #expect(throws: CatalogError(.conflict, "Alias already exists: \(arn)")) {
            try await fixture.catalog.createAlias(
                function: "users", name: "live", change: AliasChange(version: "$LATEST"))
        }
        let error = await #expect(throws: CatalogError.self) {
            try await fixture.catalog.updateAlias(
                function: "users", name: "live", change: AliasChange(description: "x", revisionID: "old"))
        }
        #expect(error?.code == .staleRevision)
        let changed = try await fixture.catalog.updateAlias(
            function: "users", name: "live", change: AliasChange(description: "x", revisionID: alias.revisionID))
        #expect(changed.description == "x")
        try await fixture.catalog.deleteAlias(function: "users", name: "unknown")
    }

    @Test func listsTheAliasesOfOneVersion() async throws {
        let fixture = try await CatalogFixture()
        try await fixture.create("users", publishes: true)
        try await fixture.update("users", code: "two", publishes: true)
        for (name, change) in [
            ("b", AliasChange(version: "1", weights: ["2": 0.1])), ("a", AliasChange(version: "2")),
            ("c", AliasChange(version: "1")),
        ] {
            _ = try await fixture.catalog.createAlias(function: "users", name: name, change: change)
        }

        #expect(try await fixture.catalog.aliases(function: "users", version: nil).map(\.name) == ["a", "b", "c"])
        #expect(try await fixture.catalog.aliases(function: "users", version: "2").map(\.name) == ["a", "b"])
    }
}
