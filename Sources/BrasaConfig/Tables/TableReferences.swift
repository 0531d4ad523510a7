/// What CloudFormation's `Ref` and `GetAtt` stand for where they name a table of the file.
struct TableReferences {
    /// Names of tables by logical name.
    private var names: [String: String] = [:]
    private let region: String
    private let account: String

    /// Looks for the tables of a file; what is wrong with them is reported when they are read.
    ///
    /// - Parameters:
    ///   - region: what `host.yml` says; nil: `provider.region` counts, and else `fallbackRegion`.
    init(
        root: YAMLNode?, variables: VariableResolver, region: String?, fallbackRegion: String, account: String
    ) {
        self.region = region ?? Self.text(root?["provider"]?["region"], variables) ?? fallbackRegion
        self.account = account
        guard case .mapping(let entries)? = root?["resources"]?["Resources"]?.content else { return }
        for entry in entries {
            guard Self.text(entry.value["Type"], variables) == TableReader.type else { continue }
            self.names[entry.key] = Self.text(entry.value["Properties"]?["TableName"], variables) ?? entry.key
        }
    }

    private static func text(_ node: YAMLNode?, _ variables: VariableResolver) -> String? {
        guard let node, let found = variables.resolve(node, path: ""), found.tag == nil, !found.isNull,
            case .scalar(let text, _) = found.content
        else { return nil }
        return text
    }

    /// `!Ref UsersTable`, `!GetAtt UsersTable.Arn`, and the same written as `Ref:` and `Fn::GetAtt:`; nil: something else.
    func text(_ node: YAMLNode) -> String? {
        var (function, argument) = (node.tag, node)
        if function == nil, case .mapping(let entries) = node.content, let entry = entries.first {
            function = entry.key
            argument = entry.value
        }
        switch function {
        case "!Ref", "Ref":
            guard case .scalar(let logicalID, _) = argument.content else { return nil }
            return self.names[logicalID]
        case "!GetAtt", "Fn::GetAtt":
            let parts: [String]
            switch argument.content {
            case .scalar(let text, _): parts = text.split(separator: ".").map(String.init)
            case .sequence(let items):
                parts = items.compactMap { if case .scalar(let text, _) = $0.content { text } else { nil } }
            case .mapping: return nil
            }
            guard parts.count == 2, parts[1] == "Arn", let name = self.names[parts[0]] else { return nil }
            return "arn:aws:dynamodb:\(self.region):\(self.account):table/\(name)"
        default: return nil
        }
    }
}
