import Foundation

/// What `brasa invoke` prints about a reply.
struct InvokeReport: Sendable {
    let reply: InvokeReply
    let request: InvokeRequest
    let wantsLog: Bool
    let isJSON: Bool

    /// Prints the reply, and beside it what it cost.
    ///
    /// - Throws: `CommandFailure` when the function failed.
    func print(on console: Console) throws(CommandFailure) {
        if self.isJSON {
            console.print(try self.reply.json())
        } else if self.request.isAsynchronous {
            let id = self.reply.requestID.map { " as request \($0)" } ?? ""
            console.note("The event for \(self.request.function) was accepted\(id).")
        } else {
            console.write(self.reply.payload)
            if console.isTerminal, self.reply.payload.last != UInt8(ascii: "\n") { console.write(Data("\n".utf8)) }
        }
        if self.wantsLog, let log = self.reply.log {
            console.note(console.printable(log))
        } else if !self.isJSON, let line = self.reply.reportLine {
            console.note(console.errorStyle.dim(line))
        }
        if let failure = self.reply.failure {
            throw CommandFailure(
                .failed, "The function \(self.request.function) failed with \(console.printable(failure))")
        }
    }
}
