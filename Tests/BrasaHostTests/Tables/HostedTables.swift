import BrasaTesting
import Foundation

extension RunningHost {
    /// Asks the tables, as an SDK does.
    func dynamoDB(_ operation: String, _ parameters: String) throws -> HTTPReply {
        try self.control.call(
            "POST", "/",
            headers: [
                ("x-amz-target", "DynamoDB_20120810.\(operation)"), ("content-type", "application/x-amz-json-1.0"),
            ], body: parameters)
    }

    /// Writes a file of the configuration anew.
    func rewrite(_ file: String, _ change: (String) -> String) throws {
        let path = "\(self.folder.configuration)/\(file)"
        let before = try String(contentsOfFile: path, encoding: .utf8)
        try change(before).write(toFile: path, atomically: true, encoding: .utf8)
    }
}
