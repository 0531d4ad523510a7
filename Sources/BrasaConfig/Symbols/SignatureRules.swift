/// What a signature as a whole has to keep to, and what `error` and `owner` may say about it.
struct SignatureRules {
    /// Who owns the memory that a returned pointer points to.
    enum Owner: Sendable, Hashable {
        /// Nobody has to free it: a constant, or memory of the library.
        case `static`
        /// It points into a parameter.
        case argument
        /// The caller, who gives it to the function of that name.
        case caller(String)

        init?(_ text: String) {
            switch text {
            case "static": self = .static
            case "argument": self = .argument
            case "caller": self = .caller("free")
            default:
                guard text.hasPrefix("caller("), text.hasSuffix(")") else { return nil }
                let name = text.dropFirst(7).dropLast().split(separator: " ").joined(separator: " ")
                guard TextRule.symbolName.accepts(name) else { return nil }
                self = .caller(name)
            }
        }

        var release: String? {
            guard case .caller(let name) = self else { return nil }
            return name
        }
    }

    /// How a function tells that it failed.
    enum Convention: String, Sendable, Hashable, CaseIterable {
        case none, negative, null, nonzero, zero, errno
    }

    /// Checks what one parameter cannot know of the others.
    static func check(_ signature: SymbolSignature) throws(SignatureError) {
        var names: Set<String> = []
        for (index, parameter) in signature.parameters.enumerated() {
            if let name = parameter.name, !names.insert(name).inserted {
                throw SignatureError(offset: parameter.offset, message: "two parameters are named '\(name)'")
            }
            if parameter.name == "result", parameter.pass == .out || parameter.pass == .inout {
                throw SignatureError(
                    offset: parameter.offset, message: "'result' is what the function returns; name it otherwise")
            }
            if let fixed = signature.fixedCount, index >= fixed { try Self.check(variadic: parameter) }
        }
        if let name = signature.resultLength {
            let length = signature.parameters.first { $0.name == name }
            guard length?.pass == .out, length?.type.scalar?.isInteger == true else {
                throw SignatureError(
                    offset: 0,
                    message:
                        "bytes:\(name) needs an out parameter of that name that is an integer, such as out usize \(name)"
                )
            }
        }
        guard let sized = signature.sizedByResult.first else { return }
        guard signature.result.scalar?.isInteger == true else {
            throw SignatureError(
                offset: sized.offset,
                message:
                    "the result is the length of this buffer, so it is an integer; allowed are also out[N] bytes:T* and"
                    + " out bytes[N]")
        }
        if signature.sizedByResult.count > 1 {
            throw SignatureError(
                offset: signature.sizedByResult[1].offset,
                message: "the result is the length of one buffer; write out[N] bytes:T* or out bytes[N]")
        }
    }

    private static func check(variadic parameter: SymbolSignature.Parameter) throws(SignatureError) {
        var narrow = parameter.pass == .value ? parameter.type.scalar : nil
        if let length = parameter.length, !parameter.isLengthByPointer { narrow = length }
        if let narrow, let promoted = narrow.promoted {
            throw SignatureError(
                offset: parameter.offset,
                message: "C passes \(narrow.rawValue) behind '...' as \(promoted.rawValue); write \(promoted.rawValue)",
                suggestion: promoted.rawValue)
        }
        if parameter.pass == .value, case .structure = parameter.type {
            throw SignatureError(offset: parameter.offset, message: "a struct is not passed behind '...'")
        }
    }

    /// Why the convention does not fit the result; nil: it does.
    static func problem(_ convention: Convention, _ signature: SymbolSignature) -> String? {
        let scalar = signature.result.scalar
        let isWhole = scalar.map { !$0.isFloat } ?? false
        switch convention {
        case .none: return nil
        case .negative: return scalar?.isSigned == true ? nil : "a result of a signed integer type"
        case .null: return signature.result.isBuffer ? nil : "a result of type cstr or bytes"
        case .nonzero where !signature.sizedByResult.isEmpty: return "a result that is no length"
        case .nonzero, .zero: return isWhole ? nil : "a result of an integer type or bool"
        case .errno:
            if case .structure = signature.result { return "a result that is no struct" }
            return nil
        }
    }
}
