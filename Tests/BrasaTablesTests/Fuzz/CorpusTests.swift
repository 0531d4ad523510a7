import Foundation
import Testing

@Suite struct CorpusTests {
    @Test func everyKeptInputOfTheFuzzerIsSurvived() throws {
        let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appending(path: "Corpus")
        let seeds = try FileManager.default.contentsOfDirectory(
            at: folder.appending(path: "tables"), includingPropertiesForKeys: nil)
        let found = try String(contentsOf: folder.appending(path: "tables.base64"), encoding: .utf8)
        let inputs =
            try seeds.map { try Data(contentsOf: $0) }
            + found.split(separator: "\n").map { try #require(Data(base64Encoded: String($0))) }

        for input in inputs { input.withUnsafeBytes { FuzzInput.run($0) } }

        #expect(seeds.count >= 15 && inputs.count >= 1_000)
    }
}
