import BrasaTesting
import Testing

@testable import BrasaTables

@Suite struct ValueReaderTests {
    @Test func readsAllTenTypes() throws {
        let (map, fault) = try readMap(
            """
            {"s":{"S":"é\\u00e9\\ud83d\\ude00\\n"},"n":{"N":"12345678901234567890123456789012345678"},"b":{"B":"AP8="},
            "t":{"BOOL":true},"z":{"NULL":true},"m":{"M":{"x":{"L":[]}}},"l":{"L":[{"S":""},{"B":""}]},
            "ss":{"SS":["b","a"]},"ns":{"NS":["1e1","-2"]},"bs":{"BS":["Ag==","AQ=="]}}
            """)

        #expect(fault == nil)
        #expect(
            map == [
                "s": .string("éé😀\n"), "n": .number(try ExactNumber("12345678901234567890123456789012345678")),
                "b": .binary([0, 255]), "t": .bool(true), "z": .null, "m": .map(["x": .list([])]),
                "l": .list([.string(""), .binary([])]), "ss": .stringSet(["a", "b"]),
                "ns": .numberSet([ExactNumber(-2), ExactNumber(10)]), "bs": .binarySet([[1], [2]]),
            ])
    }

    @Test(arguments: [
        (#"{"a":{}}"#, "Supplied AttributeValue is empty, must contain exactly one of the supported datatypes"),
        (#"{"a":{"X":1}}"#, "Supplied AttributeValue is empty, must contain exactly one of the supported datatypes"),
        (
            #"{"a":{"S":"x","N":"1"}}"#,
            "Supplied AttributeValue has more than one datatypes set, must contain exactly one of the supported datatypes"
        ),
        (#"{"a":{"S":"x","N":"y"}}"#, "The parameter cannot be converted to a numeric value: y"),
        (#"{"a":{"N":""}}"#, "The parameter cannot be converted to a numeric value"),
        (
            #"{"a":{"N":"1e126"}}"#,
            "Number overflow. Attempting to store a number with magnitude larger than supported range"
        ),
        (
            #"{"a":{"NULL":false}}"#,
            "One or more parameter values were invalid: Null attribute value types must have the value of true"
        ),
        (#"{"a":{"SS":[]}}"#, "One or more parameter values were invalid: An string set  may not be empty"),
        (#"{"a":{"NS":[]}}"#, "One or more parameter values were invalid: An number set  may not be empty"),
        (#"{"a":{"BS":[]}}"#, "One or more parameter values were invalid: Binary sets should not be empty"),
        (
            #"{"a":{"SS":["b","a","b"]}}"#,
            "One or more parameter values were invalid: Input collection [b, a, b] contains duplicates."
        ),
        (#"{"a":{"NS":["1","1.0"]}}"#, "Input collection contains duplicates"),
        (
            #"{"a":{"BS":["Yg==","Yg=="]}}"#,
            "One or more parameter values were invalid: Input collection [Yg==, Yg==]of type BS contains duplicates."
        ),
        // The first fault is the one that is told.
        (#"{"a":{"L":[{"N":"b"},{"SS":[]}]},"b":{}}"#, "The parameter cannot be converted to a numeric value: b"),
    ])
    func keepsTheFirstValueThatIsNone(text: String, fault: String) throws {
        #expect(try readMap(text).fault == fault)
    }

    @Test(arguments: [
        (#"{"a":1}"#, "Unexpected value type in payload"), (#"{"a":"x"}"#, "Unexpected value type in payload"),
        (#"{"a":[]}"#, "Unrecognized collection type class com.amazonaws.dynamodb.v20120810.AttributeValue"),
        (
            "[]",
            "Unrecognized collection type java.util.Map<java.lang.String, com.amazonaws.dynamodb.v20120810.AttributeValue>"
        ),
        ("1", "Unexpected field type"), (#"{"a":{"S":1}}"#, "NUMBER_VALUE cannot be converted to String"),
        (#"{"a":{"S":1.5}}"#, "DECIMAL_VALUE cannot be converted to String"),
        (#"{"a":{"S":true}}"#, "TRUE_VALUE cannot be converted to String"),
        (#"{"a":{"S":[]}}"#, "Unrecognized collection type class java.lang.String"),
        (#"{"a":{"S":{}}}"#, "Start of structure or map found where not expected"),
        (#"{"a":{"N":123}}"#, "NUMBER_VALUE cannot be converted to String"),
        (#"{"a":{"B":1}}"#, "only base-64-encoded strings are convertible to bytes"),
        (#"{"a":{"B":[]}}"#, "Unrecognized collection type class java.nio.ByteBuffer"),
        (#"{"a":{"B":"23456"}}"#, "Base64 encoded length is expected a multiple of 4 bytes but found: 5"),
        (#"{"a":{"B":"=+/="}}"#, "Invalid last non-pad Base64 character dectected"),
        (#"{"a":{"B":"+/+="}}"#, "Invalid last non-pad Base64 character dectected"),
        (#"{"a":{"BOOL":"23"}}"#, "Unexpected token received from parser"),
        (#"{"a":{"BOOL":23}}"#, "NUMBER_VALUE cannot be converted to Boolean"),
        (#"{"a":{"SS":"x"}}"#, "Unexpected field type"),
        (#"{"a":{"SS":{}}}"#, "Start of structure or map found where not expected"),
        (#"{"a":{"L":[[]]}}"#, "Unrecognized collection type class com.amazonaws.dynamodb.v20120810.AttributeValue"),
    ])
    func refusesOtherTypesInTheWordsOfTheService(text: String, message: String) {
        #expect(throws: TableError.serialization(message)) { try readMap(text) }
    }

    @Test(arguments: [
        "", "{", "}", #"{"a"}"#, #"{"a":}"#, #"{"a":{"S":"x"},}"#, #"{"a":{"S":"x"}"#, #"{"a":{"S":"x"}}}"#,
        #"{'a':{}}"#,
        #"{"a":{"S":"\x"}}"#, #"{"a":{"S":"\ud800"}}"#, #"{"a":{"S":"\ud800\u0041"}}"#, #"{"a":{"S":"\u12"}}"#,
        "{\"a\":{\"S\":\"\n\"}}",
        #"{"a":{"S":"x" "N":"1"}}"#, #"{"a":{"BOOL":tru}}"#, #"{"a":{"X":01}}"#, #"{"a":{"X":[1,]}}"#,
        #"{"a":{"X":[}}"#,
        "{\"a\":{\"S\":\"\\",
        #"{"a":{"X":{"b":1,2}}}"#, #"{,}"#, #"{"a":{"X":-}}"#, #"{"a":{"X":1.}}"#,
    ])
    func refusesWhatIsNotJSON(text: String) {
        #expect(throws: TableError.serialization("")) { try readMap(text) }
    }

    @Test func refusesBytesThatAreNotUTF8() {
        let bytes: [UInt8] = Array(#"{"a":{"S":""#.utf8) + [0xc3, 0x28] + Array(#""}}"#.utf8)
        #expect(throws: TableError.serialization("")) {
            try bytes.withUnsafeBytes { memory in
                Result<AttributeMap, TableError> { () throws(TableError) in
                    var json = JSONReader(memory)
                    var reader = ValueReader()
                    return try reader.map(&json)
                }
            }.get()
        }
    }

    @Test func takesThirtyOneLevelsAroundAValueAndNoMore() throws {
        func nested(_ levels: Int) -> String {
            let wraps = (0..<levels).map { $0.isMultiple(of: 2) }
            return #"{"a":"# + wraps.map { $0 ? #"{"L":["# : #"{"M":{"n":"# }.joined() + #"{"S":"x"}"#
                + wraps.reversed().map { $0 ? "]}" : "}}" }.joined() + "}"
        }

        #expect(try readMap(nested(31)).fault == nil)
        #expect(try readMap(nested(32)).fault == AttributeValue.tooDeep)
        #expect(try readMap(nested(200_000)).fault == AttributeValue.tooDeep)
    }

    @Test func skipsUnknownMembersHoweverDeep() throws {
        let deep = String(repeating: #"{"x":["#, count: 1_000) + "1" + String(repeating: "]}", count: 1_000)
        #expect(try readMap(#"{"a":{"X":\#(deep),"S":"x","Y":{},"Z":[]}}"#).map == ["a": .string("x")])
    }

    @Test func whatIsWrittenIsReadAsTheSame() throws {
        var random = SeededRandom(seed: 5)
        for _ in 0..<2_000 {
            let map = RandomValues.map(&random)
            let text = writeMap(map)
            let (read, fault) = try readMap(text)
            #expect(fault == nil)
            #expect(read == map, "\(text)")
        }
    }

    @Test func writesAsLittleAsItTakes() {
        let text = writeMap([
            "b": .list([.null, .bool(false)]), "a": .string("\"\\\u{1}\u{1f}\n/é"), "c": .binary([1, 2, 3, 4]),
        ])
        #expect(
            text == #"{"a":{"S":"\"\\\u0001\u001f\n/é"},"b":{"L":[{"NULL":true},{"BOOL":false}]},"c":{"B":"AQIDBA=="}}"#
        )
    }
}
