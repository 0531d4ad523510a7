import BrasaConfig
import BrasaModel
import Foundation
import Testing

/// The files in `runtime-config/` and `docs/configuration.md`.
@Suite struct ShippedFilesTests {
    private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    private static func text(_ path: String) throws -> String {
        try String(contentsOf: Self.root.appendingPathComponent(path), encoding: .utf8)
    }

    /// The shipped configuration, with the shipped functions built.
    private static func shipped() throws -> ConfigurationFolder {
        try ConfigurationFolder(
            [
                "host.yml": try Self.text("runtime-config/host.yml"),
                "serverless.yml": try Self.text("runtime-config/serverless.yml"),
            ], libraries: ["hello-c.so", "hello-cpp.so", "hello-swift.so", "users.so"])
    }

    @Test func shippedHostFileSaysTheDefaults() throws {
        let (configuration, problems) = try Self.shipped().load()

        var host = try #require(configuration?.host)
        host.functionsFolder = "functions"
        #expect(problems == [])
        #expect(host == HostSettings())
    }

    @Test func shippedServerlessFileConfiguresTheShippedFunctions() throws {
        let (configuration, _) = try Self.shipped().load(options: ["stage": "prod"])

        let functions = try #require(configuration?.functions)
        #expect(
            functions.map(\.name) == ["cos", "crc32", "sqlite-version", "hello-c", "hello-cpp", "hello-swift", "users"])
        #expect(
            functions.map(\.libraryFile) == [
                "libm.so.6", "libz.so.1", "libsqlite3.so.0", "hello-c.so", "hello-cpp.so", "hello-swift.so",
                "users.so",
            ])
        #expect(functions.prefix(3).map(\.settings.symbol?.name) == ["cos", "crc32", "sqlite3_libversion"])
        #expect(functions[3].settings.environment == ["STAGE": "prod"])
        #expect(functions[5].settings.timeoutMilliseconds == 5_000)
        #expect(
            functions[6].settings.environment == [
                "STAGE": "prod", "TABLE_NAME": "users", "EMAIL_TABLE_NAME": "user-emails",
            ])
        #expect(configuration?.tables.map(\.name) == ["users", "user-emails"])
    }

    /// Written anew by `BRASA_WRITE_SCHEMAS=1 swift test --filter ShippedFilesTests`.
    @Test(arguments: [
        ("runtime-config/schema/host.schema.json", JSONSchema.host),
        ("runtime-config/schema/serverless.schema.json", JSONSchema.serverless),
    ])
    func shippedSchemaIsThatOfTheKeyTables(path: String, schema: String) throws {
        if ProcessInfo.processInfo.environment["BRASA_WRITE_SCHEMAS"] != nil {
            try Data(schema.utf8).write(to: Self.root.appendingPathComponent(path))
        }

        #expect(try Self.text(path) == schema)
    }

    @Test func shippedHostFileAndDocumentationNameEveryKeyWithItsDefault() throws {
        let file = try Self.text("runtime-config/host.yml")
        let documentation = try Self.text("docs/configuration.md")

        for key in try Self.keys("runtime-config/schema/host.schema.json") where !key.isSection {
            #expect(file.contains("\(key.name): "), "runtime-config/host.yml does not show \(key.path)")
            let row = documentation.split(separator: "\n").first { $0.hasPrefix("| `\(key.path)` |") }
            #expect(
                row?.contains("| `\(key.defaultText)` |") == true,
                "docs/configuration.md: \(key.path), \(key.defaultText)")
        }
    }

    @Test func documentationNamesEveryServedKeyOfAFunction() throws {
        let documentation = try Self.text("docs/configuration.md")

        for key in try Self.keys("runtime-config/schema/serverless.schema.json") where key.isServed && !key.isSection {
            #expect(documentation.contains("| `\(key.path)` |"), "docs/configuration.md does not explain \(key.path)")
        }
    }

    private struct Key {
        let path: String
        let name: String
        let defaultText: String
        let isSection: Bool
        let isServed: Bool
    }

    /// All keys of a schema, through sections, maps and lists.
    private static func keys(_ path: String) throws -> [Key] {
        let data = try Data(contentsOf: Self.root.appendingPathComponent(path))
        let root = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
        return Self.keys(in: root, path: "")
    }

    private static func keys(in schema: [String: Any], path: String) -> [Key] {
        let properties = schema["properties"] as? [String: [String: Any]] ?? [:]
        return properties.flatMap { name, property -> [Key] in
            let inner = path.isEmpty ? name : "\(path).\(name)"
            let summary = property["description"] as? String ?? ""
            let isServed = !summary.hasPrefix("Not served") && !summary.contains("ithout effect")
            let text = (property["default"] as? Int).map { "\($0)" } ?? property["default"] as? String ?? ""
            var keys = Self.keys(in: property, path: inner)
            if let items = property["items"] as? [String: Any] { keys += Self.keys(in: items, path: inner + "[]") }
            if let values = property["additionalProperties"] as? [String: Any] {
                keys += Self.keys(in: values, path: inner + ".NAME")
            }
            return keys + [
                Key(path: inner, name: name, defaultText: text, isSection: !keys.isEmpty, isServed: isServed)
            ]
        }
    }
}
