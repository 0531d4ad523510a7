import BrasaTesting
import Foundation

/// A copy of a library that a test spoils, in a folder of its own.
struct LibraryFile {
    let path: String
    var bytes: [UInt8]

    /// Starts with the bytes of a fixture; nothing is written before `write`.
    init(fixture: String = "echo", named name: String = "users.so") throws {
        self.path = try FixtureLibrary.makeFolder() + "/" + name
        self.bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: try FixtureLibrary.build(fixture))))
    }

    /// Starts with the given bytes.
    init(bytes: [UInt8], named name: String = "users.so") throws {
        self.path = try FixtureLibrary.makeFolder() + "/" + name
        self.bytes = bytes
    }

    /// Puts a number at an offset, lowest byte first.
    mutating func patch<Number: FixedWidthInteger>(_ number: Number, at offset: Int) {
        for index in 0..<(Number.bitWidth / 8) {
            self.bytes[offset + index] = UInt8(truncatingIfNeeded: number >> (8 * index))
        }
    }

    /// Reads a number, lowest byte first.
    func number<Number: FixedWidthInteger>(_: Number.Type, at offset: Int) -> Number {
        (0..<(Number.bitWidth / 8)).reduce(0) { $0 | Number(truncatingIfNeeded: self.bytes[offset + $1]) << (8 * $1) }
    }

    /// Writes the file, not executable and not writable by others.
    @discardableResult
    func write(mode: UInt16 = 0o644) throws -> String {
        try Data(self.bytes).write(to: URL(fileURLWithPath: self.path))
        try FileManager.default.setAttributes([.posixPermissions: NSNumber(value: mode)], ofItemAtPath: self.path)
        return self.path
    }

    /// One program header: its place in the file, and what it says.
    struct Segment {
        let index: Int
        let headerOffset: Int
        let type: UInt32
        let offset: UInt64
        let sizeInFile: UInt64
    }

    var segments: [Segment] {
        let table = Int(self.number(UInt64.self, at: 32))
        return (0..<Int(self.number(UInt16.self, at: 56))).map { index in
            let start = table + 56 * index
            return Segment(
                index: index, headerOffset: start, type: self.number(UInt32.self, at: start),
                offset: self.number(UInt64.self, at: start + 8), sizeInFile: self.number(UInt64.self, at: start + 32))
        }
    }
}
