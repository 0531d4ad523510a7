import Foundation
import Testing

@Suite struct CorpusTests {
    @Test func everyKeptInputOfTheFuzzerIsSurvived() throws {
        let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appending(path: "Corpus/tables")
        let files = try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)

        for file in files {
            try Data(contentsOf: file).withUnsafeBytes { FuzzInput.run($0) }
        }

        #expect(files.count >= 15)
    }
}
