import Foundation

/// What a key may hold.
///
/// Reading, error messages and the JSON Schema all follow from it, so they cannot disagree.
indirect enum ValueRule: Sendable {
    /// A text, also written as a number or a boolean.
    case text(TextRule)
    case integer(ClosedRange<Int>)
    /// `true` or `false`.
    case boolean
    case choice([String])
    /// A time in milliseconds, in whole steps of `step`. A number without a unit is seconds, as the Serverless Framework
    /// has it.
    case duration(ClosedRange<Int>, step: Int = 1)
    /// A size in bytes.
    case size(ClosedRange<Int>)
    /// Days of the week, `mon-fri` or a list.
    case weekdays
    /// A time of day; `isEnd` allows 24:00 and reads 00:00 as that.
    case timeOfDay(isEnd: Bool)
    /// The IANA name of a time zone.
    case timeZone
    case list(ValueRule)
    /// Names of the user's choosing, each with a value.
    case map(names: TextRule, ValueRule)
    case section(KeyTable)
    /// A mapping whose key `Type` says which keys it has; one of another type is a warning and not looked into.
    case typed([(type: String, table: KeyTable)], summary: String)
    /// Variables of a function: null takes one away, what CloudFormation would fill in is left out with a warning.
    case environment
    /// Known, without effect here, not looked into.
    case ignored
    /// Known, but not done by this version: a warning, which `note` completes.
    case notServed(note: String)
}

/// Restricts a text.
struct TextRule: Sendable {
    /// A regular expression that both Foundation and ECMAScript understand, without anchors; nil: any text.
    var pattern: String?
    /// In characters.
    var lengths: ClosedRange<Int>
    /// Completes "allowed is".
    var allowed: String

    func accepts(_ text: String) -> Bool {
        guard self.lengths.contains(text.count) else { return false }
        guard let pattern = self.pattern else { return true }
        return text.range(of: "\\A(?:\(pattern))\\z", options: .regularExpression) != nil
    }
}

extension TextRule {
    static let any = TextRule(lengths: 0...65_536, allowed: "a text")
    static let name = TextRule(
        pattern: "[A-Za-z0-9_-]{1,64}", lengths: 1...64, allowed: "1 to 64 of the characters A-Z a-z 0-9 - _")
    static let path = TextRule(pattern: "[^\\u0000]+", lengths: 1...4_096, allowed: "the path of a folder")
    static let sourcePath = TextRule(
        pattern: "[^\\u0000]+", lengths: 1...4_096, allowed: "the path of a file or folder")
    static let command = TextRule(
        pattern: "[^\\u0000]*\\S[^\\u0000]*", lengths: 1...16_384, allowed: "a command line for the shell")
    static let host = TextRule(
        pattern: "[A-Za-z0-9.:_-]+", lengths: 1...253, allowed: "an IP address or a host name, such as 127.0.0.1")
    static let region = TextRule(
        pattern: "[a-z]{2}(?:-[a-z0-9]+)+", lengths: 4...32, allowed: "the name of a region, such as us-east-1")
    static let account = TextRule(pattern: "[0-9]{12}", lengths: 12...12, allowed: "12 digits")
    static let stage = TextRule(
        pattern: "[A-Za-z0-9_-]+", lengths: 1...128, allowed: "letters, digits, - and _, such as dev")
    static let description = TextRule(lengths: 0...256, allowed: "a text of at most 256 characters")
    static let handler = TextRule(
        pattern: "[A-Za-z0-9_+.-]+\\.so(?:\\.[0-9.]+)?(?:#[A-Za-z0-9_-]{1,64})?", lengths: 4...320,
        allowed: "the library's file name in the functions folder, such as users.so, or with a function inside,"
            + " users.so#create")
    /// What a handler may be at all; only with a signature anything but a file of the functions folder.
    static let anyHandler = TextRule(
        pattern: "/?(?:[A-Za-z0-9_+.-]+/)*[A-Za-z0-9_+.-]+\\.so(?:\\.[0-9.]+)?(?:#[A-Za-z0-9_.$@-]{1,255})?",
        lengths: 4...4_096, allowed: TextRule.handler.allowed)
    static let symbolName = TextRule(
        pattern: "[A-Za-z_.$][A-Za-z0-9_.$@]*", lengths: 1...255, allowed: "the name of a function in the library")
    static let signature = TextRule(
        lengths: 3...4_096, allowed: "the function's C type, such as u64(u64 crc, bytes data): docs/symbols.md")
    static let owner = TextRule(
        pattern: "static|argument|caller|caller\\( *[A-Za-z_.$][A-Za-z0-9_.$@]* *\\)", lengths: 6...300,
        allowed: "static, argument, caller (freed with free) or caller(NAME) (given to the library's function NAME)")
    static let variableName = TextRule(
        pattern: "[A-Za-z][A-Za-z0-9_]+", lengths: 2...4_096,
        allowed: "two or more of A-Z a-z 0-9 _, the first a letter")
    static let tagKey = TextRule(
        pattern: "(?!aws:)[^\\u0000]+", lengths: 1...128, allowed: "1 to 128 characters that do not begin with aws:")
    static let tagValue = TextRule(lengths: 0...256, allowed: "a text of at most 256 characters")
}

extension ValueRule {
    /// Completes "allowed is".
    var allowed: String {
        switch self {
        case .text(let rule): return rule.allowed
        case .integer(let range): return "a whole number from \(range.lowerBound) to \(range.upperBound)"
        case .boolean: return "true or false"
        case .choice(let names): return names.joinedForReading(by: "or")
        case .duration(let range, let step):
            let steps = step > 1 ? " in whole seconds" : ""
            return
                "a time from \(DurationText.format(range.lowerBound)) to \(DurationText.format(range.upperBound))\(steps),"
                + " as seconds (10) or with a unit (500ms, 10s, 2m, 1h, 1d)"
        case .size(let range):
            return "a size from \(SizeText.format(range.lowerBound)) to \(SizeText.format(range.upperBound)),"
                + " as bytes (4096) or with a unit (KB, MB, GB, KiB, MiB, GiB)"
        case .weekdays: return WeekdaysText.allowed
        case .timeOfDay(let isEnd):
            return isEnd ? "a time of day from 00:01 to 24:00" : "a time of day from 00:00 to 23:59"
        case .timeZone: return "the IANA name of a time zone, such as UTC or Europe/Berlin"
        case .list: return "a list"
        case .map, .environment: return "a mapping of names to values"
        case .typed: return "a mapping with a key Type"
        case .section(let table): return "a mapping with the keys \(table.servedNames.joined(separator: ", "))"
        case .ignored, .notServed: return "anything"
        }
    }
}

extension [String] {
    /// `a, b or c`.
    func joinedForReading(by word: String) -> String {
        guard let last = self.last, self.count > 1 else { return self.first ?? "" }
        return self.dropLast().joined(separator: ", ") + " \(word) \(last)"
    }
}
