import Foundation
import Testing

@testable import brasa

@Suite struct FunctionTemplateTests {
    /// `Sources` of this checkout.
    private static let sources = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .appendingPathComponent("Sources").path

    @Test(arguments: [
        ("", "it is empty"), ("a b", "it contains \" \""), ("-x", "it starts with \"-\""), ("é", "it contains \"é\""),
        ("../x", "it contains \".\""), (String(repeating: "x", count: 65), "it has 65 characters"),
    ])
    func rejectsANameThatNoFunctionCanHave(name: String, problem: String) {
        let error = #expect(throws: FunctionTemplateError.self) {
            try FunctionTemplate(language: .c, name: name, sources: "/s")
        }

        #expect(
            error?.message == """
                "\(name)" cannot be a function's name: \(problem); \
                allowed are 1 to 64 of A-Z, a-z, 0-9, - and _, not starting with "-".
                """)
    }

    @Test(arguments: FunctionTemplate.Language.allCases)
    func keepsEveryFileInTheFunctionsFolder(language: FunctionTemplate.Language) throws {
        let files = try FunctionTemplate(language: language, name: "my-fn", sources: "/s").files

        #expect(files.allSatisfy { $0.path.hasPrefix("my-fn/") && $0.contents.hasSuffix("\n") })
        #expect(Set(files.map(\.path)).count == files.count)
        #expect(files.contains { $0.contents.contains("\"my-fn\"") })
    }

    @Test func quotesPathsForTheShellAndForSwift() throws {
        let c = try FunctionTemplate(language: .c, name: "f", sources: "/it's here")
        let swift = try FunctionTemplate(language: .swift, name: "f", sources: #"/a"b\c"#)

        #expect(c.buildCommand().contains(#"-I '/it'\''s here/CBrasa/include'"#))
        #expect(swift.files[0].contents.contains(#"path: "/a\"b\\c""#))
    }

    @Test(arguments: [FunctionTemplate.Language.c, .cpp])
    func buildsByItsOneCommand(language: FunctionTemplate.Language) throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("brasa new \(UUID())")
        defer { try? FileManager.default.removeItem(at: folder) }
        let template = try FunctionTemplate(language: language, name: "fresh", sources: Self.sources)
        for file in template.files {
            let url = folder.appendingPathComponent(file.path)
            try FileManager.default.createDirectory(
                at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
            try Data(file.contents.utf8).write(to: url)
        }

        let shell = Process()
        shell.executableURL = URL(fileURLWithPath: "/bin/sh")
        shell.arguments = ["-c", template.buildCommand()]
        shell.currentDirectoryURL = folder
        try shell.run()
        shell.waitUntilExit()

        #expect(shell.terminationStatus == 0)
        let library = try #require(dlopen(folder.path + "/functions/fresh.so", RTLD_NOW | RTLD_LOCAL))
        #expect(dlsym(library, "brasa_module_v1") != nil)
    }
}
