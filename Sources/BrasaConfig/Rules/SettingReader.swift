/// YAML -> settings, by the rules of the key tables; goes on after a mistake, so that all are reported at once.
struct SettingReader {
    let problems: ProblemCollector
    let variables: VariableResolver
    /// What `Ref` and `GetAtt` stand for in variables of functions; nil: nothing.
    var references: TableReferences?

    /// Reads a whole file; `root` is nil when it is empty or absent.
    func read(_ root: YAMLNode?, table: KeyTable) -> Section {
        guard let root else { return Section(table: table, path: "", location: nil) }
        guard case .mapping = root.content else {
            self.problems.error(
                at: root.location,
                "The file holds \(root.found); allowed is a mapping with the keys"
                    + " \(table.servedNames.joined(separator: ", ")).",
                found: root.found)
            return Section(table: table, path: "", location: nil)
        }
        return self.section(root, table: table, path: "")
    }

    /// nil when nothing was given, or when it is wrong, which is then reported.
    ///
    /// - Parameter keyLocation: where the key stands; nil for an item of a list.
    private func setting(
        _ unresolved: YAMLNode, keyLocation: SourceLocation? = nil, rule: ValueRule, path: String
    ) -> Setting? {
        switch rule {
        case .ignored:
            return Setting(path: path, location: unresolved.location, value: .unread, origin: nil)
        case .notServed(let note):
            self.problems.warning(
                at: keyLocation ?? unresolved.location, key: path, "\(path) is not served by this version: \(note).")
            return nil
        default:
            break
        }
        guard let node = self.variables.resolve(unresolved, path: path), !node.isNull else { return nil }
        guard let value = self.value(node, rule: rule, path: path) else { return nil }
        return Setting(path: path, location: node.location, value: value, origin: node.origin)
    }

    private func value(_ node: YAMLNode, rule: ValueRule, path: String) -> Setting.Value? {
        switch rule {
        case .section(let table):
            guard case .mapping = node.content, node.tag == nil else { break }
            return .section(self.section(node, table: table, path: path))
        case .typed(let types, _):
            guard case .mapping = node.content, node.tag == nil else { break }
            return self.typed(node, types: types, path: path).map { .section($0) }
        case .map(let names, let inner):
            guard case .mapping(let entries) = node.content, node.tag == nil else { break }
            return .map(entries.compactMap { self.named($0, names: names, rule: inner, path: path) })
        case .environment:
            guard case .mapping(let entries) = node.content, node.tag == nil else { break }
            return .environment(self.environment(entries, path: path))
        case .list(let inner):
            guard case .sequence(let items) = node.content, node.tag == nil else { break }
            return .list(
                items.enumerated().compactMap { self.setting($1, rule: inner, path: "\(path)[\($0)]") })
        case .weekdays:
            guard let days = self.weekdays(node) else { break }
            return .weekdays(days)
        default:
            guard case .scalar(let text, _) = node.content, node.tag == nil else { break }
            if let value = Self.scalar(text, rule: rule) { return value }
            self.problems.reject(
                node, key: path, allowed: rule.allowed, suggestion: Self.suggestion(for: text, rule: rule))
            return nil
        }
        self.problems.reject(node, key: path, allowed: rule.allowed)
        return nil
    }

    /// A scalar by its rule; nil when it is not allowed.
    static func scalar(_ text: String, rule: ValueRule) -> Setting.Value? {
        switch rule {
        case .text(let rule): return rule.accepts(text) ? .text(text) : nil
        case .choice(let names): return names.contains(text) ? .text(text) : nil
        case .boolean: return text == "true" ? .boolean(true) : text == "false" ? .boolean(false) : nil
        case .timeZone: return TimeZoneName.exists(text) ? .text(text) : nil
        case .integer(let range): return Int(text).flatMap { range.contains($0) ? .integer($0) : nil }
        case .size(let range): return SizeText.parse(text).flatMap { range.contains($0) ? .integer($0) : nil }
        case .timeOfDay(let isEnd): return TimeOfDayText.parse(text, isEnd: isEnd).map { .integer($0) }
        case .duration(let range, let step):
            guard let time = DurationText.parse(text), range.contains(time), time.isMultiple(of: step) else {
                return nil
            }
            return .integer(time)
        default: return nil
        }
    }

    private static func suggestion(for text: String, rule: ValueRule) -> String? {
        switch rule {
        case .choice(let names): NearestName.find(text, among: names)
        case .timeZone: TimeZoneName.nearest(to: text)
        default: nil
        }
    }

    /// nil when the mapping is of a type that is not served, or of none, which is then reported.
    private func typed(_ node: YAMLNode, types: [(type: String, table: KeyTable)], path: String) -> Section? {
        let names = types.map(\.type)
        let key = path.appending(key: "Type")
        guard let given = node["Type"], let found = self.variables.resolve(given, path: key), !found.isNull else {
            self.problems.missing(key, at: node.location, allowed: names.joinedForReading(by: "or"))
            return nil
        }
        guard case .scalar(let type, _) = found.content, found.tag == nil else {
            self.problems.reject(found, key: key, allowed: names.joinedForReading(by: "or"))
            return nil
        }
        guard let table = types.first(where: { $0.type == type })?.table else {
            self.problems.warning(
                at: found.location, key: key,
                "\(key) is \(type), which is not served by this version: \(path) is not made. Made are:"
                    + " \(names.joined(separator: ", ")).")
            return nil
        }
        return self.section(node, table: table, path: path)
    }

