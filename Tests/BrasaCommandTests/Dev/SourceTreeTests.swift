import Foundation
import Testing

@testable import brasa

/// Which files are sources, and when they have changed.
@Suite struct SourceTreeTests {
    private let folder: TestFolder

    init() throws { self.folder = try TestFolder() }

    private func write(_ file: String, _ text: String = "x") throws {
        let url = URL(fileURLWithPath: self.folder.path + "/" + file)
        try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(text.utf8).write(to: url)
    }

    private func names(_ tree: SourceTree) -> [String] {
        tree.look().files.keys.map { String($0.dropFirst(self.folder.path.count + 1)) }.sorted()
    }

    @Test func findsSourcesAndNotWhatBuildsAndEditorsLeave() throws {
        for file in [
            "src/a.c", "src/deep/b.h", "src/Makefile", "src/a.o", "src/lib.so", "src/a.c~", "src/.a.c.swp", "src/4913",
            "src/.git/HEAD", "src/out/CMakeCache.txt", "src/out/gen.c", "src/target/CACHEDIR.TAG", "src/target/x.rs",
            "src/functions/y.c", "other/c.c",
        ] { try self.write(file) }
        try FileManager.default.createSymbolicLink(
            atPath: self.folder.path + "/src/loop", withDestinationPath: self.folder.path)
        let tree = SourceTree(
            roots: [self.folder.path + "/src"], excluded: [self.folder.path + "/src/functions"])

        #expect(self.names(tree) == ["src/Makefile", "src/a.c", "src/deep/b.h"])
        #expect(
            Set(tree.look().folders.map { String($0.dropFirst(self.folder.path.count + 1)) }) == ["src", "src/deep"])
    }

    @Test func takesASingleFileAndOneThatIsYetToCome() throws {
        try self.write("a.c")
        let tree = SourceTree(
            roots: [self.folder.path + "/a.c", self.folder.path + "/later/b.c"], excluded: [])

        #expect(self.names(tree) == ["a.c"])
        #expect(tree.look().folders == [self.folder.path, self.folder.path + "/later"])
    }

    @Test func remembersContentAndNotTimes() throws {
        try self.write("src/a.c", "one")
        try self.write("src/b.c", "one")
        let tree = SourceTree(roots: [self.folder.path + "/src"], excluded: [])
        var memory = SourceMemory()
        memory.remember(tree.look())
        #expect(memory.change(tree.look()) == nil)

        try self.write("src/a.c", "one")
        #expect(memory.change(tree.look()) == nil)
        try self.write("src/b.c", "two")
        #expect(memory.change(tree.look())?.hasSuffix("src/b.c") == true)
        memory.remember(tree.look())
        #expect(memory.change(tree.look()) == nil)
        try FileManager.default.removeItem(atPath: self.folder.path + "/src/a.c")
        #expect(memory.change(tree.look())?.hasSuffix("src/a.c") == true)
    }
}
