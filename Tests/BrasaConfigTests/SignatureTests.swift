import BrasaConfig
import BrasaModel
import Foundation
import Testing

/// Signatures of plain C functions: what they become for the worker, and what is said about mistakes.
@Suite struct SignatureTests {
    /// One function with `signature` and more lines below `brasa:`.
    private static func load(
        _ signature: String, more: [String] = [], handler: String = "libz.so.1#f"
    ) throws -> (configuration: Configuration?, problems: [String]) {
        let quoted = signature.replacing("'", with: "''")
        let lines = ["functions:", "  f:", "    handler: \(handler)", "    brasa:", "      signature: '\(quoted)'"]
        return try loadServerless((lines + more.map { "      \($0)" }).joined(separator: "\n"))
    }

    /// The description for the worker, without what every one has.
    private static func call(_ signature: String, more: [String] = []) throws -> [String: Any] {
        let (configuration, problems) = try Self.load(signature, more: more)
        #expect(problems == [])
        let symbol = try #require(configuration?.functions.first?.settings.symbol)
        #expect(symbol.signature == signature)
        return try #require(try JSONSerialization.jsonObject(with: Data(symbol.call.utf8)) as? [String: Any])
    }

    static let parameters: [(signature: String, parameter: String)] = [
        ("void(u64 a)", #"{"name":"a","type":"u64"}"#),
        ("void(u64)", #"{"name":"arg1","type":"u64"}"#),
        ("void( isize  _b9 )", #"{"name":"_b9","type":"isize"}"#),
        ("void(bytes data)", #"{"length":"usize","name":"data","type":"bytes"}"#),
        ("void(bytes:u32 data)", #"{"length":"u32","name":"data","type":"bytes"}"#),
        ("void(bytes[32] key)", #"{"count":32,"name":"key","type":"bytes"}"#),
        ("void(cstr text)", #"{"name":"text","type":"cstr"}"#),
        ("void(cstr? text)", #"{"name":"text","nullable":true,"type":"cstr"}"#),
        ("void(cstr? = null)", #"{"nullable":true,"type":"cstr","value":null}"#),
        ("void(ptr = null)", #"{"type":"null","value":null}"#),
        ("void(ref i32 a)", #"{"name":"a","pass":"ref","type":"i32"}"#),
        ("void(out f64 a)", #"{"name":"a","pass":"out","type":"f64"}"#),
        ("void(inout u8 a)", #"{"name":"a","pass":"inout","type":"u8"}"#),
        ("void(inout bytes a)", #"{"length":"usize","name":"a","pass":"inout","type":"bytes"}"#),
        ("u32(out[64] bytes a)", #"{"count":64,"length":"usize","name":"a","pass":"out","type":"bytes"}"#),
        ("i32(out[64] bytes:i32 a)", #"{"count":64,"length":"i32","name":"a","pass":"out","type":"bytes"}"#),
        (
            "void(out[64] bytes:u64* a)",
            #"{"count":64,"length":"u64","lengthPointer":true,"name":"a","pass":"out","type":"bytes"}"#
        ),
        ("void(out bytes[64] a)", #"{"count":64,"name":"a","pass":"out","type":"bytes"}"#),
        ("void(out[64] cstr a)", #"{"count":64,"length":"usize","name":"a","pass":"out","type":"cstr"}"#),
        ("void(out cstr[64] a)", #"{"count":64,"name":"a","pass":"out","type":"cstr"}"#),
        ("void(u8 a = 255)", #"{"name":"a","type":"u8","value":255}"#),
        ("void(i8 = -128)", #"{"type":"i8","value":-128}"#),
        ("void(f64 a = -1.5e3)", #"{"name":"a","type":"f64","value":-1500}"#),
        ("void(bool = true)", #"{"type":"bool","value":true}"#),
        (#"void(cstr = "a \" \u00e9, b")"#, #"{"type":"cstr","value":"a \" é, b"}"#),
        (
            "void({f64 x, {i8 a} y} p)",
            #"{"name":"p","type":{"struct":[{"name":"x","type":"f64"},{"name":"y","type":{"struct":[{"name":"a","type":"i8"}]}}]}}"#
        ),
    ]

    @Test(arguments: Self.parameters)
    func describesAParameterToTheWorker(signature: String, parameter: String) throws {
        let call = try Self.call(signature)

        let parameters = try #require(call["parameters"] as? [Any])
        #expect(parameters.count == 1)
        let text = try JSONSerialization.data(
            withJSONObject: parameters[0], options: [.sortedKeys, .withoutEscapingSlashes])
        #expect(String(decoding: text, as: UTF8.self) == parameter)
    }

    @Test func describesResultConventionAndOwner() throws {
        let text = try Self.call("cstr()", more: ["owner: caller( sqlite3_free )", "error: 'null'"])
        let bytes = try Self.call("bytes:n(out usize n)", more: ["owner: caller"])
        let variadic = try Self.call("i32(cstr format, ..., i32 a, f64 b)", more: ["error: negative"])

        #expect(text["symbol"] as? String == "f")
        #expect(text["free"] as? String == "sqlite3_free")
        #expect(text["error"] as? String == "null")
        #expect(bytes["free"] as? String == "free")
        #expect((bytes["result"] as? [String: Any])?["lengthOf"] as? String == "n")
        #expect(variadic["fixed"] as? Int == 1)
        #expect(variadic["free"] == nil)
    }

    @Test func namesTheLibraryTheSymbolAndWhatItHasToExport() throws {
        let (configuration, problems) = try Self.load(
            "cstr()", more: ["owner: caller(other)"], handler: "/usr/lib/libx-1.2.so.3#_Z3foov")

        #expect(problems == [])
        let function = try #require(configuration?.functions.first)
        #expect(function.settings.symbol?.library == "/usr/lib/libx-1.2.so.3")
        #expect(function.settings.symbol?.exports == ["_Z3foov", "other"])
        #expect(function.settings.entry == "_Z3foov")
    }

    private static let types =
        "bool, i8, i16, i32, i64, u8, u16, u32, u64, isize, usize, f32, f64, cstr, bytes, ptr and {fields}"

    static let mistakes: [(signature: String, says: String)] = [
        ("u65(u64)", "at character 1, 'u65' is not a type; did you mean u64? Allowed are \(Self.types)"),
        ("void(size_t n)", "at character 6, 'size_t' is not a type; did you mean usize? Allowed are \(Self.types)"),
        ("void(int n)", "at character 6, 'int' is not a type; did you mean i32? Allowed are \(Self.types)"),
        ("void(xyzzy n)", "at character 6, 'xyzzy' is not a type; allowed are \(Self.types)"),
        ("void(u8 a", "at character 10, the end stands where ')' or ',' follows a parameter"),
        ("void u8 a)", "at character 6, 'u8' stands where '(' opens the parameters"),
        ("void()x", "at character 7, 'x' follows the signature"),
        ("void(u8 a,)", "at character 11, ')' stands where a type is expected; allowed are \(Self.types)"),
        ("void(void)", "at character 6, void is a result only; without parameters, write ()"),
        ("void(u8 a, u8 a)", "at character 12, two parameters are named 'a'"),
        (
            "void(u8 9a)",
            "at character 9, '9a' is no name; allowed are letters, digits and _, 64 at most, no digit first"
        ),
        ("void(u8 a = 300)", "at character 6, 300 does not fit; allowed is a whole number that u8 holds"),
        ("void(u8 a = 1.5)", "at character 6, 1.5 does not fit; allowed is a whole number that u8 holds"),
        ("void(cstr a = null)", "at character 6, a cstr takes null only when it is written cstr?"),
        ("void(cstr a = 5)", "at character 6, 5 is no string; allowed is one in double quotes"),
        (
            "void(cstr a = \"x)",
            "at character 15, '\"' is no value; allowed is a number, a string in double quotes, true, false or null"
        ),
        ("void(ptr p)", "at character 6, a ptr is always NULL; write ptr = null"),
        (
            "void(out bytes a)",
            "at character 6, an out buffer needs its room: out[N] where the function is told the size, out bytes[N] where it"
                + " is not"
        ),
        (
            "void(out[0] bytes a)",
            "at character 10, '0' stands where the number of bytes is expected; allowed is a whole number from 1 to 6291456"
        ),
        ("void(out[8] u8 a)", "at character 6, out[N] is for bytes and cstr; of another type, write out without [N]"),
        ("void(out u8)", "no mistake: out parameters are named arg1"),
        (
            "void(out[8] bytes a)",
            "at character 6, the result is the length of this buffer, so it is an integer; allowed are also out[N] bytes:T*"
                + " and out bytes[N]"
        ),
        (
            "u8(out[8] bytes a, out[8] bytes b)",
            "at character 20, the result is the length of one buffer; write out[N] bytes:T* or out bytes[N]"
        ),
        ("void(bytes:u32* a)", "at character 12, only the length of an out buffer is passed by its address"),
        ("void(bytes:f64 a)", "at character 12, behind ':' stands the length's type, an integer such as u32"),
        ("void(ref cstr a)", "at character 6, a buffer is passed by its address anyway; leave ref out"),
        ("void(out u8 result)", "at character 6, 'result' is what the function returns; name it otherwise"),
        ("void(...)", "at character 9, '...' stands once, behind at least one parameter"),
        ("void(u8 a, ..., f32 b)", "at character 17, C passes f32 behind '...' as f64; write f64"),
        ("void(u8 a, ..., bool b)", "at character 17, C passes bool behind '...' as i32; write i32"),
        ("void(u8 a, ..., {u8 x} b)", "at character 17, a struct is not passed behind '...'"),
        ("void({u8 x, u8 x} a)", "at character 13, two fields are named 'x'"),
        ("void({cstr x} a)", "at character 7, a struct has fields of integers, floats, bool and structs only"),
        ("void({u8} a)", "at character 9, a field needs a name behind its type"),
        (
            "bytes()",
            "at character 6, a result of type bytes needs its length: bytes[N], or bytes:NAME with the out parameter"
                + " that tells it"
        ),
        (
            "bytes:n()",
            "at character 1, bytes:n needs an out parameter of that name that is an integer, such as out usize n"
        ),
        (
            "void(\(repeatElement("u8", count: 33).joined(separator: ",")))",
            "at character 102, a function has more than 32 parameters"
        ),
    ]

    @Test(arguments: Self.mistakes)
    func saysWhereASignatureIsWrongAndWhatIsAllowed(signature: String, says: String) throws {
        let (_, problems) = try Self.load(signature)

        guard !says.hasPrefix("no mistake") else {
            #expect(problems == [])
            return
        }
        #expect(
            problems.first
                == "config/serverless.yml:5:18: error: functions.f.brasa.signature is '\(signature)'; \(says).")
    }

    static let clashes: [(signature: String, more: [String], says: String)] = [
        (
            "cstr()", [],
            "5:18: error: functions.f.brasa.owner is missing: the function returns a pointer, and somebody owns what it points"
                + " to. Allowed is static, argument, caller (freed with free) or caller(NAME) (given to the library's function"
                + " NAME)."
        ),
        (
            "i32()", ["owner: static"],
            "6:14: error: functions.f.brasa.owner is for functions that return a pointer (cstr or bytes); leave it out."
        ),
        (
            "cstr()", ["owner: me"],
            "6:14: error: functions.f.brasa.owner is 'me'; allowed is static, argument, caller (freed with free) or"
                + " caller(NAME) (given to the library's function NAME)."
        ),
        (
            "u32()", ["error: negative"],
            "6:14: error: functions.f.brasa.error is 'negative', which needs a result of a signed integer type."
        ),
        (
            "f64()", ["error: nonzero"],
            "6:14: error: functions.f.brasa.error is 'nonzero', which needs a result of an integer type or bool."
        ),
        (
            "i32()", ["error: 'null'"],
            "6:14: error: functions.f.brasa.error is 'null', which needs a result of type cstr or bytes."
        ),
        (
            "{u8 a}()", ["error: errno"],
            "6:14: error: functions.f.brasa.error is 'errno', which needs a result that is no struct."
        ),
        (
            "i32(out[9] bytes a)", ["error: nonzero"],
            "6:14: error: functions.f.brasa.error is 'nonzero', which needs a result that is no length."
        ),
        (
            "i32()", ["error: negativ"],
            "6:14: error: functions.f.brasa.error is 'negativ'; did you mean negative? Allowed is none, negative, null,"
                + " nonzero, zero or errno."
        ),
    ]

    @Test(arguments: Self.clashes)
    func refusesConventionAndOwnerThatDoNotFit(signature: String, more: [String], says: String) throws {
        let (configuration, problems) = try Self.load(signature, more: more)

        #expect(configuration == nil)
        #expect(problems == ["config/serverless.yml:" + says])
    }

    @Test(arguments: ["libz.so.1", "lib/libz.so.1#f", "../libz.so#f"])
    func refusesAHandlerThatNamesNoFunctionOfALibrary(handler: String) throws {
        let (_, problems) = try Self.load("void()", handler: handler)

        #expect(
            problems == [
                "config/serverless.yml:3:14: error: functions.f.handler is '\(handler)'; of a function with a signature, allowed"
                    + " is LIBRARY#FUNCTION, with the library as a file in the functions folder, a name the system's loader"
                    + " knows, or an absolute path, such as libz.so.1#crc32."
            ])
    }

    @Test func refusesToCallASymbolInsideTheHost() throws {
        let (configuration, problems) = try Self.load("void()", more: ["isolation: inprocess"])

        #expect(configuration == nil)
        #expect(
            problems == [
                "config/serverless.yml:6:18: error: functions.f.brasa.isolation is 'inprocess', but plain C functions are only"
                    + " ever called in a worker process; allowed with a signature is auto, process or exec."
            ])
    }

    @Test func refusesConventionAndOwnerWithoutASignature() throws {
        let (_, problems) = try loadServerless(
            "functions:\n  f:\n    handler: hello.so\n    brasa:\n      error: negative\n      owner: static")

        #expect(
            problems == [
                "config/serverless.yml:5:14: error: functions.f.brasa.error is for plain C functions, which have a signature;"
                    + " functions.f.brasa.signature is missing.",
                "config/serverless.yml:6:14: error: functions.f.brasa.owner is for plain C functions, which have a signature;"
                    + " functions.f.brasa.signature is missing.",
            ])
    }

    @Test func aChangedSignatureIsAnotherVersion() throws {
        let first = try Self.load("u64(u64 a)").configuration?.functions.first?.settings
        let second = try Self.load("u64(u32 a)").configuration?.functions.first?.settings

        #expect(first != nil && first != second)
    }
}
