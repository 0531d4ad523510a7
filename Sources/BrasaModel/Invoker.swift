package import NIOCore

/// Answers events: where triggers meet the router.
///
/// All calls and all callbacks happen on the engine's event loop.
package protocol Invoker: AnyObject {
    /// Runs `event` and tells `responder`. `responder` may be told before this returns.
    ///
    /// Never throws: whatever goes wrong is an `Outcome`.
    func invoke(_ event: Event, responder: any Responder)
}

/// Receives the answer to one event.
///
/// `complete` is called exactly once and last.
package protocol Responder: AnyObject {
    /// A streamed answer begins. `stream` stays valid until `complete`.
    func begin(metadata: [MetadataPair], stream: any ReplyStream)
    /// The next chunk of a streamed answer.
    ///
    /// - Returns: false when the client is slow: no further chunk comes until `ReplyStream.resume()`.
    func write(_ chunk: ByteBuffer) -> Bool
    /// The invocation is over.
    func complete(_ outcome: Outcome)
}

/// The instance's end of a streamed answer.
///
/// Use on the engine's event loop only.
package protocol ReplyStream: AnyObject {
    /// The version that answers: `$LATEST` or a number.
    var executedVersion: String { get }
    /// Asks for the next chunks after `Responder.write` returned false.
    func resume()
    /// The client has left: the function's next `write` answers `BRASA_CLOSED`.
    func close()
}
