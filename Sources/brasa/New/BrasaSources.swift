import Foundation

/// The folder with what authors of functions build against: `Sources` of a checkout.
struct BrasaSources: Sendable, Hashable {
    /// Absolute.
    let path: String

    /// Looks in a checkout, or without one named in that around this program, else in that it was built from.
    ///
    /// - Parameters:
    ///   - named: a checkout, or its `Sources`.
    ///   - executable: path of this program, somewhere in `.build` of its checkout.
    ///   - sourceFile: a file of the checkout this program was built from.
    /// - Throws: `CommandFailure` that says what was looked for where.
    static func find(
        named: String?, executable: String? = WorkerLocation.executablePath, sourceFile: String = #filePath
    ) throws(CommandFailure) -> BrasaSources {
        if let named {
            let root = URL(fileURLWithPath: named).standardizedFileURL
            guard let path = [root.appendingPathComponent("Sources"), root].map(\.path).first(where: self.hasHeaders)
            else {
                throw CommandFailure(
                    .failed,
                    "\(named) is no checkout of Brasa: it has no Sources/\(self.header). Give --brasa-path one that has."
                )
            }
            return BrasaSources(path: path)
        }
        let starts = [executable, sourceFile].compactMap { $0 }
        for start in starts {
            var folder = URL(fileURLWithPath: start).deletingLastPathComponent()
            while folder.path != "/" {
                let sources = folder.appendingPathComponent("Sources").path
                if self.hasHeaders(sources) { return BrasaSources(path: sources) }
                folder.deleteLastPathComponent()
            }
        }
        throw CommandFailure(
            .failed,
            "Brasa's headers are not around \(starts.first ?? "brasa"): no folder above it has Sources/\(self.header). "
                + "Give --brasa-path a checkout of Brasa.")
    }

    private static let header = "CBrasa/include/brasa.h"

    private static func hasHeaders(_ sources: String) -> Bool {
        FileManager.default.fileExists(atPath: "\(sources)/\(self.header)")
    }
}
