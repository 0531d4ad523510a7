import BrasaModel
import Testing

@testable import BrasaPool

@Suite struct ConcurrencyLedgerTests {
    private static let a = VersionKey(function: "a", version: "1")
    private static let b = VersionKey(function: "b", version: "1")

    private func admit(
        _ ledger: inout ConcurrencyLedger, _ key: VersionKey, times: Int = 1
    ) -> [ConcurrencyLedger.Decision] {
        var decisions: [ConcurrencyLedger.Decision] = []
        for _ in 0..<times { decisions.append(ledger.admit(key, now: 0)) }
        return decisions
    }

    private func admitted(_ admission: ConcurrencyLedger.Admission, _ count: Int) -> [ConcurrencyLedger.Decision] {
        Array(repeating: .admitted(admission), count: count)
    }

    @Test func sharesTheAccountAmongFunctionsWithNothingOfTheirOwn() {
        var ledger = ConcurrencyLedger(accountLimit: 3, limitsRates: false)
        #expect(self.admit(&ledger, Self.a, times: 2) == self.admitted(.unreserved, 2))
        #expect(
            self.admit(&ledger, Self.b, times: 2) == [
                .admitted(.unreserved), .throttled(.concurrentInvocationLimitExceeded),
            ])
        ledger.release(.unreserved, Self.a)
        #expect(self.admit(&ledger, Self.b) == self.admitted(.unreserved, 1))
    }

    @Test func keepsWhatIsReservedForItsFunction() {
        var ledger = ConcurrencyLedger(accountLimit: 5, limitsRates: false)
        ledger.setReserved(2, function: "a")
        #expect(self.admit(&ledger, Self.b, times: 3) == self.admitted(.unreserved, 3))
        #expect(self.admit(&ledger, Self.b) == [.throttled(.concurrentInvocationLimitExceeded)])
        #expect(
            self.admit(&ledger, Self.a, times: 3) == [
                .admitted(.reserved), .admitted(.reserved),
                .throttled(.reservedFunctionConcurrentInvocationLimitExceeded),
            ])
        ledger.release(.reserved, Self.a)
        #expect(self.admit(&ledger, Self.a) == self.admitted(.reserved, 1))
    }

    @Test func switchesAFunctionOffThatReservesNothing() {
        var ledger = ConcurrencyLedger(accountLimit: 5, limitsRates: false)
        ledger.setReserved(0, function: "a")
        #expect(self.admit(&ledger, Self.a) == [.throttled(.reservedFunctionConcurrentInvocationLimitExceeded)])
        #expect(ledger.reserved(function: "a") == 0)
        ledger.setReserved(nil, function: "a")
        #expect(self.admit(&ledger, Self.a) == self.admitted(.unreserved, 1))
        #expect(ledger.reserved(function: "a") == nil)
    }

    @Test func letsWhatRunsGoOnWhenAReservationIsLowered() {
        var ledger = ConcurrencyLedger(accountLimit: 10, limitsRates: false)
        ledger.setReserved(3, function: "a")
        _ = self.admit(&ledger, Self.a, times: 3)
        ledger.setReserved(1, function: "a")
        #expect(self.admit(&ledger, Self.a) == [.throttled(.reservedFunctionConcurrentInvocationLimitExceeded)])
        ledger.release(.reserved, Self.a)
        ledger.release(.reserved, Self.a)
        #expect(self.admit(&ledger, Self.a) == [.throttled(.reservedFunctionConcurrentInvocationLimitExceeded)])
        ledger.release(.reserved, Self.a)
        #expect(self.admit(&ledger, Self.a) == self.admitted(.reserved, 1))
    }

    @Test func releasesWhatWasTakenBeforeAReservationWhereItWasTaken() {
        var ledger = ConcurrencyLedger(accountLimit: 2, limitsRates: false)
        _ = self.admit(&ledger, Self.a)
        ledger.setReserved(1, function: "a")
        // One of the two is reserved now, and the running one still counts against the other.
        #expect(self.admit(&ledger, Self.b) == [.throttled(.concurrentInvocationLimitExceeded)])
        #expect(self.admit(&ledger, Self.a) == self.admitted(.reserved, 1))
        ledger.release(.unreserved, Self.a)
        #expect(self.admit(&ledger, Self.b) == self.admitted(.unreserved, 1))
    }

    // MARK: - Provisioned

    @Test func takesAProvisionedInstanceFirstAndSpillsOverToTheAccount() {
        var ledger = ConcurrencyLedger(accountLimit: 4, limitsRates: false)
        ledger.setProvisioned(2, Self.a)
        #expect(
            self.admit(&ledger, Self.a, times: 4)
                == self.admitted(.provisioned, 2) + self.admitted(.unreserved, 2))
        #expect(self.admit(&ledger, Self.a) == [.throttled(.concurrentInvocationLimitExceeded)])
        ledger.release(.provisioned, Self.a)
        #expect(self.admit(&ledger, Self.a) == self.admitted(.provisioned, 1))
    }

    @Test func countsProvisionedInstancesAgainstTheAccount() {
        var ledger = ConcurrencyLedger(accountLimit: 3, limitsRates: false)
        ledger.setProvisioned(2, Self.a)
        #expect(
            self.admit(&ledger, Self.b, times: 2) == [
                .admitted(.unreserved), .throttled(.concurrentInvocationLimitExceeded),
            ])
    }

    @Test func countsProvisionedInstancesAgainstTheReservation() {
        var ledger = ConcurrencyLedger(accountLimit: 10, limitsRates: false)
        ledger.setReserved(3, function: "a")
        ledger.setProvisioned(2, Self.a)
        #expect(ledger.setApart == 3)
        let other = VersionKey(function: "a", version: "2")
        #expect(
            self.admit(&ledger, other, times: 2) == [
                .admitted(.reserved), .throttled(.reservedFunctionConcurrentInvocationLimitExceeded),
            ])
        #expect(
            self.admit(&ledger, Self.a, times: 3) == self.admitted(.provisioned, 2) + [
                .throttled(.reservedFunctionConcurrentInvocationLimitExceeded)
            ])
    }

    @Test func givesProvisionedInstancesToTheirVersionOnly() {
        var ledger = ConcurrencyLedger(accountLimit: 10, limitsRates: false)
        ledger.setProvisioned(1, Self.a)
        #expect(self.admit(&ledger, VersionKey(function: "a", version: "2")) == self.admitted(.unreserved, 1))
    }

    @Test func forgetsAVersionOnceNothingOfItRuns() {
        var ledger = ConcurrencyLedger(accountLimit: 10, limitsRates: false)
        ledger.setProvisioned(1, Self.a)
        _ = self.admit(&ledger, Self.a)
        ledger.setProvisioned(0, Self.a)
        #expect(ledger.setApart == 0)
        #expect(ledger.functions["a"]?.provisioned[Self.a]?.inFlight == 1)
        ledger.release(.provisioned, Self.a)
        #expect(ledger.functions["a"]?.provisioned.isEmpty == true)
    }

    // MARK: - Rates, under limits.profile: aws

    private static let second: UInt64 = 1_000_000_000

    /// Admits and releases at once, `times`, and counts.
    private func call(
        _ ledger: inout ConcurrencyLedger, _ key: VersionKey, times: Int, isGrowing: Bool = false, now: UInt64
    ) -> [ConcurrencyLedger.Decision: Int] {
        var counts: [ConcurrencyLedger.Decision: Int] = [:]
        for _ in 0..<times {
            let decision = ledger.admit(key, isGrowing: isGrowing, now: now)
            counts[decision, default: 0] += 1
            if case .admitted(let admission) = decision { ledger.release(admission, key) }
        }
        return counts
    }

    @Test func limitsRequestsToTenPerSecondAndUnitOfTheAccount() {
        var ledger = ConcurrencyLedger(accountLimit: 3, limitsRates: true)
        let first = self.call(&ledger, Self.a, times: 40, now: 0)
        #expect(first == [.admitted(.unreserved): 30, .throttled(.functionInvocationRateLimitExceeded): 10])
        let later = self.call(&ledger, Self.b, times: 40, now: Self.second / 2)
        #expect(later == [.admitted(.unreserved): 15, .throttled(.functionInvocationRateLimitExceeded): 25])
    }

    @Test func limitsRequestsToTenPerSecondAndReservedUnit() {
        var ledger = ConcurrencyLedger(accountLimit: 1_000, limitsRates: true)
        ledger.setReserved(1, function: "a")
        let first = self.call(&ledger, Self.a, times: 12, now: 0)
        #expect(first == [.admitted(.reserved): 10, .throttled(.reservedFunctionInvocationRateLimitExceeded): 2])
        // What it may not, others may.
        let other = self.call(&ledger, Self.b, times: 12, now: 0)
        #expect(other == [.admitted(.unreserved): 12])
        ledger.setReserved(2, function: "a")
        let raised = self.call(&ledger, Self.a, times: 12, now: 0)
        #expect(raised == [.admitted(.reserved): 10, .throttled(.reservedFunctionInvocationRateLimitExceeded): 2])
    }

    @Test func spillsRequestsOverThatComeTooFastForProvisionedInstances() {
        var ledger = ConcurrencyLedger(accountLimit: 100, limitsRates: true)
        ledger.setProvisioned(1, Self.a)
        let counts = self.call(&ledger, Self.a, times: 15, now: 0)
        #expect(counts == [.admitted(.provisioned): 10, .admitted(.unreserved): 5])
    }

    @Test func limitsRatesUnderTheProfileOnly() {
        var ledger = ConcurrencyLedger(accountLimit: 3, limitsRates: false)
        let counts = self.call(&ledger, Self.a, times: 5_000, isGrowing: true, now: 0)
        #expect(counts == [.admitted(.unreserved): 5_000])
    }

    @Test func addsAThousandInstancesOfAFunctionInTenSeconds() {
        var ledger = ConcurrencyLedger(accountLimit: 10_000, limitsRates: true)
        let burst = self.call(&ledger, Self.a, times: 1_100, isGrowing: true, now: 0)
        #expect(burst == [.admitted(.unreserved): 1_000, .throttled(.functionInvocationRateLimitExceeded): 100])
        // Instances that are there already may be used.
        let warm = self.call(&ledger, Self.a, times: 50, now: 0)
        #expect(warm == [.admitted(.unreserved): 50])
        // Each function for itself.
        let other = self.call(&ledger, Self.b, times: 50, isGrowing: true, now: 0)
        #expect(other == [.admitted(.unreserved): 50])
        // 100 more each second, not 1,000 after ten.
        let later = self.call(&ledger, Self.a, times: 200, isGrowing: true, now: Self.second)
        #expect(later == [.admitted(.unreserved): 100, .throttled(.functionInvocationRateLimitExceeded): 100])
        let muchLater = self.call(&ledger, Self.a, times: 1_500, isGrowing: true, now: 60 * Self.second)
        #expect(muchLater[.admitted(.unreserved)] == 1_000)
    }

    @Test func addsInstancesOfAReservedFunctionAtTheSameRate() {
        var ledger = ConcurrencyLedger(accountLimit: 10_000, limitsRates: true)
        ledger.setReserved(5_000, function: "a")
        let counts = self.call(&ledger, Self.a, times: 1_001, isGrowing: true, now: 0)
        #expect(counts == [.admitted(.reserved): 1_000, .throttled(.functionInvocationRateLimitExceeded): 1])
    }

    @Test func chargesNothingForWhatItRefuses() {
        var ledger = ConcurrencyLedger(accountLimit: 101, limitsRates: true)
        // 1,010 requests a second; 1,000 new instances.
        _ = self.call(&ledger, Self.a, times: 1_000, isGrowing: true, now: 0)
        let refused = self.call(&ledger, Self.a, times: 500, isGrowing: true, now: 0)
        #expect(refused == [.throttled(.functionInvocationRateLimitExceeded): 500])
        let left = self.call(&ledger, Self.a, times: 20, now: 0)
        #expect(left == [.admitted(.unreserved): 10, .throttled(.functionInvocationRateLimitExceeded): 10])
    }

    @Test func saysThatConcurrencyIsMissingBeforeItSaysThatARateIs() {
        var ledger = ConcurrencyLedger(accountLimit: 1, limitsRates: true)
        _ = ledger.admit(Self.a, now: 0)
        for _ in 0..<100 {
            let decision = ledger.admit(Self.a, now: 0)
            #expect(decision == .throttled(.concurrentInvocationLimitExceeded))
        }
    }
}
