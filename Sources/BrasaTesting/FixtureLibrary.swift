import Foundation
import Glibc
import Synchronization

/// Builds the failing libraries of `Tests/Fixtures` with the system's C compiler; each once in the life of the process.
///
/// Callable from any thread; callers of the same fixture wait for one build. The files go away with the process.
package enum FixtureLibrary {
    /// A fixture that could not be built; `message` holds the compiler's words.
    package struct BuildError: Error, CustomStringConvertible {
        package let message: String

        package var description: String { self.message }
    }

    /// The folder of the fixtures' sources.
    package static let sourcesPath = repositoryPath + "/Tests/Fixtures"

    /// The root of the package's sources.
    package static let repositoryPath: String = {
        var path = URL(fileURLWithPath: #filePath)
        for _ in 0..<3 { path.deleteLastPathComponent() }
        return path.path
    }()

    /// A folder of this process for files of tests; removed when it exits.
    package static let scratchPath: String = {
        var template = Array((FileManager.default.temporaryDirectory.path + "/brasa-fixtures-XXXXXX").utf8CString)
        guard mkdtemp(&template) != nil else {
            preconditionFailure("no folder can be made in \(FileManager.default.temporaryDirectory.path)")
        }
        atexit { try? FileManager.default.removeItem(atPath: FixtureLibrary.scratchPath) }
        return String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }()

    /// Flags that make a fixture what it is, beyond its source.
    private static let linkerFlags: [String: [String]] = [
        "text_relocations": ["-Wl,-z,notext"],
        "executable_stack": ["-Wl,-z,execstack"],
    ]

    /// The outcome of each build by its key; a slot of its own lets different fixtures be built at once.
    private final class Slot: Sendable {
        let outcome = Mutex<Result<String, BuildError>?>(nil)
    }

    private static let slots = Mutex<[String: Slot]>([:])
    private static let counter = Atomic<Int>(0)

    /// Builds `Tests/Fixtures/<name>.c` and returns the path of the library.
    ///
    /// - Throws: `BuildError` when there is no such source, no compiler, or the source does not compile.
    package static func build(_ name: String) throws -> String {
        try self.once("fixture:" + name) {
            var flags = self.linkerFlags[name] ?? []
            let removed = name == "missing_needed" ? try self.libraryToRemove() : nil
            if let removed { flags.append(removed) }
            let output = self.scratchPath + "/\(name).so"
            try self.compile(["\(self.sourcesPath)/\(name).c"], output: output, flags: flags)
            if let removed { try FileManager.default.removeItem(atPath: removed) }
            return output
        }
    }

    /// Builds a library from C source text; equal text and flags are built once.
    ///
    /// - Parameter name: the file's name without `.so`.
    package static func build(source: String, name: String = "library", flags: [String] = []) throws -> String {
        try self.once("source:" + ([name, source] + flags).joined(separator: "\u{0}")) {
            let folder = try self.makeFolder()
            let sourceFile = folder + "/\(name).c"
            try source.write(toFile: sourceFile, atomically: false, encoding: .utf8)
            try self.compile([sourceFile], output: folder + "/\(name).so", flags: flags)
            return folder + "/\(name).so"
        }
    }

    /// Builds a program of `Tests/Fixtures/drivers` together with the sources of C targets.
    package static func buildDriver(
        _ name: String, targets: [String] = ["CBrasaLoader"], flags: [String] = []
    ) throws -> String {
        try self.once("driver:" + ([name] + targets + flags).joined(separator: " ")) {
            var arguments = [
                "-std=gnu17", "-D_GNU_SOURCE", "-g", "-O1", "-I", self.repositoryPath + "/Sources/CBrasa/include",
            ]
            for target in targets {
                let folder = self.repositoryPath + "/Sources/" + target
                let sources = try FileManager.default.contentsOfDirectory(atPath: folder).filter { $0.hasSuffix(".c") }
                arguments += ["-I", folder + "/include"] + sources.sorted().map { "\(folder)/\($0)" }
            }
            let output = try self.makeFolder() + "/" + name
            try self.run(arguments + ["\(self.sourcesPath)/drivers/\(name).c", "-o", output] + flags)
            return output
        }
    }

    /// The same with the compiler's memory and arithmetic checks when they are installed, else without.
    ///
    /// Called without arguments, the program has to end with status 2.
    package static func buildCheckedDriver(
        _ name: String, targets: [String] = ["CBrasaLoader"], flags: [String] = []
    ) throws -> String {
        let checks = ["-fsanitize=address,undefined", "-fno-sanitize-recover=all"]
        do {
            let driver = try self.buildDriver(name, targets: targets, flags: flags + checks)
            if try ProgramRun(path: driver, arguments: []).exitStatus == 2 { return driver }
        } catch {}
        return try self.buildDriver(name, targets: targets, flags: flags)
    }

    /// An empty folder of its own below `scratchPath`.
    package static func makeFolder() throws -> String {
        let number = self.counter.wrappingAdd(1, ordering: .relaxed).newValue
        let path = self.scratchPath + "/\(number)"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        return path
    }

    private static func once(_ key: String, _ build: () throws -> String) throws -> String {
        let slot = self.slots.withLock { slots in
            let slot = slots[key] ?? Slot()
            slots[key] = slot
            return slot
        }
        // Held while compiling on purpose: others that want this very library have to wait for it.
        return try slot.outcome.withLock { outcome in
            if let outcome { return try outcome.get() }
            let result: Result<String, BuildError>
            do {
                result = .success(try build())
            } catch let error as BuildError {
                result = .failure(error)
            } catch {
                result = .failure(BuildError(message: "\(key) cannot be built: \(error)."))
            }
            outcome = result
            return try result.get()
        }
    }

    private static func libraryToRemove() throws -> String {
        let folder = try self.makeFolder()
        let source = folder + "/removed.c"
        try "int brasa_removed(void) { return 1; }\n".write(toFile: source, atomically: false, encoding: .utf8)
        let library = folder + "/libbrasa_removed.so.1"
        try self.compile([source], output: library, flags: ["-Wl,-soname,libbrasa_removed.so.1"])
        return library
    }

    private static func compile(_ sources: [String], output: String, flags: [String]) throws {
        try self.run(
            [
                "-shared", "-fPIC", "-std=gnu17", "-O1", "-g", "-pthread", "-I",
                self.repositoryPath + "/Sources/CBrasa/include",
            ]
                + sources + ["-o", output] + flags)
    }

    /// Runs the compiler: `$CC`, clang, gcc or cc, whichever is there first.
    private static func run(_ arguments: [String]) throws {
        guard let compiler = self.compilerPath else {
            throw BuildError(message: "No C compiler was found: set CC, or install clang or gcc.")
        }
        let result = try ProgramRun(path: compiler, arguments: arguments)
        guard result.exitStatus == 0 else {
            let command = ([compiler] + arguments).joined(separator: " ")
            throw BuildError(message: "\(command) failed with status \(result.status):\n\(result.output)")
        }
    }

    private static let compilerPath: String? = {
        let environment = ProcessInfo.processInfo.environment
        let folders = (environment["PATH"] ?? "/usr/bin:/bin").split(separator: ":")
        for name in [environment["CC"] ?? "", "clang", "gcc", "cc"] where !name.isEmpty {
            if name.contains("/") {
                if access(name, X_OK) == 0 { return name }
                continue
            }
            for folder in folders where access("\(folder)/\(name)", X_OK) == 0 { return "\(folder)/\(name)" }
        }
        return nil
    }()
}