    private func weekdays(_ node: YAMLNode) -> [Int]? {
        switch node.content {
        case .scalar(let text, _): return node.tag == nil ? WeekdaysText.parse(text) : nil
        case .mapping: return nil
        case .sequence(let items):
            var days: Set<Int> = []
            for item in items {
                guard case .scalar(let text, _) = item.content, let some = WeekdaysText.parse(text) else { return nil }
                days.formUnion(some)
            }
            return days.isEmpty ? nil : days.sorted()
        }
    }

    private func section(_ node: YAMLNode, table: KeyTable, path: String) -> Section {
        var section = Section(table: table, path: path, location: node.location)
        guard case .mapping(let entries) = node.content else { return section }
        var given: Set<String> = []
        for entry in entries {
            guard let key = table[entry.key] else {
                if let meant = self.unknown(entry, table: table, path: path) { given.insert(meant) }
                continue
            }
            if !entry.value.isNull { given.insert(entry.key) }
            section.settings[entry.key] = self.setting(
                entry.value, keyLocation: entry.keyLocation, rule: key.rule, path: path.appending(key: entry.key))
        }
        // A required key that was mistyped is reported as such, not once more as missing.
        for key in table.keys where key.isRequired && !given.contains(key.name) {
            self.problems.missing(path.appending(key: key.name), at: node.location, allowed: key.rule.allowed)
        }
        return section
    }

    /// Reports a key that the table does not have; gives the key that was probably meant.
    private func unknown(_ entry: YAMLNode.Entry, table: KeyTable, path: String) -> String? {
        let key = path.appending(key: entry.key)
        let nearest = table.nearest(to: entry.key)
        let names = table.servedNames.joined(separator: ", ")
        self.problems.error(
            at: entry.keyLocation, key: key,
            "\(key) is not a known key" + (nearest.map { "; did you mean \($0)?" } ?? ".") + " Known keys: \(names).",
            found: entry.key, allowed: names, suggestion: nearest)
        return nearest
    }

    private func named(
        _ entry: YAMLNode.Entry, names: TextRule, rule: ValueRule, path: String
    ) -> Setting.Named? {
        let key = path.appending(key: entry.key)
        guard names.accepts(entry.key) else {
            self.rejectName(entry, key: key, allowed: names.allowed)
            return nil
        }
        if entry.value.isNull, case .section(let table) = rule {
            for missing in table.keys where missing.isRequired {
                self.problems.missing(
                    key.appending(key: missing.name), at: entry.keyLocation, allowed: missing.rule.allowed)
            }
        }
        if entry.value.isNull, case .typed(let types, _) = rule {
            self.problems.missing(
                key.appending(key: "Type"), at: entry.keyLocation, allowed: types.map(\.type).joinedForReading(by: "or")
            )
        }
        return self.setting(entry.value, rule: rule, path: key).map {
            Setting.Named(name: entry.key, nameLocation: entry.keyLocation, setting: $0)
        }
    }

    private func rejectName(_ entry: YAMLNode.Entry, key: String, allowed: String) {
        self.problems.error(
            at: entry.keyLocation, key: key, "The name of \(key) is '\(entry.key)'; allowed is \(allowed).",
            found: entry.key, allowed: allowed)
    }

    private func environment(_ entries: [YAMLNode.Entry], path: String) -> [String: String?] {
        var variables: [String: String?] = [:]
        for entry in entries {
            let key = path.appending(key: entry.key)
            if let text = self.references?.text(entry.value) {
                variables[entry.key] = .some(text)
                continue
            }
            if let reference = entry.value.cloudFormationFunction {
                self.problems.warning(
                    at: entry.value.location, key: key,
                    "\(key) is filled in by CloudFormation (\(reference)), which this version does not do:"
                        + " the variable is not set.")
                continue
            }
            guard TextRule.variableName.accepts(entry.key) else {
                self.rejectName(entry, key: key, allowed: TextRule.variableName.allowed)
                continue
            }
            guard !EnvironmentRules.reserved.contains(entry.key) else {
                let names = EnvironmentRules.reserved.sorted().joined(separator: ", ")
                self.problems.error(
                    at: entry.keyLocation, key: key,
                    "\(key) is set by the runtime itself; allowed is any name but \(names).", found: entry.key)
                continue
            }
            guard let node = self.variables.resolve(entry.value, path: key) else { continue }
            // Values may be secrets, so no message shows one.
            guard case .scalar(let text, _) = node.content, node.tag == nil else {
                self.problems.reject(node, key: key, allowed: "a text or a number")
                continue
            }
            if text.unicodeScalars.contains("\0") {
                self.problems.error(
                    at: node.location, key: key, "\(key) contains a zero byte; allowed is any other character.")
                continue
            }
            variables[entry.key] = .some(node.isNull ? nil : text)
        }
        return variables
    }
}

extension String {
    /// The path of a key inside this one.
    func appending(key: String) -> String { self.isEmpty ? key : "\(self).\(key)" }
}

extension ProblemCollector {
    /// A key that has to be there and is not.
    func missing(_ key: String, at location: SourceLocation, allowed: String) {
        self.error(at: location, key: key, "\(key) is missing; it is \(allowed).", allowed: allowed)
    }
}

extension YAMLNode {
    /// The CloudFormation function the value calls, such as `!Ref` or `Fn::GetAtt`; nil: none.
    var cloudFormationFunction: String? {
        if let tag = self.tag { return tag }
        guard case .mapping(let entries) = self.content, entries.count == 1, let key = entries.first?.key else {
            return nil
        }
        return key == "Ref" || key.hasPrefix("Fn::") ? key : nil
    }
}
