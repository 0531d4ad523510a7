import Foundation

/// Writes the description of a call that the worker reads: `brasa_symbol.h` says what it holds.
struct SymbolCall {
    let name: String
    let text: String
    let signature: SymbolSignature
    let convention: SignatureRules.Convention
    let release: String?

    var json: String {
        var members = [
            "\"symbol\":\(Self.quoted(self.name))", "\"signature\":\(Self.quoted(self.text))",
            "\"error\":\"\(self.convention.rawValue)\"",
        ]
        if let release = self.release { members.append("\"free\":\(Self.quoted(release))") }
        var result = ["\"type\":\(Self.type(self.signature.result))"]
        if let count = self.signature.resultCount { result.append("\"count\":\(count)") }
        if let length = self.signature.resultLength { result.append("\"lengthOf\":\"\(length)\"") }
        members.append("\"result\":{\(result.joined(separator: ","))}")
        members.append("\"parameters\":[\(self.signature.parameters.map(Self.parameter).joined(separator: ","))]")
        if let fixed = self.signature.fixedCount { members.append("\"fixed\":\(fixed)") }
        return "{\(members.joined(separator: ","))}"
    }

    private static func parameter(_ parameter: SymbolSignature.Parameter) -> String {
        var members = ["\"type\":\(Self.type(parameter.type))"]
        if let name = parameter.name { members.append("\"name\":\"\(name)\"") }
        if parameter.pass != .value { members.append("\"pass\":\"\(parameter.pass.rawValue)\"") }
        if parameter.isNullable { members.append("\"nullable\":true") }
        if let count = parameter.count { members.append("\"count\":\(count)") }
        if let length = parameter.length { members.append("\"length\":\"\(length.rawValue)\"") }
        if parameter.isLengthByPointer { members.append("\"lengthPointer\":true") }
        if let value = parameter.value { members.append("\"value\":\(value)") }
        return "{\(members.joined(separator: ","))}"
    }

    private static func type(_ type: SymbolType) -> String {
        switch type {
        case .void: return "\"void\""
        case .scalar(let scalar): return "\"\(scalar.rawValue)\""
        case .cstr: return "\"cstr\""
        case .bytes: return "\"bytes\""
        case .null: return "\"null\""
        case .structure(let fields):
            let members = fields.map { "{\"name\":\"\($0.name)\",\"type\":\(Self.type($0.type))}" }
            return "{\"struct\":[\(members.joined(separator: ","))]}"
        }
    }

    private static func quoted(_ text: String) -> String {
        // Encoding a string cannot fail.
        String(decoding: (try? JSONEncoder().encode(text)) ?? Data(), as: UTF8.self)
    }
}
