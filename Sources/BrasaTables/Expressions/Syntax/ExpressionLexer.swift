/// Cuts the text of an expression into words and signs.
struct ExpressionLexer {
    private let text: [UInt8]
    private var offset = 0
    private var tokens: [ExpressionToken] = []

    /// All tokens of `text`, then one of kind `end`.
    static func tokens(of text: String) -> [ExpressionToken] {
        var lexer = ExpressionLexer(text: Array(text.utf8))
        lexer.run()
        return lexer.tokens
    }

    private init(text: [UInt8]) {
        self.text = text
    }

    private mutating func run() {
        while self.offset < self.text.count {
            let byte = self.text[self.offset]
            switch byte {
            case 0x20, 0x09, 0x0a, 0x0d: self.offset += 1
            case UInt8(ascii: "#"): self.take(.nameReference, after: 1, while: Self.isPart)
            case UInt8(ascii: ":"): self.take(.valueReference, after: 1, while: Self.isPart)
            case UInt8(ascii: "0")...UInt8(ascii: "9"):
                self.take(.integer, after: 1) { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
            case _ where Self.isPart(byte): self.take(.word, after: 1, while: Self.isPart)
            case UInt8(ascii: "<"):
                self.take(.sign, length: self.follows(UInt8(ascii: "=")) || self.follows(UInt8(ascii: ">")) ? 2 : 1)
            case UInt8(ascii: ">"): self.take(.sign, length: self.follows(UInt8(ascii: "=")) ? 2 : 1)
            case 0..<0x80: self.take(.sign, length: 1)
            // The bytes of one character stay together.
            default: self.take(.sign, after: 1) { $0 & 0xc0 == 0x80 }
            }
        }
        self.take(.end, length: 0, text: "<EOF>")
    }

    private static func isPart(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"):
            true
        default: false
        }
    }

    private func follows(_ byte: UInt8) -> Bool {
        self.offset + 1 < self.text.count && self.text[self.offset + 1] == byte
    }

    private mutating func take(_ kind: ExpressionToken.Kind, after first: Int, while isPart: (UInt8) -> Bool) {
        var length = first
        while self.offset + length < self.text.count, isPart(self.text[self.offset + length]) { length += 1 }
        self.take(kind, length: length)
    }

    private mutating func take(_ kind: ExpressionToken.Kind, length: Int, text: String? = nil) {
        let end = self.offset + length
        let text = text ?? String(decoding: self.text[self.offset..<end], as: UTF8.self)
        self.tokens.append(ExpressionToken(kind: kind, text: text, start: self.offset, end: end))
        self.offset = end
    }
}
