import BlockingTests
import BrasaTesting
import Testing

/// Every type of a signature, over HTTP, with values at the edges and beyond.
@Suite(.blocking, .serialized, .timeLimit(.minutes(5)))
struct SymbolTypeTests {
    private static func whole(_ type: String, _ low: String, _ high: String) -> SymbolCase {
        let (under, over) = (Self.neighbour(low, -1), Self.neighbour(high, 1))
        func no(_ found: String) -> String {
            SymbolCase.refusal(
                "a", "Parameter \"a\" is \(found); allowed is a whole number from \(low) to \(high) (\(type)).")
        }
        return SymbolCase(
            "same_\(type)", "\(type)(\(type) a)", .get("a=\(low)", low), .get("a=\(high)", high),
            .post("{\"a\":\(low)}", low), .post("[\(high)]", high), .post("{\"a\":\(over)}", no(over), status: 400),
            .post("{\"a\":\(under)}", no(under), status: 400), .post("{\"a\":1.5}", no("1.5"), status: 400),
            .post("{\"a\":1e2}", no("1e2"), status: 400), .post("{\"a\":\"1\"}", no("\"1\""), status: 400),
            .post("{\"a\":true}", no("true"), status: 400), .post("{\"a\":null}", no("null"), status: 400),
            .post("{\"a\":[1]}", no("an array"), status: 400), .get("a=+1", no("\" 1\""), status: 400),
            .get("a=", no("\"\""), status: 400), .get("a=0x1", no("\"0x1\""), status: 400))
    }

    /// One more or less than a number of any size.
    private static func neighbour(_ number: String, _ step: Int) -> String {
        if number == "0" { return "-1" }
        var digits = number.drop { $0 == "-" }.map { $0.wholeNumberValue ?? 0 }
        for index in digits.indices.reversed() {
            digits[index] += 1
            if digits[index] < 10 { break }
            digits[index] = 0
        }
        return (step < 0 ? "-" : "") + digits.map(String.init).joined()
    }

    @Test func takesWholeNumbersOfEachWidthAndNothingElse() throws {
        var unsigned = Self.whole("u64", "0", "18446744073709551615")
        let sized = SymbolCase(
            "same_usize", "usize(usize a)", .get("a=18446744073709551615", "18446744073709551615"))
        let signed = SymbolCase(
            "same_isize", "isize(isize a)", .get("a=-9223372036854775808", "-9223372036854775808"))
        unsigned.library = "symbols"
        try expectAnswers([
            Self.whole("i8", "-128", "127"), Self.whole("i16", "-32768", "32767"),
            Self.whole("i32", "-2147483648", "2147483647"),
            Self.whole("i64", "-9223372036854775808", "9223372036854775807"), Self.whole("u8", "0", "255"),
            Self.whole("u16", "0", "65535"), Self.whole("u32", "0", "4294967295"), unsigned, sized, signed,
        ])
    }

    @Test func takesFloatsAndWritesTheFewestDigitsThatReadBack() throws {
        func no(_ type: String, _ found: String) -> String {
            SymbolCase.refusal(
                "a",
                "Parameter \"a\" is \(found); allowed is a number (\(type)), \"NaN\", \"Infinity\" or \"-Infinity\".")
        }
        try expectAnswers([
            SymbolCase(
                "same_f64", "f64(f64 a)", .get("a=0.1", "0.1"), .post("[0.30000000000000004]", "0.30000000000000004"),
                .post("[1e300]", "1e+300"), .post("[-0]", "-0"), .post("[3]", "3"),
                .post("[4.9e-324]", "4.94065645841247e-324"),
                .post("[\"NaN\"]", "\"NaN\""), .get("a=-Infinity", "\"-Infinity\""),
                .post("[\"Infinity\"]", "\"Infinity\""),
                .post("[1e400]", no("f64", "1e400"), status: 400), .post("[\"1\"]", no("f64", "\"1\""), status: 400),
                .get("a=1e", no("f64", "\"1e\""), status: 400), .get("a=nan", no("f64", "\"nan\""), status: 400)),
            SymbolCase(
                "same_f32", "f32(f32 a)", .get("a=0.1", "0.1"), .post("[16777217]", "16777216"),
                .post("[3.4028235e38]", "3.4028235e+38"), .post("[1e39]", no("f32", "1e39"), status: 400)),
            SymbolCase("comma", "f64(f64 a)", .get("a=1.5", "1.5"), .get("a=2.25", "2.25")),
            SymbolCase(
                "many",
                "f64(i8 a, f64 b, u16 c, f32 d, i64 e, f64 f, u8 g, f32 h, i32 i, f64 j, u64 k, f64 l, f64 m, f64 n, f64 o,"
                    + " f64 p)", .post("[-1,2,3,4.5,5,6,7,8,9,10,11,12,13,14,15,16]", "134.5")),
        ])
    }

