import BlockingTests
import BrasaTesting
import Foundation
import Testing

/// Replacing a library while it is called.
@Suite(.blocking, .serialized, .timeLimit(.minutes(15)))
struct HotReloadTests {
    private static let settings = "timeout: 30s"

    private func withGenerations(
        _ setup: HostSetup = HostSetup(), _ body: (RunningHost, Generations) throws -> Void
    ) throws {
        var setup = setup
        setup.functions.append(TestFunction(fixture: "generation", settings: Self.settings))
        try withHost(setup) { host in try body(host, try Generations(host.folder)) }
    }

    @Test func losesNoRequestInAHundredReloadsAtAThousandRequestsPerSecond() throws {
        try self.withGenerations { host, generations in
            let probe = GenerationProbe(port: host.gateway.port)
            var times: [Double] = []
            for number in 1...100 {
                let renamed = try generations.put(number)
                let replied = try generations.waitFor(number, at: host.gateway)
                times.append(Double(replied - renamed) / 1_000_000)
            }
            let report = try probe.stop()

            #expect(report.failures == [])
            #expect(report.outdated == [])
            #expect(report.requests > 100)
            times.sort()
            print(
                "reload, rename to first reply: p50 \(times[49]) ms, p99 \(times[98]) ms, "
                    + "\(report.requests) requests under way")
        }
    }

    @Test func leavesNothingBehindInAThousandReloadsUnderLoad() throws {
        try self.withGenerations(HostSetup(hasNeighbour: false)) { host, generations in
            func reload(_ numbers: ClosedRange<Int>) throws {
                let probe = GenerationProbe(port: host.gateway.port, requestsPerSecond: 300, connections: 4)
                for number in numbers {
                    try generations.put(number)
                    try generations.waitFor(number, at: host.gateway)
                }
                let report = try probe.stop()
                #expect(report.failures == [])
                #expect(report.outdated == [])
                // How many instances the load took is chance; those of the next version are for one caller.
                try generations.put(numbers.upperBound + 1)
                try generations.waitFor(numbers.upperBound + 1, at: host.gateway)
            }
            try reload(1...199)
            let before = try HostResources.settled(host)
            try reload(201...999)
            var after = try HostResources.settled(host)
            // What is on its way goes; what has leaked stays.
            try waitUntil("the host to hold no more than \(before); it holds \(after)") {
                after = HostResources(host)
                return after.processes == before.processes && after.descriptors <= before.descriptors + 4
                    && after.libraries <= 4 && after.scratchFolders <= before.scratchFolders
            }

            // Allocators keep some of what was freed; a version that leaked would show by hundreds of kilobytes.
            #expect(after.memoryBytes < before.memoryBytes + (16 << 20))
            print("after 200 reloads \(before), after 1,000 \(after)")
        }
    }

    @Test func finishesWhatRunsOnTheOldVersion() throws {
        try self.withGenerations { host, generations in
            try generations.put(1)
            try generations.waitFor(1, at: host.gateway)
            let gate = host.gate()
            let slow = try host.gateway.start("POST", "/generation", body: gate.event)
            try waitUntil("the slow call to run") { try host.status(of: "generation").instances["busy"] == 1 }
            try generations.put(2)
            try generations.waitFor(2, at: host.gateway)

            try gate.open()
            #expect(Generations.number(try slow.receive()) == 1)
            try waitUntil("the old version to be gone") {
                host.processes(of: "generation").count { $0.role == .zygote } == 1
            }
        }
    }

    @Test(arguments: ["in place", "slowly", "by a link", "by removing it first"])
    func takesALibraryOverHoweverItIsWritten(way: String) throws {
        try self.withGenerations { host, generations in
            let probe = GenerationProbe(port: host.gateway.port, requestsPerSecond: 200, connections: 2)
            let library = Data(generations.library(7))
            switch way {
            case "in place":
                let file = try #require(FileHandle(forWritingAtPath: generations.path))
                try file.truncate(atOffset: 0)
                try file.write(contentsOf: library)
                try file.close()
            case "slowly":
                // As a linker does: for longer than the folder is left alone between two looks.
                let file = try #require(FileHandle(forWritingAtPath: generations.path))
                try file.truncate(atOffset: 0)
                for piece in stride(from: 0, to: library.count, by: library.count / 6 + 1) {
                    try file.write(contentsOf: library[piece..<min(library.count, piece + library.count / 6 + 1)])
                    usleep(150_000)
                }
                try file.close()
            case "by a link":
                let target = "\(host.folder.path)/generation-7.so"
                try library.write(to: URL(fileURLWithPath: target))
                try FileManager.default.removeItem(atPath: generations.path)
                try FileManager.default.createSymbolicLink(
                    atPath: generations.path, withDestinationPath: target)
            default:
                try FileManager.default.removeItem(atPath: generations.path)
                usleep(150_000)
                try library.write(to: URL(fileURLWithPath: generations.path))
            }
            try generations.waitFor(7, at: host.gateway)
            let report = try probe.stop()

            #expect(report.failures == [])
            #expect(report.outdated == [])
            #expect(!host.folder.log.contains("not taken over"))
        }
    }

    @Test func servesForAWhileWithoutItsLibraryAndThenNoMore() throws {
        try self.withGenerations(HostSetup(hostSettings: "limits: { removalDelay: 5s }")) { host, generations in
            try FileManager.default.removeItem(atPath: generations.path)
            #expect(Generations.number(try host.gateway.get("/generation")) == 0)

            try waitUntil("the function to be gone") { try host.gateway.get("/generation").status == 404 }
            try host.waitUntilNoProcess(of: "generation")
            #expect(host.folder.log.contains("function removed"))
            try generations.put(1)
            try generations.waitFor(1, at: host.gateway)
        }
    }

    @Test func deploysWhatIsInTheFolderWhenToldTo() throws {
        try self.withGenerations { host, generations in
            try generations.put(889_000)
            try waitUntil("the refusal") { host.folder.log.contains("not taken over") }
            let refused = try host.control.post("/_brasa/deploy/generation", "")
            #expect(refused.status == 200)
            #expect(refused.text.contains("this generation does not start"))
            #expect(refused.text.contains("\"phase\":\"init\""))

            try generations.put(2)
            let deployed = try host.control.post("/_brasa/deploy/generation", "")

            #expect(deployed.status == 200)
            #expect(!deployed.text.contains("problem"))
            #expect(Generations.number(try host.gateway.get("/generation")) == 2)
            #expect(try host.control.post("/_brasa/deploy/nobody", "").status == 404)
        }
    }
}
