import BlockingTests
import BrasaTesting
import CBrasaSymbol
import Testing

/// The worker's JSON reader: strict, limited, and without losing a digit.
@Suite(.blocking, .serialized, .timeLimit(.minutes(5)))
struct JSONTests {
    /// Memory of one reading, freed with it.
    private final class Arena {
        var blocks: [UnsafeMutableRawPointer] = []
        deinit { for block in self.blocks { block.deallocate() } }
    }

    /// What reading says: nil when it is JSON, else the reason and place.
    private static func refusal(_ bytes: [UInt8]) -> String? {
        Self.read(bytes) { value, error in
            value == nil ? "\(String(cString: error.reason)) at \(error.offset)" : nil
        }
    }

    private static func read<Result>(
        _ bytes: [UInt8], _ body: (UnsafePointer<brasa_json>?, brasa_json_error) -> Result
    ) -> Result {
        let arena = Arena()
        return withExtendedLifetime(arena) {
            let memory = brasa_json_memory(
                allocate: { context, bytes in
                    let block = UnsafeMutableRawPointer.allocate(byteCount: max(1, bytes), alignment: 16)
                    Unmanaged<Arena>.fromOpaque(context!).takeUnretainedValue().blocks.append(block)
                    return block
                }, context: Unmanaged.passUnretained(arena).toOpaque())
            var error = brasa_json_error()
            return bytes.withUnsafeBytes { buffer in
                body(brasa_json_parse(buffer.baseAddress, buffer.count, memory, &error), error)
            }
        }
    }

    @Test(arguments: [
        "null", " true ", "\t\r\n false", "0", "-0", "1", "-1.5", "1e5", "1E+5", "1.0e-5",
        "123456789012345678901234567890",
        #""""#, #""a\"\\\/\b\f\n\r\t\u0041""#, #""\ud83d\ude00""#, "\"é€😀\"", "[]", "[ ]", "[1,2 , 3]", "{}",
        #"{"":{}}"#,
        #"{"a":1,"a":2}"#, #"[[[[]]]]"#, #""\u0000""#, "\"\u{7f}\"",
    ])
    func takes(text: String) {
        #expect(Self.refusal(Array(text.utf8)) == nil)
    }

