import Foundation

/// Takes a signature apart into words and signs.
struct SignatureScanner {
    private let characters: [Character]
    /// Where the next character is, from 0.
    private(set) var offset = 0

    init(_ text: String) {
        self.characters = Array(text)
    }

    /// The next character that is no space; nil at the end.
    mutating func peek() -> Character? {
        while self.offset < self.characters.count, self.characters[self.offset].isWhitespace { self.offset += 1 }
        return self.offset < self.characters.count ? self.characters[self.offset] : nil
    }

    /// Takes `sign` when it comes next.
    mutating func take(_ sign: String) -> Bool {
        _ = self.peek()
        guard self.characters[self.offset...].starts(with: sign) else { return false }
        self.offset += sign.count
        return true
    }

    mutating func expect(_ sign: String, _ place: String) throws(SignatureError) {
        guard !self.take(sign) else { return }
        throw self.error("\(self.found()) stands where '\(sign)' \(place)")
    }

    /// The next word of letters, digits and `_`; nil when something else comes.
    mutating func word() -> (text: String, offset: Int)? {
        guard let first = self.peek(), Self.isWordCharacter(first) else { return nil }
        let start = self.offset
        while self.offset < self.characters.count, Self.isWordCharacter(self.characters[self.offset]) {
            self.offset += 1
        }
        return (String(self.characters[start..<self.offset]), start)
    }

    /// A whole number from 1 to `most`.
    mutating func count(upTo most: Int, _ what: String) throws(SignatureError) -> Int {
        let start = self.offset
        guard let (text, _) = self.word(), let number = Int(text), (1...most).contains(number) else {
            self.offset = start
            throw self.error(
                "\(self.found()) stands where \(what) is expected; allowed is a whole number from 1 to \(most)")
        }
        return number
    }

    /// One JSON value without structure, as it is written.
    mutating func constant() throws(SignatureError) -> String {
        guard let first = self.peek() else { throw self.error("a value is missing behind '='") }
        let start = self.offset
        if first == "\"" {
            self.offset += 1
            while self.offset < self.characters.count, self.characters[self.offset] != "\"" {
                self.offset += self.characters[self.offset] == "\\" ? 2 : 1
            }
            self.offset = min(self.offset + 1, self.characters.count)
        } else {
            while self.offset < self.characters.count,
                Self.isWordCharacter(self.characters[self.offset]) || "+-.".contains(self.characters[self.offset])
            { self.offset += 1 }
        }
        let text = String(self.characters[start..<self.offset])
        guard (try? JSONSerialization.jsonObject(with: Data(text.utf8), options: .fragmentsAllowed)) != nil else {
            self.offset = start
            throw self.error(
                "\(self.found()) is no value; allowed is a number, a string in double quotes, true, false or null")
        }
        return text
    }

    /// What comes next, for messages.
    mutating func found() -> String {
        let start = self.offset
        defer { self.offset = start }
        if let (word, _) = self.word() { return "'\(word.prefix(40))'" }
        return self.peek().map { "'\($0)'" } ?? "the end"
    }

    /// A mistake at what comes next.
    mutating func error(_ message: String) -> SignatureError {
        _ = self.peek()
        return SignatureError(offset: self.offset, message: message)
    }

    private static func isWordCharacter(_ character: Character) -> Bool {
        character.isASCII && (character.isLetter || character.isNumber || character == "_")
    }
}
