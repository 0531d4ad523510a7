import Foundation

/// JSON Schemas of the two files, made from the key tables, so that editors and the reader agree.
///
/// Draft 7, which the YAML language server speaks. Keywords of another type than the value's do not apply in JSON Schema,
/// which is why a variable such as `${env:PORT}` is allowed everywhere by one `pattern`.
package enum JSONSchema {
    /// For `host.yml`.
    package static var host: String { Self.text(.host, id: "host.schema.json", title: "host.yml of Brasa") }
    /// For `serverless.yml`.
    package static var serverless: String {
        Self.text(.serverless, id: "serverless.schema.json", title: "serverless.yml as Brasa reads it")
    }

    private static let variable = "\\$\\{"

    private static func text(_ table: KeyTable, id: String, title: String) -> String {
        var root = Self.section(table)
        root["$schema"] = .text("http://json-schema.org/draft-07/schema#")
        root["$id"] = .text(id)
        root["title"] = .text(title)
        root["type"] = .texts(["object", "null"])
        root["pattern"] = nil
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        // Encoding texts, numbers, lists and dictionaries of them cannot fail.
        guard let data = try? encoder.encode(JSONValue.object(root)) else { return "" }
        return String(decoding: data, as: UTF8.self) + "\n"
    }

    private static func section(_ table: KeyTable) -> [String: JSONValue] {
        var properties: [String: JSONValue] = [:]
        for key in table.keys {
            var property = Self.schema(key.rule)
            property["description"] = .text(key.summary)
            if let text = key.defaultText { property["default"] = Self.value(text, rule: key.rule) }
            properties[key.name] = .object(property)
        }
        var schema: [String: JSONValue] = [
            "type": .texts(["object", "null", "string"]), "pattern": .text(Self.variable),
            "properties": .object(properties), "additionalProperties": .boolean(false),
        ]
        let required = table.keys.filter(\.isRequired).map(\.name)
        if !required.isEmpty { schema["required"] = .texts(required) }
        return schema
    }

    private static func value(_ text: String, rule: ValueRule) -> JSONValue {
        if case .integer = rule, let number = Int(text) { return .integer(number) }
        if case .boolean = rule { return .boolean(text == "true") }
        return .text(text)
    }

    private static func schema(_ rule: ValueRule) -> [String: JSONValue] {
        switch rule {
        case .ignored, .notServed: return [:]
        case .section(let table): return Self.section(table)
        case .typed(let types, let summary): return Self.typed(types, summary: summary)
        case .boolean:
            return ["type": .texts(["boolean", "string"]), "pattern": .text("^(true|false)$|\(Self.variable)")]
        case .list(let inner):
            return [
                "type": .texts(["array", "null", "string"]), "pattern": .text(Self.variable),
                "items": .object(Self.schema(inner)),
            ]
        case .map(let names, let inner):
            return Self.map(names: names, values: Self.schema(inner))
        case .environment:
            // Anything: CloudFormation's functions are objects, and with their tags whatever the editor makes of them.
            return Self.map(names: .variableName, values: [:])
        case .integer(let range):
            return [
                "type": .texts(["integer", "string"]), "minimum": .integer(range.lowerBound),
                "maximum": .integer(range.upperBound), "pattern": .text("^[0-9]+$|\(Self.variable)"),
            ]
        case .duration(let range, _):
            return [
                "type": .texts(["number", "string"]), "minimum": .number(Double(range.lowerBound) / 1_000),
                "maximum": .number(Double(range.upperBound) / 1_000),
                "pattern": .text("^[0-9]+(\\.[0-9]+)? *(ms|s|m|h|d)?$|\(Self.variable)"),
            ]
        case .size(let range):
            return [
                "type": .texts(["integer", "string"]), "minimum": .integer(range.lowerBound),
                "maximum": .integer(range.upperBound),
                "pattern": .text("^[0-9]+(\\.[0-9]+)? *(B|[kK]B|KiB|MB|MiB|GB|GiB)?$|\(Self.variable)"),
            ]
        case .choice(let names):
            return [
                "anyOf": .list([
                    .object(["enum": .texts(names)]),
                    .object(["type": .text("string"), "pattern": .text(Self.variable)]),
                ])
            ]
        case .text(let rule): return Self.text(rule)
        case .weekdays:
            return [
                "type": .texts(["string", "array"]), "pattern": .text("^(\(WeekdaysText.pattern))$|\(Self.variable)"),
                "items": .object(["type": .text("string"), "pattern": .text("^(\(WeekdaysText.pattern))$")]),
            ]
        case .timeOfDay: return Self.string("^([01]?[0-9]|2[0-3]):[0-5][0-9]$|^24:00$|\(Self.variable)")
        case .timeZone: return Self.string("^[A-Za-z0-9_+/-]+$|\(Self.variable)")
        }
    }

    private static func typed(
        _ types: [(type: String, table: KeyTable)], summary: String
    ) -> [String: JSONValue] {
        let choices = types.map { type, table -> JSONValue in
            let condition: JSONValue = .object(["properties": .object(["Type": .object(["const": .text(type)])])])
            return .object(["if": condition, "then": .object(Self.section(table))])
        }
        let property: JSONValue = .object(["type": .text("string"), "description": .text(summary)])
        return [
            "type": .text("object"), "required": .texts(["Type"]), "properties": .object(["Type": property]),
            "allOf": .list(choices),
        ]
    }

    private static func string(_ pattern: String) -> [String: JSONValue] {
        ["type": .text("string"), "pattern": .text(pattern)]
    }

    private static func text(_ rule: TextRule) -> [String: JSONValue] {
        var schema: [String: JSONValue] = ["type": .texts(["string", "number", "boolean"])]
        if let pattern = rule.pattern { schema["pattern"] = .text("^(?:\(pattern))$|\(Self.variable)") }
        return schema
    }

    private static func map(names: TextRule, values: [String: JSONValue]) -> [String: JSONValue] {
        var schema: [String: JSONValue] = [
            "type": .texts(["object", "null", "string"]), "pattern": .text(Self.variable),
            "additionalProperties": .object(values),
        ]
        if let pattern = names.pattern {
            schema["propertyNames"] = .object(["pattern": .text("^(?:\(pattern))$|^<<$")])
        }
        return schema
    }
}
