/// The first place where a text is not JSON.
package struct JSONFault: Sendable, Hashable, CustomStringConvertible {
    /// What is wrong there.
    package enum Kind: Sendable, Hashable {
        /// Something else has to stand there.
        case unexpected
        /// No character of UTF-8 starts so.
        case utf8Start
        /// No character of UTF-8 goes on so.
        case utf8Middle
    }

    package let kind: Kind
    /// Offset from the start.
    package let byteOffset: Int
    /// The byte found there; nil at the end of the text.
    package let byte: UInt8?

    package init(_ kind: Kind = .unexpected, byteOffset: Int, byte: UInt8?) {
        self.kind = kind
        self.byteOffset = byteOffset
        self.byte = byte
    }

    /// What was found and where, in the words the service uses.
    package var description: String {
        guard let byte = self.byte else { return "Unexpected end-of-input at byte \(self.byteOffset)" }
        let hexadecimal = "0x\(byte < 16 ? "0" : "")\(String(byte, radix: 16))"
        switch self.kind {
        case .unexpected: break
        case .utf8Start: return "Invalid UTF-8 start byte \(hexadecimal) at byte \(self.byteOffset)"
        case .utf8Middle: return "Invalid UTF-8 middle byte \(hexadecimal) at byte \(self.byteOffset)"
        }
        let shown = (0x20..<0x7f).contains(byte) ? "'\(Character(Unicode.Scalar(byte)))' " : ""
        return "Unexpected character (\(shown)(code \(byte))) at byte \(self.byteOffset)"
    }
}

