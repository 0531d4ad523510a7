/// Reads the grammar of `VariableText`.
struct VariableTextParser {
    private let characters: [Character]
    private var index = 0
    private var depth = 0

    init(_ text: String) {
        self.characters = Array(text)
    }

    mutating func parts() throws(VariableText.SyntaxError) -> [VariableText.Part] {
        var parts: [VariableText.Part] = []
        var literal = ""
        while self.index < self.characters.count {
            if self.starts(with: "\\${") {
                literal += "${"
                self.index += 3
            } else if self.starts(with: "${"), self.isVariable {
                if !literal.isEmpty { parts.append(.literal(literal)) }
                literal = ""
                parts.append(.variable(try self.variable()))
            } else {
                literal.append(self.characters[self.index])
                self.index += 1
            }
        }
        if !literal.isEmpty { parts.append(.literal(literal)) }
        return parts
    }

    private func starts(with text: String) -> Bool {
        self.characters[self.index...].starts(with: text)
    }

    private func character(at index: Int) -> Character? {
        index < self.characters.count ? self.characters[index] : nil
    }

    /// Whether the `${` here begins a variable: a quote, another `${`, or a name with `:` or `(` after it.
    ///
    /// `::` is CloudFormation's.
    private var isVariable: Bool {
        var end = self.index + 2
        if let first = self.character(at: end), first == "'" || first == "\"" || first == "$" { return true }
        while let character = self.character(at: end), character.isASCII, character.isLetter || character.isNumber {
            end += 1
        }
        guard end > self.index + 2 else { return false }
        return self.character(at: end) == "("
            || (self.character(at: end) == ":" && self.character(at: end + 1) != ":")
    }

    private mutating func variable() throws(VariableText.SyntaxError) -> VariableText.Variable {
        let start = self.index
        self.depth += 1
        defer { self.depth -= 1 }
        guard self.depth <= VariableText.maximumDepth else {
            throw .init(message: "nests variables more than \(VariableText.maximumDepth) deep")
        }
        self.index += 2
        var sources: [VariableText.Source] = []
        while true {
            sources.append(try self.source(from: start))
            guard let end = self.character(at: self.index) else { throw self.unclosed(start) }
            self.index += 1
            if end == "}" { break }
        }
        return VariableText.Variable(text: String(self.characters[start..<self.index]), sources: sources)
    }

    private func unclosed(_ start: Int) -> VariableText.SyntaxError {
        .init(message: "has a variable without its closing brace: \(String(self.characters[start...].prefix(60)))")
    }

    /// Reads up to the `,` or `}` after a source, which stays.
    private mutating func source(from start: Int) throws(VariableText.SyntaxError) -> VariableText.Source {
        while self.character(at: self.index)?.isWhitespace == true { self.index += 1 }
        if let quote = self.character(at: self.index), quote == "'" || quote == "\"" {
            return try self.quoted(quote, from: start)
        }
        var parts: [VariableText.Part] = []
        var literal = ""
        var parentheses = 0
        while true {
            guard let character = self.character(at: self.index) else { throw self.unclosed(start) }
            if self.starts(with: "${") {
                if !literal.isEmpty { parts.append(.literal(literal)) }
                literal = ""
                parts.append(.variable(try self.variable()))
                continue
            }
            if parentheses == 0, character == "," || character == "}" { break }
            if character == "(" { parentheses += 1 }
            if character == ")" { parentheses -= 1 }
            literal.append(character)
            self.index += 1
        }
        while literal.last?.isWhitespace == true { literal.removeLast() }
        if !literal.isEmpty { parts.append(.literal(literal)) }
        return try self.classify(parts)
    }

    private mutating func quoted(
        _ quote: Character, from start: Int
    ) throws(VariableText.SyntaxError) -> VariableText.Source {
        let rest = self.characters[(self.index + 1)...]
        guard let end = rest.firstIndex(of: quote) else { throw self.unclosed(start) }
        let text = String(rest[..<end])
        self.index = end + 1
        while self.character(at: self.index)?.isWhitespace == true { self.index += 1 }
        guard let next = self.character(at: self.index) else { throw self.unclosed(start) }
        guard next == "," || next == "}" else {
            throw .init(message: "has something after the text '\(text)' in a variable; allowed is , or }")
        }
        return .literal(text: text, isPlain: false)
    }

    private func classify(_ parts: [VariableText.Part]) throws(VariableText.SyntaxError) -> VariableText.Source {
        guard let first = parts.first else {
            throw .init(message: "has a variable with an empty source; allowed is a source such as self:, opt: or env:")
        }
        switch first {
        case .variable(let variable):
            guard parts.count == 1 else {
                throw .init(message: "has a variable whose source is itself a variable, \(variable.text)")
            }
            return .variable(variable)
        case .literal(let text):
            if parts.count == 1, Double(text) != nil || ["true", "false", "null"].contains(text) {
                return .literal(text: text, isPlain: true)
            }
            if let parenthesis = text.firstIndex(of: "("), !text[..<parenthesis].contains(":") {
                return .reference(kind: String(text[..<parenthesis]), address: [])
            }
            guard let colon = text.firstIndex(of: ":") else {
                throw .init(
                    message:
                        "has the fallback \(text) in a variable, which is neither a source (self:, opt:, env:) nor a"
                        + " literal; a text is written in quotes: '\(text)'")
            }
            let rest = String(text[text.index(after: colon)...])
            let address = (rest.isEmpty ? [] : [VariableText.Part.literal(rest)]) + parts.dropFirst()
            return .reference(kind: String(text[..<colon]), address: address)
        }
    }
}
