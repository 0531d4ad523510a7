import BrasaModel
import BrasaRouter
import ControlFixtures
import Testing

@Suite(.timeLimit(.minutes(5)))
struct CatalogConcurrencyTests {
    @Test func hasToldTheRunnerWhenSettingReservedConcurrencyReturns() async throws {
        let fixture = try await CatalogFixture()
        try await fixture.create("users")

        try await fixture.catalog.setReservedConcurrency(function: "users", limit: 0)
        #expect(fixture.runner.calls.last == "reserve users 0")
        try await fixture.catalog.setReservedConcurrency(function: "users", limit: nil)

        #expect(fixture.runner.calls.last == "reserve users nil")
        #expect(try await fixture.catalog.describe(function: "users", qualifier: nil).reservedConcurrency == nil)
    }

    @Test func leavesTheUnreservedFloorToEverybodyElse() async throws {
        let fixture = try await CatalogFixture(accountConcurrency: 200, unreservedFloor: 100)
        try await fixture.create("users")
        try await fixture.create("orders")
        try await fixture.catalog.setReservedConcurrency(function: "users", limit: 60)

        await #expect(
            throws: CatalogError(
                .invalidValue,
                "Specified ReservedConcurrentExecutions for function decreases account's UnreservedConcurrentExecution "
                    + "below its minimum value of [100].")
        ) { try await fixture.catalog.setReservedConcurrency(function: "orders", limit: 41) }