    @Test func takesBooleansTextsAndBytes() throws {
        let text = "allowed is a text without zero bytes (cstr)."
        let bytes = "allowed is bytes, in JSON a string of base64."
        try expectAnswers([
            SymbolCase(
                "same_bool", "bool(bool a)", .get("a=true", "true"), .post("[false]", "false"),
                .post("[1]", SymbolCase.refusal("a", "Parameter \"a\" is 1; allowed is true or false."), status: 400),
                .get(
                    "a=yes", SymbolCase.refusal("a", "Parameter \"a\" is \"yes\"; allowed is true or false."),
                    status: 400)),
            SymbolCase(
                "text_length", "usize(cstr text)", .get("text=h%C3%A9+you", "7"), .post(#"{"text":"h\u00e9\n"}"#, "4"),
                .post(#"{"text":""}"#, "0"),
                .post(
                    #"{"text":"a\u0000b"}"#,
                    SymbolCase.refusal("text", "Parameter \"text\" is a string with a zero byte; \(text)"),
                    status: 400),
                .post("[null]", SymbolCase.refusal("text", "Parameter \"text\" is null; \(text)"), status: 400),
                .post("[5]", SymbolCase.refusal("text", "Parameter \"text\" is 5; \(text)"), status: 400)),
            SymbolCase("text_length", "usize(cstr? text)", .post("[null]", "9999"), .post(#"["abc"]"#, "3")),
            SymbolCase("text_length", "usize(cstr? = null)", .get("", "9999")),
            SymbolCase("text_length", #"usize(cstr = "four")"#, .get("", "4")),
            SymbolCase(
                "sum_bytes", "u64(bytes data)", .post("\u{1}\u{2}\u{3}", "6", type: "application/octet-stream"),
                .post("ab", "195", type: nil),
                .post(#"{"data":"AQID"}"#, "6"), .get("data=ab", "195"),
                .post(
                    #"{"data":"AQI"}"#, SymbolCase.refusal("data", "Parameter \"data\" is \"AQI\"; \(bytes)"),
                    status: 400),
                .post(
                    #"{"data":"AQJ="}"#, SymbolCase.refusal("data", "Parameter \"data\" is \"AQJ=\"; \(bytes)"),
                    status: 400)),
            SymbolCase(
                "sum_seeded", "u64(u64 seed = 100, bytes data)", .post("\u{1}", "101", type: "text/plain"),
                SymbolCase.Call(query: "seed=7", body: "\u{1}", contentType: "text/plain", status: 200, answer: "8"),
                SymbolCase.Call(
                    query: "data=a", body: "b", contentType: "text/plain", status: 400,
                    answer: SymbolCase.refusal("data", "Parameter \"data\" is given more than once; allowed is once."))),
            SymbolCase(
                "sum_two", "u64(bytes a, bytes b)", .post(#"{"a":"AQ==","b":"Ag=="}"#, "1002", type: nil),
                .get("a=%01&b=%02", "1002")),
            SymbolCase(
                "sum_four", "u64(bytes[4] data)", .get("data=%01%01%01%02", "5"),
                .get(
                    "data=abc", SymbolCase.refusal("data", "Parameter \"data\" has 3 bytes; allowed are exactly 4."),
                    status: 400)),
            SymbolCase(
                "sum_short", "u32(bytes:u8 data)", .get("data=%01%02", "3"),
                .post(
                    String(repeating: "a", count: 256),
                    SymbolCase.refusal(
                        "data", "Parameter \"data\" has 256 bytes; allowed are 255, because its length is u8."),
                    type: "text/plain", status: 400)),
        ])
    }

    @Test func passesStructsByValueAndByAddress() throws {
        let point = "{f64 x, f64 y}"
        let fields = "an object with the fields x, y."
        try expectAnswers([
            SymbolCase(
                "point_scale", "\(point)(\(point) p, f64 by)", .post(#"{"p":{"x":1,"y":2},"by":3}"#, #"{"x":3,"y":6}"#),
                .post(#"[{"y":1,"x":-1},2]"#, #"{"x":-2,"y":2}"#),
                .get("by=2&p=%7B%22x%22%3A1%2C%22y%22%3A2%7D", #"{"x":2,"y":4}"#),
                .post(
                    #"{"p":{"x":1},"by":3}"#,
                    SymbolCase.refusal(
                        "p",
                        "Parameter \"p.y\" is missing; allowed is a number (f64), \"NaN\", \"Infinity\" or \"-Infinity\"."
                    ),
                    status: 400),
                .post(
                    #"{"p":{"x":1,"y":2,"z":3},"by":3}"#,
                    SymbolCase.refusal("p", "Parameter \"p\" has a field \"z\"; allowed is \(fields)"), status: 400),
                .post(
                    #"{"p":{"x":1,"y":2,"x":3},"by":3}"#,
                    SymbolCase.refusal("p", "Parameter \"p.x\" is given more than once; allowed is once."), status: 400),
                .post(
                    #"{"p":[1,2],"by":3}"#,
                    SymbolCase.refusal("p", "Parameter \"p\" is an array; allowed is \(fields)"),
                    status: 400)),
            SymbolCase(
                "small_swap", "{u8 a, i16 b}({u8 a, i16 b} s)", .post(#"[{"a":7,"b":200}]"#, #"{"a":200,"b":7}"#),
                .post(
                    #"[{"a":256,"b":0}]"#,
                    SymbolCase.refusal("s", "Parameter \"s.a\" is 256; allowed is a whole number from 0 to 255 (u8)."),
                    status: 400)),
            SymbolCase(
                "large_next",
                "{i64 a, {f64 x, f64 y} b, f32 c, bool d, i8 e}({i64 a, {f64 x, f64 y} b, f32 c, bool d, i8 e} l)",
                .post(
                    #"[{"a":1,"b":{"x":2,"y":3},"c":4.5,"d":true,"e":-1}]"#,
                    #"{"a":2,"b":{"x":3,"y":4},"c":5.5,"d":false,"e":0}"#)),
            SymbolCase("point_norm", "f64(ref \(point) p)", .post(#"[{"x":3,"y":4}]"#, "25")),
            SymbolCase("point_move", "void(inout \(point) p, f64 by)", .post(#"[{"x":3,"y":4},1]"#, #"{"x":4,"y":5}"#)),
            SymbolCase("point_make", "void(out \(point) p)", .get("", #"{"x":3,"y":4}"#)),
            SymbolCase(
                "ldiv", "{i64 quot, i64 rem}(i64 a, i64 b)", library: "libc.so.6",
                .get("a=17&b=5", #"{"quot":3,"rem":2}"#)),
        ])
    }

    @Test func givesBackWhatAFunctionWritesIntoItsOutParameters() throws {
        func length(_ symbol: String, _ said: String) -> String {
            #"{"message":"\#(symbol) gives \#(said)","errorType":"Symbol.InvalidLength","requestId":"REQUESTID"}"#
        }
        try expectAnswers([
            SymbolCase("fill_by_result", "usize(out[8] bytes o)", .get("", "abc")),
            SymbolCase("fill_by_result", "usize(out[2] bytes o)", .get("", "ab")),
            SymbolCase(
                "fill_too_much", "usize(out[8] bytes o)",
                .get(
                    "", length("fill_too_much", #"9 as the length of \"o\", which has room for 8 bytes."#), status: 502)
            ),
            SymbolCase(
                "fill_negative", "i32(out[8] bytes:i32 o)",
                .get("", length("fill_negative", #"-5 as the length of \"o\"."#), status: 502)),
            SymbolCase("fill_by_pointer", "i32(out[9] bytes:u32* o)", .get("", #"{"result":0,"o":"AAEC/w=="}"#)),
            SymbolCase("fill_by_pointer", "i32(out[3] bytes:u32* o)", .get("", #"{"result":-1,"o":"AAAA"}"#)),
            SymbolCase("fill_fixed", "void(out bytes[4] o)", .get("", "\u{1}\u{2}\u{3}\u{4}")),
            SymbolCase("fill_text", "i32(out[64] cstr o)", .get("", #"{"result":7,"o":"room 64"}"#)),
            SymbolCase("fill_text", "i32(out[5] cstr o)", .get("", #"{"result":6,"o":"room"}"#)),
            SymbolCase("fill_text_fixed", "void(out cstr[8] o)", .get("", #""12345678""#)),
            SymbolCase(
                "split", "void(f64 value, out i64 whole, out f64 rest)", .get("value=2.75", #"{"whole":2,"rest":0.75}"#)
            ),
            SymbolCase("increment", "i32(inout i32 n)", .get("n=5", #"{"result":5,"n":6}"#)),
            SymbolCase(
                "reverse", "void(inout bytes data)", .post("hello", "olleh", type: "text/plain"), .get("data=", "")),
            SymbolCase(
                "nothing", "void()", .get("", "null"), .post("{}", "null"), .post("[]", "null"), .post("null", "null")),
        ])
    }

    @Test func readsReturnedPointersAndGivesThemBackToTheirOwner() throws {
        try expectAnswers([
            SymbolCase("static_text", "cstr()", settings: ["owner: static"], .get("", #""always here""#)),
            SymbolCase("bad_text", "cstr()", settings: ["owner: static"], .get("", #""a\"\\\u000a\u0001\#u{fffd}é""#)),
            SymbolCase(
                "find_text", "cstr(cstr text, cstr what)", settings: ["owner: argument"],
                .get("text=abcd&what=c", #""cd""#),
                .get("text=abcd&what=x", "null")),
            SymbolCase("copied_text", "cstr(cstr text)", settings: ["owner: caller"], .get("text=abc", #""abc""#)),
            SymbolCase("four_bytes", "bytes[4]()", settings: ["owner: static"], .get("", "\0\u{1}\u{2}\u{3}")),
            SymbolCase("some_bytes", "bytes:n(out usize n)", settings: ["owner: caller"], .get("", "hello")),
            SymbolCase(
                "endless_bytes", "bytes:n(out usize n)", settings: ["owner: static"],
                .get(
                    "",
                    #"{"message":"endless_bytes gives -1 as the length of its result; allowed are at most 6291456.","#
                        + #""errorType":"Symbol.InvalidLength","requestId":"REQUESTID"}"#, status: 502)),
        ])
    }

    @Test func passesVariadicArgumentsTheirOwnWay() throws {
        try expectAnswers([
            SymbolCase("sum_all", "f64(i32 = 4, ..., i32 a, f64 b, i32 c, f64 d)", .post("[1,0.5,2,0.25]", "3.75")),
            SymbolCase("sum_all", "f64(i32 = 1, ..., i32 a)", .get("a=-3", "-3")),
            SymbolCase(
                "snprintf", #"i32(out[64] cstr text, cstr = "%05d|%.2f|%s|%lld", ..., i32 a, f64 b, cstr c, i64 d)"#,
                library: "libc.so.6",
                .get("a=42&b=3.14159&c=x%25y&d=-5000000000", ##"{"result":26,"text":"00042|3.14|x%y|-5000000000"}"##)),
        ])
    }
}
