import BrasaModel
import Testing

struct RequestIDTests {
    @Test func printsTheFormItReads() throws {
        for text in [
            "00000000-0000-4000-8000-000000000000", "01234567-89ab-4def-8123-456789abcdef",
            "ffffffff-ffff-4fff-bfff-ffffffffffff",
        ] {
            #expect(try #require(RequestID(text)).description == text)
        }
    }

    @Test func printsFreshOnesAsVersionFour() {
        for _ in 0..<100 {
            let text = Array(RequestID().description)
            #expect(text.count == 36)
            #expect(text[14] == "4")
            #expect("89ab".contains(text[19]))
            #expect(RequestID(String(text))?.description == String(text))
        }
    }
}