        try await fixture.catalog.setReservedConcurrency(function: "orders", limit: 40)
        let usage = await fixture.catalog.usage()
        #expect(usage.concurrencyLimit == 200)
        #expect(usage.unreservedConcurrency == 100)
        #expect(usage.functionCount == 2)
    }

    @Test func neverReservesLessThanIsProvisioned() async throws {
        let fixture = try await CatalogFixture()
        try await fixture.create("users", publishes: true)
        _ = try await fixture.catalog.setProvisionedConcurrency(function: "users", qualifier: "1", count: 2)

        await #expect(
            throws: CatalogError(
                .invalidValue,
                "ReservedConcurrentExecutions 1 should not be lower than function's total provisioned concurrency [2].")
        ) { try await fixture.catalog.setReservedConcurrency(function: "users", limit: 1) }
        try await fixture.catalog.setReservedConcurrency(function: "users", limit: 2)
        await #expect(
            throws: CatalogError(
                .invalidValue,
                "Requested Provisioned Concurrency should not be greater than the reservedConcurrentExecution for function"
            )
        ) { try await fixture.catalog.setProvisionedConcurrency(function: "users", qualifier: "1", count: 3) }
    }

    @Test func reportsProvisionedInstancesFromInProgressToReady() async throws {
        let fixture = try await CatalogFixture()
        try await fixture.create("users", publishes: true)

        let asked = try await fixture.catalog.setProvisionedConcurrency(function: "users", qualifier: "1", count: 3)
        await fixture.catalog.settled(function: "users")
        let ready = try await fixture.catalog.provisionedConcurrency(function: "users", qualifier: "1")

        #expect(asked.status == .inProgress)
        #expect(asked.requested == 3)
        #expect(fixture.runner.calls.last == "provision users:1 3")
        #expect(ready.status == .ready)
        #expect(ready.allocated == 3)
        #expect(ready.available == 3)
    }

    @Test func reportsWhyProvisionedInstancesCannotBeMade() async throws {
        let fixture = try await CatalogFixture()
        try await fixture.create("users", publishes: true)
        _ = try await fixture.catalog.setProvisionedConcurrency(function: "users", qualifier: "1", count: 3)
        await fixture.catalog.settled(function: "users")
        fixture.runner.setStatus(
            VersionStatus(
                readiness: nil, startingInstances: 0, idleInstances: 0, busyInstances: 0, provisionedRequested: 3,
                provisionedAllocated: 1, provisionedAvailable: 0, provisionedFailure: "FUNCTION_ERROR_INIT_FAILURE"),
            of: VersionKey(function: "users", version: "1"))

        let provisioned = try await fixture.catalog.provisionedConcurrency(function: "users", qualifier: "1")

        #expect(provisioned.status == .failed)
        #expect(provisioned.statusReason == "FUNCTION_ERROR_INIT_FAILURE")
        #expect(provisioned.allocated == 1)
    }

    @Test func movesProvisionedInstancesWithTheirAlias() async throws {
        let fixture = try await CatalogFixture()
        try await fixture.create("users", publishes: true)
        try await fixture.update("users", code: "two", publishes: true)
        _ = try await fixture.catalog.createAlias(function: "users", name: "live", change: AliasChange(version: "1"))
        _ = try await fixture.catalog.setProvisionedConcurrency(function: "users", qualifier: "live", count: 2)
        await fixture.catalog.settled(function: "users")
        fixture.runner.clear()

        _ = try await fixture.catalog.updateAlias(function: "users", name: "live", change: AliasChange(version: "2"))
        await fixture.catalog.settled(function: "users")

        #expect(fixture.runner.calls.sorted() == ["provision users:1 0", "provision users:2 2"])
        fixture.runner.clear()
        try await fixture.catalog.deleteProvisionedConcurrency(function: "users", qualifier: "live")
        await fixture.catalog.settled(function: "users")
        #expect(fixture.runner.calls == ["provision users:2 0"])
    }

    @Test func refusesProvisionedConcurrencyWhereItCannotBe() async throws {
        let fixture = try await CatalogFixture(accountConcurrency: 200, unreservedFloor: 100)
        try await fixture.create("users", publishes: true)
        _ = try await fixture.catalog.createAlias(function: "users", name: "live", change: AliasChange(version: "1"))
        let catalog = fixture.catalog
        func refusal(_ qualifier: String, _ count: Int = 1) async -> CatalogError? {
            await #expect(throws: CatalogError.self) {
                _ = try await catalog.setProvisionedConcurrency(function: "users", qualifier: qualifier, count: count)
            }
        }

        let unpublished = "Provisioned Concurrency Configs cannot be applied to unpublished function versions."
        #expect(await refusal("$LATEST") == CatalogError(.invalidValue, unpublished))
        #expect(await refusal("9")?.message.hasSuffix("function:users:9") == true)
        #expect(await refusal("nope")?.message.hasPrefix("Cannot find alias arn: ") == true)
        #expect(
            await refusal("1", 201)?.message
                == "Specified ConcurrentExecutions for function is greater than account's unreserved concurrency [200]."
        )
        #expect(
            await refusal("1", 101)?.message
                == "Specified ConcurrentExecutions for function decreases account's UnreservedConcurrentExecution below "
                + "its minimum value of [100].")
        await #expect(
            throws: CatalogError(
                .noProvisionedConcurrency, "No Provisioned Concurrency Config found for this function")
        ) { try await catalog.provisionedConcurrency(function: "users", qualifier: "1") }

        _ = try await catalog.setProvisionedConcurrency(function: "users", qualifier: "1", count: 1)
        #expect(await refusal("live")?.code == .conflict)
        try await catalog.deleteProvisionedConcurrency(function: "users", qualifier: "1")
        _ = try await catalog.setProvisionedConcurrency(function: "users", qualifier: "live", count: 1)
        #expect(await refusal("1")?.message == "Version is pointed by a Provisioned Concurrency alias")
        #expect(
            try await catalog.provisionedConcurrencies(function: "users").map(\.qualifier) == ["live"])
    }

    @Test func keepsInstancesReadyBeforeItSwitches() async throws {
        let fixture = try await CatalogFixture()
        _ = await fixture.catalog.adopt([try await fixture.file("users", code: "one") { $0.provisionedConcurrency = 2 }]
        )
        fixture.runner.clear()

        _ = await fixture.catalog.adopt([try await fixture.file("users", code: "two") { $0.provisionedConcurrency = 2 }]
        )

        #expect(
            fixture.runner.calls.map { $0.prefix { $0 != " " } }
                == ["start", "warm", "start", "provision", "retire"])
    }

    @Test func letsAScheduleOverrideWhatTheSettingsKeepReady() async throws {
        let fixture = try await CatalogFixture()
        _ = await fixture.catalog.adopt([try await fixture.file("users", code: "one") { $0.provisionedConcurrency = 1 }]
        )
        #expect(fixture.runner.calls.last == "provision users:$LATEST 1")

        await fixture.catalog.setScheduledConcurrency(function: "users", count: 5)
        await fixture.catalog.settled(function: "users")
        #expect(fixture.runner.calls.last == "provision users:$LATEST 5")
        await fixture.catalog.setScheduledConcurrency(function: "users", count: nil)
        await fixture.catalog.settled(function: "users")

        #expect(fixture.runner.calls.last == "provision users:$LATEST 1")
    }

    @Test func routesAsynchronousEventsByTheRetriesSet() async throws {
        let fixture = try await CatalogFixture()
        try await fixture.create("users")
        let arn = "arn:aws:lambda:us-east-1:000000000000:function:users:$LATEST"
        let none = CatalogError(.notFound, "The function \(arn) doesn't have an EventInvokeConfig")
        await #expect(throws: none) { try await fixture.catalog.eventInvoke(function: "users", qualifier: nil) }
        await #expect(throws: none) {
            try await fixture.catalog.setEventInvoke(
                function: "users", qualifier: nil, maximumRetryAttempts: 1, maximumEventAgeSeconds: nil,
                keepsOthers: true)
        }

        _ = try await fixture.catalog.setEventInvoke(
            function: "users", qualifier: nil, maximumRetryAttempts: 0, maximumEventAgeSeconds: nil, keepsOthers: false)
        let merged = try await fixture.catalog.setEventInvoke(
            function: "users", qualifier: nil, maximumRetryAttempts: nil, maximumEventAgeSeconds: 60, keepsOthers: true)

        #expect(merged.maximumRetryAttempts == 0)
        #expect(fixture.table.functions["users"]?.asyncLimits[VersionKey.latest]?.maximumRetryAttempts == 0)
        #expect(fixture.table.functions["users"]?.asyncLimits[VersionKey.latest]?.maximumEventAgeSeconds == 60)
        try await fixture.catalog.deleteEventInvoke(function: "users", qualifier: nil)
        #expect(fixture.table.functions["users"]?.asyncLimits[VersionKey.latest] == nil)
    }

    @Test func limitsTheTagsOfAFunction() async throws {
        let fixture = try await CatalogFixture()
        try await fixture.create("users")
        let fifty = Dictionary(uniqueKeysWithValues: (0..<50).map { ("k\($0)", "v") })
        try await fixture.catalog.changeTags(function: "users", adding: fifty, removing: [])

        await #expect(throws: CatalogError(.invalidValue, "Number of tags exceeds resource tag limit.")) {
            try await fixture.catalog.changeTags(function: "users", adding: ["more": "v"], removing: [])
        }
        try await fixture.catalog.changeTags(function: "users", adding: ["more": "v"], removing: ["k0"])
        #expect(try await fixture.catalog.tags(function: "users").count == 50)
    }
}
