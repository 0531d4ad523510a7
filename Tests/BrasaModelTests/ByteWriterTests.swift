import BrasaModel
import NIOCore
import Testing

struct ByteWriterTests {
    @Test func keepsWhatWasWrittenWhileItGrows() {
        var writer = ByteWriter(capacity: 1)
        for _ in 0..<1_000 {
            writer.literal("ab")
            writer.text("cé")
            writer.byte(0)
        }

        #expect(String(buffer: writer.buffer()) == String(repeating: "abcé\0", count: 1_000))
    }

    @Test func writesNumbersInDecimal() {
        for number in [0, 7, 10, 99, 100, -1, -1_000, Int64.max, Int64.min] {
            var writer = ByteWriter(capacity: 1)
            writer.decimal(number)
            #expect(String(buffer: writer.buffer()) == "\(number)")
        }
    }

    @Test func beginsAnewAlsoAfterAVeryLargeContent() {
        var writer = ByteWriter(capacity: 16)
        writer.text(String(repeating: "x", count: 3 << 20))
        writer.clear()
        writer.text("small")

        #expect(String(buffer: writer.buffer()) == "small")
    }
}
