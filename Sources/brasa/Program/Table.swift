/// Columns of text.
struct Table {
    /// One column's heading, and whether its values are numbers, which stand to the right.
    struct Column {
        let heading: String
        let isNumber: Bool

        init(_ heading: String, isNumber: Bool = false) {
            self.heading = heading
            self.isNumber = isNumber
        }
    }

    let columns: [Column]
    private(set) var rows: [[String]] = []

    init(_ columns: [Column]) {
        self.columns = columns
    }

    /// Adds a row with a value for each column.
    mutating func add(_ row: [String]) {
        precondition(row.count == self.columns.count, "a row of \(row.count) values for \(self.columns.count) columns")
        self.rows.append(row)
    }

    /// The heading and the rows as lines, each ended; columns are two spaces apart.
    func render(style: Style) -> String {
        let widths = self.columns.indices.map { index in
            self.rows.reduce(self.columns[index].heading.count) { max($0, $1[index].count) }
        }
        let heading = style.bold(self.line(self.columns.map(\.heading), widths))
        return ([heading] + self.rows.map { self.line($0, widths) }).map { $0 + "\n" }.joined()
    }

    private func line(_ values: [String], _ widths: [Int]) -> String {
        var line = ""
        for (index, value) in values.enumerated() {
            let padding = String(repeating: " ", count: widths[index] - value.count)
            line += (index == 0 ? "" : "  ") + (self.columns[index].isNumber ? padding + value : value + padding)
        }
        while line.last == " " { line.removeLast() }
        return line
    }
}
