import BrasaTesting

/// Requests one after the other, with the exact answers that each of them has on every way in.
///
/// `$T` is the table's name, and `<a*300>` stands for 300 letters a, in requests and answers alike.
struct TableCase: Sendable {
    struct Step: Sendable {
        let operation: String
        let parameters: String
        /// Nil: whatever it is, it is the same on all ways.
        let answer: String?

        init(_ operation: String, _ parameters: String, _ answer: String? = nil) {
            self.operation = operation
            self.parameters = parameters
            self.answer = answer
        }
    }

    let name: String
    let steps: [Step]

    /// A case on a table with the partition key `id` of type S and the sort key `n` of type N.
    init(_ name: String, _ steps: [Step]) {
        self.name = name
        self.steps = [Step("CreateTable", Self.table)] + steps + [Step("DeleteTable", #"{"TableName":"$T"}"#)]
    }

    /// A case that makes its table itself.
    init(bare name: String, _ steps: [Step]) {
        self.name = name
        self.steps = steps
    }

    static let table = """
        {"TableName":"$T","BillingMode":"PAY_PER_REQUEST",\
        "AttributeDefinitions":[{"AttributeName":"id","AttributeType":"S"},{"AttributeName":"n","AttributeType":"N"}],\
        "KeySchema":[{"AttributeName":"id","KeyType":"HASH"},{"AttributeName":"n","KeyType":"RANGE"}]}
        """
}

extension String {
    /// The text with `<a*300>` written out, and the table's name for `$T`.
    func expanded(table: String) -> String {
        self.replacing("$T", with: table)
            .replacing(/<(.)\*(\d+)>/) { String(repeating: String($0.1), count: Int($0.2) ?? 0) }
    }

    /// The text with what differs from table to table taken out, and long runs of a letter shortened.
    func shortened(table: String) -> String {
        self.replacing(table, with: "$T")
            .replacing(/"TableId":"[-0-9a-f]{36}"/, with: #""TableId":"ID""#)
            .replacing(/("[A-Za-z]*DateTime"):[0-9.]+/) { "\($0.1):0" }
            .shorteningRuns
    }

    private var shorteningRuns: String {
        var text = ""
        var run: (letter: Character, count: Int)?
        func add(_ run: (letter: Character, count: Int)?) {
            guard let run else { return }
            text += run.count < 100 ? String(repeating: run.letter, count: run.count) : "<\(run.letter)*\(run.count)>"
        }
        for letter in self {
            if let current = run, current.letter == letter {
                run = (letter, current.count + 1)
            } else {
                add(run)
                run = (letter, 1)
            }
        }
        add(run)
        return text
    }
}
