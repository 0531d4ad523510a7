import BrasaTables
import Foundation

/// `AWS::DynamoDB::Table` of `serverless.yml` -> `ConfiguredTable`s.
struct TableReader {
    /// What CloudFormation calls a table.
    static let type = "AWS::DynamoDB::Table"

    let problems: ProblemCollector

    /// The tables in the order of the file; what would be refused when it is made is reported and left out.
    func tables(_ file: Section) -> [ConfiguredTable] {
        let tables = file.section("resources").map("Resources").compactMap { self.table($0) }
        var first: [String: ConfiguredTable] = [:]
        for table in tables {
            if let earlier = first.updateValue(table, forKey: table.name) {
                self.problems.error(
                    at: table.location, key: Self.path(table.logicalID),
                    "\(Self.path(table.logicalID)) is the table \(table.name), which is also that of \(earlier.logicalID)"
                        + " on line \(earlier.location.line); names are unique.", found: table.name)
            }
        }
        return tables
    }

    private static func path(_ logicalID: String) -> String { "resources.Resources.\(logicalID)" }

    private func table(_ entry: Setting.Named) -> ConfiguredTable? {
        guard case .section(let section) = entry.setting.value else { return nil }
        let properties = section.section("Properties")
        // What is wrong in there has been reported.
        guard let location = properties.location, !self.problems.hasErrors(below: properties.path) else { return nil }
        guard case .object(var members) = Self.json(properties) else { return nil }
        let name = properties.text("TableName") ?? entry.name
        members["TableName"] = .text(name)
        members["TimeToLiveSpecification"] = nil
        // CloudFormation has a stream by naming its view.
        if case .object(var stream)? = members["StreamSpecification"] {
            stream["StreamEnabled"] = .boolean(true)
            members["StreamSpecification"] = .object(stream)
        }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        // Encoding texts, numbers, lists and dictionaries of them cannot fail.
        guard let creation = try? encoder.encode(JSONValue.object(members)) else { return nil }
        if let refusal = Self.refusal(creation) {
            self.problems.error(
                at: location, key: properties.path, "\(properties.path) is no table that can be made. \(refusal)")
            return nil
        }
        let timeToLive = properties.section("TimeToLiveSpecification")
        guard let attribute = self.timeToLiveAttribute(timeToLive) else { return nil }
        return ConfiguredTable(
            logicalID: entry.name, name: name, creation: String(decoding: creation, as: UTF8.self),
            timeToLiveAttribute: attribute, location: entry.nameLocation)
    }

    /// The attribute, nil in it when items do not expire; nil when it is missing, which is then reported.
    private func timeToLiveAttribute(_ section: Section) -> String?? {
        guard section.boolean("Enabled") == true else { return .some(nil) }
        if let name = section.text("AttributeName") { return name }
        if let location = section.location {
            self.problems.missing(
                "\(section.path).AttributeName", at: location, allowed: TextRule.attributeName.allowed)
        }
        return nil
    }

    /// Why the service would not make the table; nil: it would.
    private static func refusal(_ creation: Data) -> String? {
        do {
            _ = try creation.withUnsafeBytes { try CreateTableRequest($0) }
            return nil
        } catch {
            return "\(error)"
        }
    }

    /// Settings as JSON: the keys of the section are the API's members.
    private static func json(_ section: Section) -> JSONValue {
        .object(section.settings.compactMapValues { self.json($0) })
    }

    private static func json(_ setting: Setting) -> JSONValue? {
        switch setting.value {
        case .text(let text): .text(text)
        case .integer(let number): .integer(number)
        case .boolean(let flag): .boolean(flag)
        case .list(let items): .list(items.compactMap { self.json($0) })
        case .section(let section): self.json(section)
        case .map, .weekdays, .environment, .unread: nil
        }
    }
}
