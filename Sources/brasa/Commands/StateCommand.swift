import ArgumentParser
import Foundation

/// `brasa state`: copies, replaces and empties what a running host keeps.
struct StateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "state",
        abstract: "Copy, replace or empty the state of a running host.",
        discussion: """
            The state is all that outlives the host: functions made through the API, waiting asynchronous events, tables. \
            Libraries of the functions folder are not in it; they are where you put them.

            EXAMPLES
              brasa state snapshot backups/monday   While the host works.
              brasa state restore backups/monday    The host comes up again with it.
              brasa state reset --yes               The same with nothing.
            """,
        subcommands: [Snapshot.self, Restore.self, Reset.self])

    /// `brasa state snapshot`.
    struct Snapshot: ConsoleCommand {
        static let configuration = CommandConfiguration(
            commandName: "snapshot",
            abstract: "Copy the state into a new folder while the host works.",
            discussion:
                "Each database is copied as it stands at one moment. The host writes the copy: it is on its machine.")

        @Argument(help: ArgumentHelp("A folder that does not exist yet.", valueName: "folder"), completion: .directory)
        var folder: String

        @OptionGroup var host: HostOptions
        @OptionGroup var output: OutputOptions

        func run(on console: Console) async throws {
            let path = absolutePath(self.folder)
            let snapshot = try await self.host.client(console.environment).takeSnapshot(at: path)
            if self.output.isJSON {
                console.print(try JSONLine.text(snapshot))
            } else {
                console.print("\(path): \(snapshot.files.count) files, \(snapshot.sizeBytes) bytes")
            }
        }
    }

    /// `brasa state restore`.
    struct Restore: ConsoleCommand {
        static let configuration = CommandConfiguration(
            commandName: "restore",
            abstract: "Put a snapshot in the place of the state.",
            discussion: """
                Running invocations finish first, then the host comes up again with the snapshot at the same ports. \
                When it cannot, it goes on with the state it had. What was stored since the snapshot is lost.
                """)

        @Argument(
            help: ArgumentHelp("A folder that `brasa state snapshot` made.", valueName: "folder"),
            completion: .directory)
        var folder: String

        @OptionGroup var host: HostOptions

        func run(on console: Console) async throws {
            try await self.host.client(console.environment).replaceState(from: absolutePath(self.folder))
            console.print("The host works with \(self.folder).")
        }
    }

    /// `brasa state reset`.
    struct Reset: ConsoleCommand {
        static let configuration = CommandConfiguration(
            commandName: "reset",
            abstract: "Empty the state.",
            discussion:
                "Running invocations finish first, then the host comes up again without any state at the same ports.")

        @Flag(name: .customLong("yes"), help: "Really: nothing brings it back but a snapshot.")
        var isSure = false

        @OptionGroup var host: HostOptions

        func validate() throws {
            guard self.isSure else { throw ValidationError("This deletes all state of the host; add --yes to do it.") }
        }

        func run(on console: Console) async throws {
            try await self.host.client(console.environment).replaceState(from: nil)
            console.print("The host has no state any more.")
        }
    }
}

/// The path that the host understands, which has another working directory.
private func absolutePath(_ path: String) -> String { URL(fileURLWithPath: path).standardizedFileURL.path }
