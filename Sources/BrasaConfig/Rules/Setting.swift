/// A value that has been read and found valid, and where it stands.
struct Setting: Sendable {
    /// What the rules make of YAML.
    indirect enum Value: Sendable {
        /// Also a choice or a time zone.
        case text(String)
        /// Also milliseconds, bytes, and minutes of the day.
        case integer(Int)
        case boolean(Bool)
        case weekdays([Int])
        case list([Setting])
        case map([Named])
        case section(Section)
        /// nil takes the variable away.
        case environment([String: String?])
        /// Known and not looked into.
        case unread
    }

    /// One entry of a map, in the order of the file.
    struct Named: Sendable {
        let name: String
        let nameLocation: SourceLocation
        let setting: Setting
    }

    /// Path of the key, such as `functions.hello.timeout`.
    let path: String
    let location: SourceLocation
    let value: Value
    /// The variable it came out of; nil: it stands in the file itself.
    let origin: String?
}

/// The valid keys of one mapping; what was wrong is missing from it, and reported.
struct Section: Sendable {
    let table: KeyTable
    let path: String
    /// nil when the section is absent.
    let location: SourceLocation?
    var settings: [String: Setting] = [:]

    /// A key of the table; nil when absent, empty or wrong.
    ///
    /// To ask for a key that the table does not have is a programmer's mistake.
    subscript(name: String) -> Setting? {
        precondition(self.table[name] != nil, "\(name) is not in the table of \(self.path)")
        return self.settings[name]
    }

    func text(_ name: String) -> String? {
        guard case .text(let text) = self[name]?.value else { return nil }
        return text
    }

    /// Also milliseconds, bytes and minutes of the day.
    func integer(_ name: String) -> Int? {
        guard case .integer(let number) = self[name]?.value else { return nil }
        return number
    }

    func boolean(_ name: String) -> Bool? {
        guard case .boolean(let flag) = self[name]?.value else { return nil }
        return flag
    }

    func weekdays(_ name: String) -> [Int]? {
        guard case .weekdays(let days) = self[name]?.value else { return nil }
        return days
    }

    func environment(_ name: String) -> [String: String?] {
        guard case .environment(let variables) = self[name]?.value else { return [:] }
        return variables
    }

    func list(_ name: String) -> [Setting] {
        guard case .list(let items) = self[name]?.value else { return [] }
        return items
    }

    func map(_ name: String) -> [Setting.Named] {
        guard case .map(let entries) = self[name]?.value else { return [] }
        return entries
    }

    /// A section inside; an empty one when absent.
    func section(_ name: String) -> Section {
        if case .section(let section) = self[name]?.value { return section }
        guard case .section(let table) = self.table[name]?.rule else {
            preconditionFailure("\(name) is not a section of \(self.path)")
        }
        return Section(table: table, path: self.path.isEmpty ? name : "\(self.path).\(name)", location: nil)
    }
}
