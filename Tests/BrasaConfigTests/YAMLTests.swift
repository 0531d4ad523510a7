import BrasaConfig
import BrasaModel
import Foundation
import Testing

@Suite struct YAMLTests {
    @Test func holdsTheDefaultsWithoutADirectoryOrFiles() throws {
        let missing = Configuration.load(directory: "/nonexistent/runtime-config")
        let empty = try ConfigurationFolder([:]).load()

        #expect(missing.problems == [])
        #expect(missing.configuration == Configuration())
        #expect(empty.configuration?.functions == [])
    }

    @Test(arguments: [
        "", "\n", "# nothing\n", "---\n", "---\n...\n", "~", "null\n", "functions:\n", "\u{FEFF}service: a\n",
    ])
    func takesEmptyFiles(text: String) throws {
        let (configuration, problems) = try loadServerless(text)

        #expect(problems == [])
        #expect(configuration?.functions == [])
    }

    @Test(arguments: [
        (
            "functions:\n  a: [1, 2\nb: c\n",
            "config/serverless.yml:3:2: error: Not YAML: did not find expected ',' or ']', while parsing a flow sequence that"
                + " starts on line 2."
        ),
        (
            "functions:\n\ta: b\n",
            "config/serverless.yml:2:1: error: Not YAML: found character that cannot start any token, while scanning for the"
                + " next token that starts on line 2 (a tab; YAML is indented with spaces)."
        ),
        ("service: *nobody\n", "config/serverless.yml:1:10: error: Not YAML: found undefined alias."),
        (
            "service: a\n---\nservice: b\n",
            "config/serverless.yml:2:1: error: Not YAML: but found another document."
        ),
        (
            "- a\n- b\n",
            "config/serverless.yml:1:1: error: The file holds a list; allowed is a mapping with the keys service, provider,"
                + " functions, resources."
        ),
        (
            "service: a\u{1}b\n",
            "config/serverless.yml:1:1: error: Not YAML: control characters are not allowed (U+1)."
        ),
    ])
    func saysWhereAFileIsNotYAML(text: String, says: String) throws {
        let (_, problems) = try loadServerless(text)

        #expect(problems == [says])
    }

    @Test func saysWhichLineIsNotUTF8() throws {
        let folder = try ConfigurationFolder([:])
        try folder.write(Data("service: a\n# caf".utf8) + [0xE9, 0x0A], "serverless.yml")

        #expect(
            folder.load().problems == [
                "config/serverless.yml:2:1: error: The line is not UTF-8; configuration files are UTF-8 text."
            ])
    }

    @Test func reportsDuplicateKeysBesideOtherMistakes() throws {
        let (_, problems) = try loadServerless(
            """
            service: a
            functions:
              "f":
                handler: hello.so
                memorySize: 128
                memorySize: 256
                memorySize: 512
                timeout: never
              f:
                handler: users.so
            service: b
            """)

        #expect(
            problems == [
                "config/serverless.yml:6:5: error: The key memorySize is given more than once, first on line 5; keys are"
                    + " unique.",
                "config/serverless.yml:7:5: error: The key memorySize is given more than once, first on line 5; keys are"
                    + " unique.",
                "config/serverless.yml:8:14: error: functions.f.timeout is 'never'; allowed is a time from 1ms to 15m, as"
                    + " seconds (10) or with a unit (500ms, 10s, 2m, 1h, 1d).",
                "config/serverless.yml:9:3: error: The key f is given more than once, first on line 3; keys are unique.",
                "config/serverless.yml:11:1: error: The key service is given more than once, first on line 1; keys are"
                    + " unique.",
            ])
    }

    @Test func expandsAliasesAndMergeKeys() throws {
        let (configuration, problems) = try loadServerless(
            """
            custom:
              base: &base {memorySize: 256, timeout: 9}
              more: &more {timeout: 8, description: d}
            functions:
              a: {<<: *base, handler: hello.so, timeout: 7}
              b: {<<: [*base, *more], handler: users.so}
            """)

        let settings = configuration?.functions.map(\.settings) ?? []
        #expect(problems == [])
        #expect(settings.map(\.memoryMegabytes) == [256, 256])
        #expect(settings.map(\.timeoutMilliseconds) == [7_000, 9_000])
        #expect(settings.last?.description == "d")
    }

    @Test(.timeLimit(.minutes(5))) func boundsAliasesThatMultiply() throws {
        let levels = (1...12).map { level in
            "  l\(level): &l\(level) [\(Array(repeating: "*l\(level - 1)", count: 10).joined(separator: ", "))]\n"
        }
        let text = "custom:\n  l0: &l0 [x]\n" + levels.joined()

        #expect(
            try loadServerless(text).problems == [
                "config/serverless.yml: error: The file holds more than 100000 values or 100 levels once its aliases are"
                    + " expanded; allowed is less."
            ])
        #expect(
            try loadServerless(text + "  ? *l12\n  : x\n").problems == [
                "config/serverless.yml: error: The file uses an alias, a list or a mapping as a key beside anchors; keys are"
                    + " plain text."
            ])
    }

    @Test(.timeLimit(.minutes(5))) func boundsHugeAndDeepFiles() throws {
        let huge = "custom: " + String(repeating: "x", count: 1 << 20)
        let deep = "custom: " + String(repeating: "[", count: 500_000)
        let nested = "custom: " + String(repeating: "[", count: 200) + String(repeating: "]", count: 200)
        let many = (0..<500).map { "key\($0): 1\n" }.joined()

        #expect(
            try loadServerless(huge).problems == [
                "config/serverless.yml: error: The file is larger than 1 MiB; allowed is at most 1 MiB."
            ])
        #expect(try loadServerless(deep).problems.count == 1)
        #expect(try loadServerless(nested).problems.count == 1)
        let problems = try loadServerless(many).problems
        #expect(problems.count == 201)
        #expect(problems.last == "config/serverless.yml: error: There are 300 more problems, not listed here.")
    }

    @Test func remarksOnAFileWithTheOtherExtension() throws {
        let (configuration, problems) = try ConfigurationFolder(["host.yaml": "gateway: {port: 1}"]).load()

        #expect(
            problems == ["config/host.yaml: warning: The file is not read; the name that is read is host.yml."])
        #expect(configuration?.host.gateway.port == 8_080)
    }

    @Test func saysWhyAFileCannotBeRead() throws {
        let folder = try ConfigurationFolder([:])
        try FileManager.default.createDirectory(
            atPath: folder.path + "/config/host.yml", withIntermediateDirectories: true)

        #expect(folder.load().problems == ["config/host.yml: error: The file cannot be read: Is a directory."])
    }
}