    @Test(arguments: [
        ("", "a value is missing at 0"), ("  ", "a value is missing at 2"), ("nul", "a value is missing at 0"),
        ("NaN", "a value is missing at 0"), ("+1", "a value is missing at 0"), (".5", "a value is missing at 0"),
        ("01", "a number begins with a zero at 0"), ("-01", "a number begins with a zero at 1"),
        ("-", "a number has no digits at 1"), ("1.", "a number has no digits behind its point at 2"),
        ("1e", "a number has no digits in its exponent at 2"), ("0x10", "something follows the value at 1"),
        ("1 2", "something follows the value at 2"), ("[1,]", "a value is missing at 3"),
        ("[1 2]", "a comma is missing at 3"), ("[1", "an array or object does not end at 2"),
        ("[", "a value is missing at 1"), ("{", "a name is missing at 1"), ("{a:1}", "a name is missing at 1"),
        (#"{"a" 1}"#, "a colon is missing at 5"), (#"{"a":1,}"#, "a name is missing at 7"),
        (#"{"a":}"#, "a value is missing at 5"), (#"["a]"#, "a string does not end at 4"),
        ("'a'", "a value is missing at 0"),
        (#""\x""#, "an escape is unknown at 1"), (#""\u12""#, "\\u has not four hexadecimal digits at 1"),
        (#""\ud800""#, "a surrogate stands alone at 7"), (#""\ud800\u0041""#, "a surrogate stands alone at 7"),
        (#""\udc00""#, "a surrogate stands alone at 1"), ("\"\n\"", "a control character is not escaped at 1"),
        ("\u{feff}1", "a value is missing at 0"), ("// no\n1", "a value is missing at 0"),
        (#""\"#, "a string does not end at 1"),
    ])
    func refuses(text: String, reason: String) {
        #expect(Self.refusal(Array(text.utf8)) == reason)
    }

    /// Overlong forms, surrogates, beyond U+10FFFF, cut characters, stray continuation bytes.
    @Test(arguments: [
        [0xc0, 0x80], [0xc1, 0xbf], [0xe0, 0x9f, 0xbf], [0xed, 0xa0, 0x80], [0xf0, 0x8f, 0xbf, 0xbf],
        [0xf4, 0x90, 0x80, 0x80], [0xf5, 0x80, 0x80, 0x80], [0xc3], [0xe2, 0x82], [0xf0, 0x9f, 0x98], [0x80], [0xff],
    ])
    func refusesWhatIsNotUTF8(bytes: [UInt8]) {
        #expect(Self.refusal([34] + bytes + [34]) == "a string is not UTF-8 at 1")
    }

    @Test func keepsTheSpellingOfNumbersAndTheContentOfStrings() {
        let text = #"{"n":-12345678901234567890.10e+5,"s":"\u00e9\ud83d\ude00\n"}"#
        Self.read(Array(text.utf8)) { value, _ in
            func content(_ name: String) -> String {
                guard let member = brasa_json_member(value, name) else { return "" }
                let bytes = UnsafeRawBufferPointer(start: member.pointee.text, count: member.pointee.text_length)
                return String(decoding: bytes, as: UTF8.self)
            }
            #expect(content("n") == "-12345678901234567890.10e+5")
            #expect(content("s") == "é😀\n")
            #expect(brasa_json_member(value, "x") == nil)
        }
    }

    @Test func limitsDepthValuesAndSize() {
        func nested(_ depth: Int) -> [UInt8] {
            Array((String(repeating: "[", count: depth) + String(repeating: "]", count: depth)).utf8)
        }
        func list(_ count: Int) -> [UInt8] { Array(("[" + String(repeating: "0,", count: count - 1) + "0]").utf8) }

        #expect(Self.refusal(nested(64)) == nil)
        #expect(Self.refusal(nested(65)) == "arrays and objects are over 64 deep at 65")
        #expect(Self.refusal(list(65_535)) == nil)
        #expect(Self.refusal(list(65_536))?.hasPrefix("there are over 65536 values at ") == true)
        #expect(Self.refusal([UInt8](repeating: 32, count: 16 << 20) + [48]) == "it is over 16 MiB at 0")
    }

    @Test func survivesHundredsOfThousandsOfSpoiltTexts() throws {
        let driver = try FixtureLibrary.buildCheckedDriver(
            "fuzz_json", targets: ["CBrasaLoader", "CBrasaSymbol"], flags: ["-ldl", "-l:libffi.a"])

        let run = try ProgramRun(path: driver, arguments: ["300000", "2024"])

        #expect(run.exitStatus == 0, "\(run.output.suffix(4_000))")
        let counts = try #require(run.output.firstMatch(of: /(\d+) taken, (\d+) refused/))
        #expect(try #require(Int(counts.1)) > 30_000)
        #expect(try #require(Int(counts.2)) > 30_000)
    }

    @Test func callsSurviveHundredsOfThousandsOfSpoiltRequests() throws {
        let driver = try FixtureLibrary.buildCheckedDriver(
            "fuzz_symbol", targets: ["CBrasaLoader", "CBrasaSymbol"], flags: ["-ldl", "-l:libffi.a"])

        let run = try ProgramRun(path: driver, arguments: [try FixtureLibrary.build("symbols"), "200000", "2024"])

        #expect(run.exitStatus == 0, "\(run.output.suffix(4_000))")
        let counts = try #require(run.output.firstMatch(of: /(\d+) answered, (\d+) refused/))
        #expect(try #require(Int(counts.1)) > 20_000)
        #expect(try #require(Int(counts.2)) > 20_000)
    }
}
