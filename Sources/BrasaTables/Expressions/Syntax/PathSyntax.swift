/// A path as it is written: a name, then members of maps and elements of lists.
struct PathSyntax: Hashable {
    /// A step of a path.
    enum Step: Hashable {
        /// A name written out.
        case name(String)
        /// `#name`, with its sign.
        case reference(String)
        case index(Int)
        /// An index that no list reaches, as it is written.
        case hugeIndex(String)
    }

    var steps: [Step]

    /// Most steps of a path.
    static let maximumSteps = 32
}

extension TokenReader {
    /// Whether a token can be a name: no keyword of the language that the expression is in.
    func isName(_ token: ExpressionToken) -> Bool {
        guard token.kind == .word else { return token.kind == .nameReference }
        switch self.kind {
        case .projection: return true
        case .update: return !["SET", "REMOVE", "ADD", "DELETE"].contains { token.isKeyword($0) }
        case .condition, .filter, .keyCondition:
            return !["AND", "OR", "NOT", "BETWEEN", "IN"].contains { token.isKeyword($0) }
        }
    }

    /// Reads a path.
    mutating func path() throws(TableError) -> PathSyntax {
        var path = PathSyntax(steps: [try self.name()])
        try self.steps(of: &path)
        return path
    }

    /// Reads what follows a path's beginning.
    mutating func steps(of path: inout PathSyntax) throws(TableError) {
        while true {
            if self.take(sign: ".") {
                path.steps.append(try self.name())
            } else if self.take(sign: "[") {
                guard self.next.kind == .integer else { throw self.syntaxError }
                let digits = self.take().text
                path.steps.append(Int32(digits).map { .index(Int($0)) } ?? .hugeIndex(digits))
                try self.expect(sign: "]")
            } else {
                return
            }
        }
    }

    private mutating func name() throws(TableError) -> PathSyntax.Step {
        guard self.isName(self.next) else { throw self.syntaxError }
        let token = self.take()
        return token.kind == .nameReference ? .reference(token.text) : .name(token.text)
    }
}
