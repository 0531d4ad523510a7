/// Reads the language of ProjectionExpression.
enum ProjectionParser {
    /// The paths that `text` lists.
    static func parse(_ text: String) throws(TableError) -> [PathSyntax] {
        var reader = try TokenReader(text, kind: .projection)
        var paths: [PathSyntax] = []
        repeat { paths.append(try reader.path()) } while reader.take(sign: ",")
        guard reader.next.kind == .end else { throw reader.syntaxError }
        return paths
    }
}
