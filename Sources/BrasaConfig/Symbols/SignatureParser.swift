/// Reads a signature: the grammar of docs/symbols.md.
struct SignatureParser {
    /// Most parameters of a function.
    static let maximumParameters = 32
    /// Bytes of the largest buffer, as of a reply.
    static let maximumBufferBytes = 6 << 20
    /// Fields of a struct, and structs inside each other.
    static let maximumFields = 64, maximumDepth = 8

    private var scanner: SignatureScanner

    private init(_ text: String) {
        self.scanner = SignatureScanner(text)
    }

    /// Reads `text` as a whole.
    static func parse(_ text: String) throws(SignatureError) -> SymbolSignature {
        var parser = SignatureParser(text)
        return try parser.signature()
    }

    private mutating func signature() throws(SignatureError) -> SymbolSignature {
        var signature = SymbolSignature(result: try self.type(allowsVoid: true), parameters: [])
        try self.resultSize(&signature)
        try self.scanner.expect("(", "opens the parameters")
        if !self.scanner.take(")") {
            repeat {
                if self.scanner.take("...") {
                    guard signature.fixedCount == nil, !signature.parameters.isEmpty else {
                        throw self.scanner.error("'...' stands once, behind at least one parameter")
                    }
                    signature.fixedCount = signature.parameters.count
                    try self.scanner.expect(",", "separates the parameters behind '...'")
                }
                guard signature.parameters.count < Self.maximumParameters else {
                    throw self.scanner.error("a function has more than \(Self.maximumParameters) parameters")
                }
                signature.parameters.append(try self.parameter(number: signature.parameters.count + 1))
            } while self.scanner.take(",")
            try self.scanner.expect(")", "or ',' follows a parameter")
        }
        guard self.scanner.peek() == nil else {
            throw self.scanner.error("\(self.scanner.found()) follows the signature")
        }
        return signature
    }

    private mutating func resultSize(_ signature: inout SymbolSignature) throws(SignatureError) {
        if signature.result == .null { throw self.scanner.error("a result is never ptr; allowed are cstr and bytes") }
        guard signature.result == .bytes else { return }
        if self.scanner.take("[") {
            signature.resultCount = try self.closedCount()
        } else if self.scanner.take(":"), let (name, _) = self.scanner.word() {
            signature.resultLength = name
        } else {
            throw self.scanner.error(
                "a result of type bytes needs its length: bytes[N], or bytes:NAME with the out parameter that tells it")
        }
    }

    private mutating func parameter(number: Int) throws(SignatureError) -> SymbolSignature.Parameter {
        _ = self.scanner.peek()
        let offset = self.scanner.offset
        var parameter = SymbolSignature.Parameter(type: .void, offset: offset)
        if self.takeWord("out") {
            parameter.pass = .out
            if self.scanner.take("[") { parameter.count = try self.closedCount() }
        } else if self.takeWord("inout") {
            parameter.pass = .inout
        } else if self.takeWord("ref") {
            parameter.pass = .ref
        }
        let hasRoom = parameter.count != nil
        parameter.type = try self.type(allowsVoid: false)
        if hasRoom, !parameter.type.isBuffer {
            throw SignatureError(
                offset: offset, message: "out[N] is for bytes and cstr; of another type, write out without [N]")
        }
        if parameter.type.isBuffer {
            try self.buffer(&parameter, hasRoom: hasRoom)
        } else if parameter.type == .null, parameter.pass != .value {
            throw SignatureError(offset: offset, message: "a ptr is passed by value; it is always NULL")
        }
        parameter.name = try self.name()
        if self.scanner.take("=") { parameter.value = try self.scanner.constant() }
        if parameter.name == nil, parameter.value == nil { parameter.name = "arg\(number)" }
        try self.check(parameter)
        return parameter
    }

    /// What may stand behind `bytes` and `cstr`.
    private mutating func buffer(_ parameter: inout SymbolSignature.Parameter, hasRoom: Bool) throws(SignatureError) {
        let offset = parameter.offset
        if parameter.pass == .ref {
            throw SignatureError(offset: offset, message: "a buffer is passed by its address anyway; leave ref out")
        }
        if parameter.type == .cstr, parameter.pass == .inout {
            throw SignatureError(offset: offset, message: "inout is not for cstr; allowed is inout bytes")
        }
        if parameter.type == .cstr, self.scanner.take("?") { parameter.isNullable = true }
        if !hasRoom, self.scanner.take("[") { parameter.count = try self.closedCount() }
        if parameter.type == .cstr, parameter.count != nil, parameter.pass != .out {
            throw SignatureError(offset: offset, message: "a cstr has a size only as room: out cstr[N] or out[N] cstr")
        }
        guard parameter.count == nil || hasRoom else { return }
        if parameter.pass == .out, !hasRoom {
            throw SignatureError(
                offset: offset,
                message:
                    "an out buffer needs its room: out[N] where the function is told the size, out bytes[N] where it is not"
            )
        }
        if parameter.type == .bytes || hasRoom { parameter.length = .usize }
        guard parameter.length != nil, self.scanner.take(":") else { return }
        _ = self.scanner.peek()
        let place = self.scanner.offset
        guard let (word, _) = self.scanner.word(), let length = SymbolType.Scalar(rawValue: word), length.isInteger
        else {
            throw SignatureError(
                offset: place, message: "behind ':' stands the length's type, an integer such as u32")
        }
        parameter.length = length
        if self.scanner.take("*") {
            parameter.isLengthByPointer = true
            if parameter.pass != .out {
                throw SignatureError(
                    offset: place, message: "only the length of an out buffer is passed by its address")
            }
        }
    }

