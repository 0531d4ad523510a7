import BrasaTesting
import Foundation
import Glibc

/// `brasa dev --json` in a project of its own: `greet/` with sources, `config/`, `functions/`.
final class DevHost {
    /// One line of what it writes.
    struct Event: Decodable, Hashable {
        let event: String
        var function: String?
        var functions: [String]?
        var library: String?
        var command: String?
        var reason: String?
        var outcome: String?
        var message: String?
        var level: String?
        var status: Int?
        var request: String?
        var trigger: String?
        var cold: Bool?
        var durationMs: Double?
        var memoryBytes: Int?
        var nearLimits: [String]?
        var errorType: String?
        var pid: Int32?
    }

    /// Builds `greet/greet.c` as the guide has it.
    static let build =
        "cc -g -shared -fPIC -fvisibility=hidden -I \(FixtureLibrary.repositoryPath)/Sources/CBrasa/include"
        + " -o \"$BRASA_LIBRARY\" greet/greet.c"

    let folder: HostFolder
    private let outputFile: String
    private(set) var process: HostProcess

    /// Starts it with one function, `greet`.
    ///
    /// - Parameters:
    ///   - build: its `brasa.build`.
    ///   - settings: further lines of its entry in `serverless.yml`.
    ///   - prepare: puts files into the project before the start.
    init(
        build: String = DevHost.build, settings: [String] = [], brasa: [String] = [], arguments: [String] = [],
        isJSON: Bool = true,
        source: String? = DevHost.source("one"), prepare: (DevHost.Project) throws -> Void = { _ in }
    ) throws {
        self.folder = try HostFolder()
        self.outputFile = self.folder.path + "/output"
        let project = Project(path: self.folder.path)
        if let source { try project.write("greet/greet.c", source) }
        try project.configure(build: build, settings: settings, brasa: brasa)
        try prepare(project)
        self.process = try HostProcess(
            self.folder, command: "dev", arguments: arguments, isJSON: isJSON, outputFile: self.outputFile)
    }

    var project: Project { Project(path: self.folder.path) }
    var gateway: HTTPProbe { HTTPProbe(port: self.process.ready.gateway.port) }
    var control: HTTPProbe { HTTPProbe(port: self.process.ready.control.port) }

    /// The files around it.
    struct Project {
        let path: String

        func write(_ file: String, _ text: String) throws {
            let url = URL(fileURLWithPath: "\(self.path)/\(file)")
            try FileManager.default.createDirectory(
                at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
            // By a rename from elsewhere: half a file might be built, too.
            let beside = "\(self.path)/being-written"
            try Data(text.utf8).write(to: URL(fileURLWithPath: beside))
            guard rename(beside, url.path) == 0 else { throw HarnessError("Cannot rename to \(url.path).") }
        }

        func remove(_ file: String) throws { try FileManager.default.removeItem(atPath: "\(self.path)/\(file)") }

        func text(_ file: String) -> String {
            String(decoding: FileManager.default.contents(atPath: "\(self.path)/\(file)") ?? Data(), as: UTF8.self)
        }

        func exists(_ file: String) -> Bool { FileManager.default.fileExists(atPath: "\(self.path)/\(file)") }

        func configure(build: String, settings: [String] = [], brasa: [String] = [], more: String = "") throws {
            // The default is too near for a machine that is busy with others.
            let timeout = settings.contains { $0.hasPrefix("timeout:") } ? [] : ["timeout: 30s"]
            let lines =
                ["handler: greet.so"] + settings + timeout + [
                    "brasa:", "  build: '\(build.replacing("'", with: "''"))'",
                ]
                + brasa.map { "  \($0)" }
            let yaml = "functions:\n  greet:\n" + lines.map { "    \($0)\n" }.joined() + more
            try self.write("config/serverless.yml", yaml)
        }
    }

    /// A function that answers `text`.
    static func source(_ text: String, body: String = "") -> String {
        """
        #include <brasa_c.h>
        #include <stdlib.h>
        #include <string.h>
        #include <unistd.h>
        BRASA_FUNCTION(greet, "greet") {
            (void)state;
            \(body)
            return brasa_reply(call, brasa_text("\(text)"));
        }
        BRASA_MODULE("greet", "1.0.0", greet)

        """
    }

    func edit(_ text: String, body: String = "") throws {
        try self.project.write("greet/greet.c", Self.source(text, body: body))
    }

    /// What it has written so far.
    var output: String { self.project.text("output") }

    /// The events so far; an unfinished line is left out.
    func events() throws -> [Event] {
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        return try self.output.split(separator: "\n", omittingEmptySubsequences: false).dropLast()
            .map { try decoder.decode(Event.self, from: Data($0.utf8)) }
    }

    func events(_ name: String) throws -> [Event] { try self.events().filter { $0.event == name } }

    /// Waits for an event that satisfies a condition.
    @discardableResult
    func waitForEvent(
        _ name: String, within seconds: Double = patientSeconds, _ condition: (Event) -> Bool = { _ in true }
    ) throws -> Event {
        do {
            return try waitFor("the event \(name)", within: seconds) { try self.events(name).first(where: condition) }
        } catch let error as HarnessError {
            throw HarnessError("\(error)\nIt has written:\n\(self.output.suffix(4_000))\n\(self.folder.log)")
        }
    }

    /// Waits until the function answers so.
    func waitForAnswer(_ text: String, within seconds: Double = patientSeconds) throws {
        var last = ""
        do {
            try waitUntil("the answer \(text)", within: seconds) {
                last = try self.gateway.get("/greet").text
                return last == text
            }
        } catch let error as HarnessError {
            throw HarnessError("\(error) The last was \(last).\n\(self.output.suffix(4_000))\n\(self.folder.log)")
        }
    }

    /// Asks it to end, and waits for that; returns what `waitpid` gave.
    func stop(by signal: Int32 = SIGINT) -> Int32 { self.process.end(by: signal) }

    /// Starts it again in the same project.
    func startAgain() throws {
        try? FileManager.default.removeItem(atPath: self.outputFile)
        self.process = try HostProcess(
            self.folder, command: "dev", outputFile: self.outputFile)
    }
}
