/// What `limits.profile: aws` refuses though Brasa could do it: the ranges of the service.
///
/// Source: https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
struct AWSProfile {
    let problems: ProblemCollector

    /// Sizes that the service does not raise, and its floor.
    func check(host: Section) {
        let limits = host.section("limits")
        if let size = limits.integer("asyncPayloadSize"), size > 1_048_576, let setting = limits["asyncPayloadSize"] {
            self.reject(setting, "\(size) bytes", allowed: "at most 1048576 bytes")
        }
        if let floor = limits.integer("unreservedFloor"), floor < 100, let setting = limits["unreservedFloor"] {
            self.reject(setting, "\(floor)", allowed: "at least 100")
        }
        self.check(memoryAndTime: host.section("defaults"))
    }

    /// Memory and time of a function, or of the defaults for functions.
    func check(memoryAndTime section: Section) {
        if let memory = section.integer("memorySize"), memory < 128, let setting = section["memorySize"] {
            self.reject(setting, "\(memory)", allowed: "a whole number from 128 to 10240")
        }
        if let time = section.integer("timeout"), time % 1_000 != 0, let setting = section["timeout"] {
            self.reject(setting, DurationText.format(time), allowed: "a time from 1s to 15m in whole seconds")
        }
    }

    private func reject(_ setting: Setting, _ found: String, allowed: String) {
        self.problems.error(
            at: setting.location, key: setting.path,
            "\(setting.path) is \(found); allowed is \(allowed), because limits.profile is aws.", found: found,
            allowed: allowed)
    }
}
