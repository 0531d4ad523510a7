import BrasaTesting
import Testing

@testable import BrasaTables

@Suite struct KeyBytesTests {
    @Test func numbersSortAsTheirBytes() throws {
        var random = SeededRandom(seed: 11)
        var numbers = try (0..<2_000).map { _ in try ExactNumber(ExactNumberTests.text(&random)) }
        numbers += try ["0", "1e-130", "-1e-130", "9.9e125", "-9.9e125", "1", "-1", "10", "1.5", "-1.5", "-1.52"].map {
            try ExactNumber($0)
        }

        let byValue = numbers.sorted()
        let byBytes = numbers.sorted { ByteOrder.compare(KeyBytes.encode($0), KeyBytes.encode($1)) < 0 }

        #expect(byValue == byBytes)
    }

    @Test func bytesGiveTheValueBack() throws {
        var random = SeededRandom(seed: 12)
        for _ in 0..<5_000 {
            let number = try ExactNumber(ExactNumberTests.text(&random))
            let bytes = KeyBytes.encode(number)
            #expect(bytes.count <= 22)
            #expect(bytes.withUnsafeBytes { KeyBytes.decode($0, as: .number) } == .number(number))
        }
        let text = AttributeValue.string("é€😀")
        #expect(KeyBytes.encode(text)?.withUnsafeBytes { KeyBytes.decode($0, as: .string) } == text)
        #expect(KeyBytes.encode(.binary([0, 255])) == [0, 255])
        #expect(KeyBytes.encode(.bool(true)) == nil)
    }

    @Test(arguments: [
        [], [0], [2, 2], [3], [3, 130], [3, 130, 0], [3, 130, 100], [1, 125, 245], [3, 130, 10, 0], [4, 1, 1],
    ])
    func refusesBytesThatAreNoNumber(bytes: [UInt8]) {
        #expect(bytes.withUnsafeBytes { KeyBytes.decode($0, as: .number) } == nil)
    }

    @Test func textsSortByTheirUTF8AndNotByCharacters() {
        // U+FF61 is one unit of UTF-16 and above the first of U+1F600's two.
        let texts: [ByteText] = ["", "Z", "a", "ab", "b", "e\u{301}", "\u{e9}", "\u{ff61}", "\u{1f600}"]

        #expect(texts.sorted() == texts)
        #expect(ByteText("e\u{301}") != ByteText("\u{e9}"))
    }
}
