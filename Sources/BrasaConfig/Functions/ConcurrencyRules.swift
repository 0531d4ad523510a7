import BrasaModel

/// What reserved and provisioned concurrency of the functions may add up to.
struct ConcurrencyRules {
    let limits: HostLimits
    let problems: ProblemCollector

    func check(_ drafts: [FunctionReader.Draft]) {
        for draft in drafts { self.check(draft) }
        self.checkSum(drafts)
    }

    /// The most a function ever keeps ready.
    private func peak(_ settings: FunctionSettings) -> Int {
        settings.provisionedSchedules.map(\.provisionedConcurrency).reduce(settings.provisionedConcurrency, max)
    }

    private func check(_ draft: FunctionReader.Draft) {
        let peak = self.peak(draft.function.settings)
        guard let reserved = draft.function.settings.reservedConcurrency, peak > reserved,
            let setting = draft.section["reservedConcurrency"]
        else { return }
        self.problems.error(
            at: setting.location, key: setting.path,
            "\(setting.path) is \(reserved); allowed is at least \(peak), the most that is provisioned."
                + " ReservedConcurrentExecutions \(reserved) should not be lower than function's total provisioned"
                + " concurrency [\(peak)].", found: "\(reserved)", allowed: "at least \(peak)")
    }

    /// Reported at the function whose share goes over the limit, as if they were deployed in the order of the file.
    private func checkSum(_ drafts: [FunctionReader.Draft]) {
        let most = max(0, self.limits.accountConcurrency - self.limits.unreservedFloor)
        var sum = 0
        for draft in drafts {
            let settings = draft.function.settings
            let setting = draft.section["reservedConcurrency"] ?? draft.section["provisionedConcurrency"]
            let share = settings.reservedConcurrency ?? self.peak(settings)
            sum += share
            guard share > 0, sum > most else { continue }
            let path = setting?.path ?? draft.section.path.appending(key: "brasa.provisionedSchedules")
            self.problems.error(
                at: setting?.location ?? draft.function.location, key: path,
                "\(path) sets \(share) instances apart, which makes \(sum) with the functions before it; allowed are"
                    + " \(most) in all, limits.accountConcurrency (\(self.limits.accountConcurrency)) less"
                    + " limits.unreservedFloor (\(self.limits.unreservedFloor)). Specified ReservedConcurrentExecutions for"
                    + " function decreases account's UnreservedConcurrentExecution below its minimum value of"
                    + " [\(self.limits.unreservedFloor)].", found: "\(sum)", allowed: "at most \(most)")
            return
        }
    }
}