/// Checks that a text is JSON (RFC 8259) in UTF-8 (RFC 3629) without building anything from it.
///
/// Runs before every direct invocation, so it neither allocates (up to 64 levels of nesting) nor recurses: hostile nesting
/// costs a bit for each level.
package struct JSONValidator {
    private enum Expected {
        /// A value; after `[` also the end of the array.
        case value, valueOrEnd
        /// A key; after `{` also the end of the object.
        case key, keyOrEnd
        case colon
        /// A comma or the end of the container, or the end of the text.
        case commaOrEnd
    }

    private let text: UnsafeRawBufferPointer
    private var offset = 0
    /// The innermost 64 containers, the last one in bit 0: 1 for an object, 0 for an array.
    private var kinds: UInt64 = 0
    private var outerKinds: [UInt64] = []
    private var depth = 0
    private var faultKind = JSONFault.Kind.unexpected

    /// The first fault of `text`; nil when it is one JSON value, with or without space around it.
    package static func firstFault(in text: UnsafeRawBufferPointer) -> JSONFault? {
        var validator = JSONValidator(text: text)
        return validator.run() ? nil : validator.fault
    }

    private init(text: UnsafeRawBufferPointer) {
        self.text = text
    }

    private var fault: JSONFault {
        JSONFault(
            self.faultKind, byteOffset: self.offset,
            byte: self.offset < self.text.count ? self.text[self.offset] : nil)
    }

    /// Leaves `offset` at the fault when it returns false.
    private mutating func run() -> Bool {
        var expected = Expected.value
        while true {
            self.skipSpace()
            guard self.offset < self.text.count else { return self.depth == 0 && expected == .commaOrEnd }
            let byte = self.text[self.offset]
            switch (expected, byte) {
            case (.valueOrEnd, UInt8(ascii: "]")), (.keyOrEnd, UInt8(ascii: "}")):
                self.offset += 1
                self.pop()
                expected = .commaOrEnd
            case (.value, _), (.valueOrEnd, _):
                guard let next = self.value(byte) else { return false }
                expected = next
            case (.key, UInt8(ascii: "\"")), (.keyOrEnd, UInt8(ascii: "\"")):
                guard self.string() else { return false }
                expected = .colon
            case (.colon, UInt8(ascii: ":")):
                self.offset += 1
                expected = .value
            case (.commaOrEnd, _):
                guard self.depth > 0 else { return false }
                let isObject = self.kinds & 1 == 1
                if byte == UInt8(ascii: ",") {
                    expected = isObject ? .key : .value
                } else if byte == (isObject ? UInt8(ascii: "}") : UInt8(ascii: "]")) {
                    self.pop()
                } else {
                    return false
                }
                self.offset += 1
            default:
                return false
            }
        }
    }

    private mutating func value(_ byte: UInt8) -> Expected? {
        switch byte {
        case UInt8(ascii: "{"):
            self.offset += 1
            self.push(isObject: true)
            return .keyOrEnd
        case UInt8(ascii: "["):
            self.offset += 1
            self.push(isObject: false)
            return .valueOrEnd
        case UInt8(ascii: "\""): return self.string() ? .commaOrEnd : nil
        case UInt8(ascii: "t"): return self.word("true") ? .commaOrEnd : nil
        case UInt8(ascii: "f"): return self.word("false") ? .commaOrEnd : nil
        case UInt8(ascii: "n"): return self.word("null") ? .commaOrEnd : nil
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return self.number() ? .commaOrEnd : nil
        default: return nil
        }
    }

    private mutating func push(isObject: Bool) {
        if self.depth > 0 && self.depth.isMultiple(of: 64) { self.outerKinds.append(self.kinds) }
        self.kinds = self.kinds << 1 | (isObject ? 1 : 0)
        self.depth += 1
    }

    private mutating func pop() {
        self.depth -= 1
        self.kinds >>= 1
        if self.depth > 0 && self.depth.isMultiple(of: 64) { self.kinds = self.outerKinds.removeLast() }
    }

    private mutating func skipSpace() {
        while self.offset < self.text.count {
            switch self.text[self.offset] {
            case 0x20, 0x0a, 0x0d, 0x09: self.offset += 1
            default: return
            }
        }
    }

    private mutating func word(_ word: StaticString) -> Bool {
        for index in 0..<word.utf8CodeUnitCount {
            guard self.offset < self.text.count, self.text[self.offset] == word.utf8Start[index] else { return false }
            self.offset += 1
        }
        return true
    }

    private mutating func string() -> Bool {
        self.offset += 1
        while self.offset < self.text.count {
            switch self.text[self.offset] {
            case UInt8(ascii: "\""):
                self.offset += 1
                return true
            case UInt8(ascii: "\\"):
                self.offset += 1
                guard self.escape() else { return false }
            case 0..<0x20: return false
            case 0x20..<0x80: self.offset += 1
            default:
                guard self.character() else { return false }
            }
        }
        return false
    }

    /// A character of two to four bytes: neither longer than needed, nor half of a surrogate pair, nor past U+10FFFF.
    private mutating func character() -> Bool {
        let lengthAndSecond: (Int, ClosedRange<UInt8>)? =
            switch self.text[self.offset] {
            case 0xc2...0xdf: (2, 0x80...0xbf)
            case 0xe0: (3, 0xa0...0xbf)
            case 0xed: (3, 0x80...0x9f)
            case 0xe1...0xef: (3, 0x80...0xbf)
            case 0xf0: (4, 0x90...0xbf)
            case 0xf1...0xf3: (4, 0x80...0xbf)
            case 0xf4: (4, 0x80...0x8f)
            default: nil
            }
        guard let (length, second) = lengthAndSecond else {
            self.faultKind = .utf8Start
            return false
        }
        for index in 1..<length {
            self.offset += 1
            guard self.offset < self.text.count else { return false }
            guard (index == 1 ? second : 0x80...0xbf).contains(self.text[self.offset]) else {
                self.faultKind = .utf8Middle
                return false
            }
        }
        self.offset += 1
        return true
    }

    private mutating func escape() -> Bool {
        guard self.offset < self.text.count else { return false }
        switch self.text[self.offset] {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"), UInt8(ascii: "b"), UInt8(ascii: "f"),
            UInt8(ascii: "n"), UInt8(ascii: "r"), UInt8(ascii: "t"):
            self.offset += 1
            return true
        case UInt8(ascii: "u"):
            self.offset += 1
            for _ in 0..<4 {
                guard self.offset < self.text.count else { return false }
                switch self.text[self.offset] {
                case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "f"),
                    UInt8(ascii: "A")...UInt8(ascii: "F"):
                    self.offset += 1
                default: return false
                }
            }
            return true
        default: return false
        }
    }

    private mutating func number() -> Bool {
        if self.text[self.offset] == UInt8(ascii: "-") { self.offset += 1 }
        guard self.offset < self.text.count else { return false }
        if self.text[self.offset] == UInt8(ascii: "0") {
            self.offset += 1
        } else if !self.digits() {
            return false
        }
        if self.offset < self.text.count, self.text[self.offset] == UInt8(ascii: ".") {
            self.offset += 1
            guard self.digits() else { return false }
        }
        if self.offset < self.text.count, self.text[self.offset] | 0x20 == UInt8(ascii: "e") {
            self.offset += 1
            if self.offset < self.text.count,
                self.text[self.offset] == UInt8(ascii: "+") || self.text[self.offset] == UInt8(ascii: "-")
            {
                self.offset += 1
            }
            guard self.digits() else { return false }
        }
        return true
    }

    /// At least one digit.
    private mutating func digits() -> Bool {
        let start = self.offset
        while self.offset < self.text.count, (0x30...0x39).contains(self.text[self.offset]) { self.offset += 1 }
        return self.offset > start
    }
}
