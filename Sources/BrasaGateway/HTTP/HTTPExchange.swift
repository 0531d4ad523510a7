package import NIOCore

/// The answer to one request: either `respond`, or `begin`, `write`..., then `end` or `abort`.
///
/// Use on `eventLoop` only.
///
/// Calls after the client has left are ignored.
package protocol HTTPExchange: AnyObject {
    /// The loop all calls have to be made on.
    var eventLoop: any EventLoop { get }
    /// Answers in one piece. `content-length` is added; `headers` must not carry it.
    func respond(status: Int, headers: [(String, String)], body: ByteBuffer?)
    /// Starts an answer of unknown length (chunked).
    func begin(status: Int, headers: [(String, String)])
    /// Sends a piece. Returns false when the client is slow: wait for `onWritable`.
    func write(_ chunk: ByteBuffer) -> Bool
    /// Completes a begun answer.
    func end()
    /// Breaks a begun answer off so that the client sees it is incomplete: closes the connection without the last chunk.
    func abort()
    /// Called whenever the client has caught up after `write` returned false.
    var onWritable: (() -> Void)? { get set }
    /// Called once if the client leaves before the answer is complete.
    var onClose: (() -> Void)? { get set }
}