    private func check(_ parameter: SymbolSignature.Parameter) throws(SignatureError) {
        func fail(_ message: String) -> SignatureError { SignatureError(offset: parameter.offset, message: message) }
        if parameter.pass == .out || parameter.pass == .inout, parameter.name == nil {
            throw fail("an out parameter needs a name")
        }
        guard let value = parameter.value else {
            if parameter.type == .null { throw fail("a ptr is always NULL; write ptr = null") }
            return
        }
        if parameter.pass == .out { throw fail("an out parameter has no value before the call") }
        switch parameter.type {
        case .null where value != "null": throw fail("a ptr is always NULL; write ptr = null")
        case .structure: throw fail("a struct has no constant")
        case .cstr where value == "null" && !parameter.isNullable:
            throw fail("a cstr takes null only when it is written cstr?")
        case .cstr where value != "null" && !value.hasPrefix("\""), .bytes where !value.hasPrefix("\""):
            throw fail(
                "\(value) is no string; allowed is one in double quotes\(parameter.type == .bytes ? ", of base64" : "")"
            )
        case .scalar(let scalar) where !scalar.holds(value):
            throw fail("\(value) does not fit; allowed is \(scalar.allowed)")
        default: break
        }
    }

    // MARK: - Types

    private mutating func type(allowsVoid: Bool, depth: Int = 0) throws(SignatureError) -> SymbolType {
        if self.scanner.take("{") { return try self.structure(depth: depth + 1) }
        guard let (word, offset) = self.scanner.word() else {
            throw self.scanner.error(
                "\(self.scanner.found()) stands where a type is expected; allowed are \(Self.typeNames)")
        }
        if let scalar = SymbolType.Scalar(rawValue: word) { return .scalar(scalar) }
        switch word {
        case "cstr": return .cstr
        case "bytes": return .bytes
        case "ptr": return .null
        case "void" where allowsVoid: return .void
        case "void":
            throw SignatureError(offset: offset, message: "void is a result only; without parameters, write ()")
        default:
            let names = SymbolType.Scalar.allCases.map(\.rawValue) + ["cstr", "bytes", "ptr", "void"]
            let meant = Self.namesInC[word] ?? NearestName.find(word, among: names)
            throw SignatureError(
                offset: offset,
                message: "'\(word.prefix(40))' is not a type"
                    + (meant.map { "; did you mean \($0)? Allowed" } ?? "; allowed")
                    + " are \(Self.typeNames)", suggestion: meant)
        }
    }

    private mutating func structure(depth: Int) throws(SignatureError) -> SymbolType {
        guard depth <= Self.maximumDepth else {
            throw self.scanner.error("structs are more than \(Self.maximumDepth) deep")
        }
        var fields: [SymbolType.Field] = []
        repeat {
            _ = self.scanner.peek()
            let offset = self.scanner.offset
            let type = try self.type(allowsVoid: false, depth: depth)
            if type.isBuffer || type == .null {
                throw SignatureError(
                    offset: offset, message: "a struct has fields of integers, floats, bool and structs only")
            }
            guard let name = try self.name() else { throw self.scanner.error("a field needs a name behind its type") }
            if fields.contains(where: { $0.name == name }) {
                throw SignatureError(offset: offset, message: "two fields are named '\(name)'")
            }
            if fields.count == Self.maximumFields {
                throw SignatureError(offset: offset, message: "a struct has more than \(Self.maximumFields) fields")
            }
            fields.append(SymbolType.Field(name: name, type: type))
        } while self.scanner.take(",")
        try self.scanner.expect("}", "or ',' follows a field")
        return .structure(fields)
    }

    // MARK: - Words

    private mutating func takeWord(_ word: String) -> Bool {
        let before = self.scanner
        if self.scanner.word()?.text == word { return true }
        self.scanner = before
        return false
    }

    private mutating func closedCount() throws(SignatureError) -> Int {
        let count = try self.scanner.count(upTo: Self.maximumBufferBytes, "the number of bytes")
        try self.scanner.expect("]", "closes the number")
        return count
    }

    private mutating func name() throws(SignatureError) -> String? {
        guard let (word, offset) = self.scanner.word() else { return nil }
        guard word.count <= 64, word.first?.isNumber == false else {
            throw SignatureError(
                offset: offset,
                message:
                    "'\(word.prefix(80))' is no name; allowed are letters, digits and _, 64 at most, no digit first")
        }
        return word
    }

    private static let typeNames =
        SymbolType.Scalar.allCases.map(\.rawValue).joined(separator: ", ") + ", cstr, bytes, ptr and {fields}"

    /// What C calls them.
    private static let namesInC = [
        "char": "i8", "short": "i16", "int": "i32", "long": "i64", "unsigned": "u32", "uint": "u32", "ulong": "u64",
        "float": "f32", "double": "f64", "size_t": "usize", "ssize_t": "isize", "int8_t": "i8", "int16_t": "i16",
        "int32_t": "i32", "int64_t": "i64", "uint8_t": "u8", "uint16_t": "u16", "uint32_t": "u32", "uint64_t": "u64",
        "string": "cstr", "str": "cstr", "buffer": "bytes", "boolean": "bool", "_Bool": "bool", "struct": "{fields}",
        "pointer": "ptr",
    ]
}
