import BrasaAWS
import NIOCore
import Testing

struct FormatTests {
    @Test(arguments: [
        "{}", " [ ] ", "null", "true", "false", "0", "-0.5e+10", "1E3", #""""#, #""a\"\\\/\b\f\n\r\t\u00e9 é""#,
        #"{"a":[1,2,{"b":null}],"c":{}}"#, "[[[[]]]]", "\t\r\n 7 \n",
    ])
    func acceptsJSON(text: String) {
        #expect(Array(text.utf8).withUnsafeBytes { JSONValidator.firstFault(in: $0) } == nil)
    }

    @Test(arguments: [
        ("", 0), ("   ", 3), ("{", 1), ("[1,]", 3), ("{\"a\"}", 4), ("{a:1}", 1), ("{\"a\":1,}", 7), ("[1 2]", 3),
        ("01", 1), ("1.", 2), ("-", 1), ("1e", 2), ("+1", 0), ("nul", 3), ("nulL", 3), ("\"a", 2), ("\"\u{1}\"", 1),
        (#""\x""#, 2), (#""\u12g4""#, 5), ("{} {}", 3), ("]", 0), ("[}", 1), ("{]", 1), ("'a'", 0), ("NaN", 0),
    ])
    func findsTheFirstFaultOfWhatIsNotJSON(text: String, offset: Int) {
        let fault = Array(text.utf8).withUnsafeBytes { JSONValidator.firstFault(in: $0) }

        #expect(fault?.byteOffset == offset)
    }

    @Test(arguments: ["\u{80}", "\u{7ff}", "\u{800}", "\u{d7ff}", "\u{e000}", "\u{ffff}", "\u{10000}", "\u{10ffff}"])
    func acceptsTheFirstAndLastCharactersOfEachLength(character: String) {
        #expect(Array("\"\(character)\"".utf8).withUnsafeBytes { JSONValidator.firstFault(in: $0) } == nil)
    }

    @Test(
        arguments: [
            ([0x80], 1, .utf8Start), ([0xc1, 0xbf], 1, .utf8Start), ([0xe4], 2, .utf8Middle),
            ([0xe0, 0x9f, 0xbf], 2, .utf8Middle), ([0xed, 0xa0, 0x80], 2, .utf8Middle),
            ([0xe2, 0x82], 3, .utf8Middle), ([0xf0, 0x8f, 0xbf, 0xbf], 2, .utf8Middle),
            ([0xf4, 0x90, 0x80, 0x80], 2, .utf8Middle), ([0xf5, 0x80, 0x80, 0x80], 1, .utf8Start),
            ([0xff], 1, .utf8Start),
        ] as [([UInt8], Int, JSONFault.Kind)])
    func findsWhatIsNotUTF8(bytes: [UInt8], offset: Int, kind: JSONFault.Kind) {
        let quote = UInt8(ascii: "\"")
        let fault = ([quote] + bytes + [quote]).withUnsafeBytes { JSONValidator.firstFault(in: $0) }

        #expect(fault?.byteOffset == offset)
        #expect(fault?.kind == kind)
    }

    @Test func followsNestingOfAnyDepth() {
        let depth = 1_000
        let opening = (0..<depth).map { $0.isMultiple(of: 3) ? "{\"a\":" : "[" }.joined()
        let closing = (0..<depth).reversed().map { $0.isMultiple(of: 3) ? "}" : "]" }.joined()
        let swapped = closing.replacing("}]]", with: "]}]", maxReplacements: 1)

        #expect(Array("\(opening)1\(closing)".utf8).withUnsafeBytes { JSONValidator.firstFault(in: $0) } == nil)
        #expect(Array("\(opening)1\(swapped)".utf8).withUnsafeBytes { JSONValidator.firstFault(in: $0) } != nil)
    }

    @Test func saysWhatIsWrongWhere() {
        #expect(
            JSONFault(byteOffset: 3, byte: UInt8(ascii: "x")).description
                == "Unexpected character ('x' (code 120)) at byte 3")
        #expect(JSONFault(byteOffset: 9, byte: nil).description == "Unexpected end-of-input at byte 9")
        #expect(
            JSONFault(.utf8Start, byteOffset: 1, byte: 0xff).description == "Invalid UTF-8 start byte 0xff at byte 1")
        #expect(
            JSONFault(.utf8Middle, byteOffset: 2, byte: 0x09).description == "Invalid UTF-8 middle byte 0x09 at byte 2")
    }

    @Test func computesTheStandardChecksum() {
        #expect(CRC32.checksum(ByteBuffer(string: "123456789")) == 0xcbf4_3926)
        #expect(CRC32.checksum(ByteBuffer()) == 0)
        let half = CRC32.checksum(ByteBuffer(string: "12345"))
        #expect(CRC32.checksum(ByteBuffer(string: "6789"), continuing: half) == 0xcbf4_3926)
    }

    @Test func laysOutAnEventStreamMessage() throws {
        let message = EventStreamMessage(
            event: "PayloadChunk", contentType: "application/octet-stream", payload: ByteBuffer(string: "hi"))

        var bytes = message.encoded()
        let whole = bytes
        let lengths = bytes.readMultipleIntegers(as: (UInt32, UInt32, UInt32).self)
        let (total, headers, prelude) = try #require(lengths)

        #expect(Int(total) == whole.readableBytes)
        #expect(total == 16 + headers + 2)
        #expect(prelude == CRC32.checksum(try #require(whole.getSlice(at: 0, length: 8))))
        #expect(whole.getInteger(at: 12, as: UInt8.self) == 11)
        #expect(whole.getString(at: 13, length: 11) == ":event-type")
        #expect(whole.getInteger(at: 24, as: UInt8.self) == 7)
        #expect(whole.getInteger(at: 25, as: UInt16.self) == 12)
        #expect(whole.getString(at: 27, length: 12) == "PayloadChunk")
        #expect(whole.getString(at: Int(total) - 6, length: 2) == "hi")
        #expect(
            whole.getInteger(at: Int(total) - 4, as: UInt32.self)
                == CRC32.checksum(try #require(whole.getSlice(at: 0, length: Int(total) - 4))))
    }

    @Test func escapesTextForJSON() {
        #expect(JSONText.string("a\"\\\n\u{1}é") == #""a\"\\\n\u0001é""#)
        #expect(JSONText.object([("a", "1"), ("b", nil), ("c", "")]) == #"{"a":"1","c":""}"#)
    }
}
