import BrasaTesting
import Foundation
import Glibc
import Testing

/// Libraries that differ in nothing but a number they reply: `Tests/Fixtures/generation.c`.
struct Generations {
    let folder: HostFolder
    /// The name of the function.
    let name: String
    private let template: [UInt8]
    private let place: Int

    init(_ folder: HostFolder, name: String = "generation") throws {
        self.folder = folder
        self.name = name
        let file = try FixtureLibrary.build("generation")
        self.template = Array(FileManager.default.contents(atPath: file) ?? Data())
        self.place = try #require(self.template.firstRange(of: Array("GENERATION:".utf8))).upperBound
    }

    /// The library of a generation.
    func library(_ number: Int) -> [UInt8] {
        let digits = String(String(number).reversed()).padding(toLength: 6, withPad: "0", startingAt: 0).reversed()
        var bytes = self.template
        bytes.replaceSubrange(self.place..<(self.place + 6), with: Array(String(digits).utf8))
        return bytes
    }

    /// The path that the host looks at.
    var path: String { "\(self.folder.functions)/\(self.name).so" }

    /// Puts a generation into the functions folder by a rename; returns when that was, in nanoseconds.
    @discardableResult
    func put(_ number: Int) throws -> UInt64 { try self.put(self.library(number)) }

    /// Puts any content there by a rename.
    @discardableResult
    func put(_ bytes: [UInt8]) throws -> UInt64 {
        let beside = "\(self.folder.path)/\(self.name).incoming"
        guard FileManager.default.createFile(atPath: beside, contents: Data(bytes)) else {
            throw HarnessError("Cannot write \(beside).")
        }
        let time = Deadline.now()
        guard rename(beside, self.path) == 0 else { throw HarnessError("Cannot rename to \(self.path).") }
        return time
    }

    /// The generation that a reply names.
    static func number(_ reply: HTTPReply) -> Int? {
        reply.status == 200 ? Int(reply.text.prefix(6)) : nil
    }

    /// Waits until a generation answers; returns when its reply was there.
    @discardableResult
    func waitFor(_ number: Int, at gateway: HTTPProbe, within seconds: Double = patientSeconds) throws -> UInt64 {
        let connection = try gateway.connect()
        return try BrasaTesting.waitFor("generation \(number) of \(self.name)", within: seconds) {
            try connection.send("GET", "/\(self.name)")
            return Generations.number(try connection.receive()) == number ? Deadline.now() : nil
        }
    }
}
