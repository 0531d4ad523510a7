import BrasaModel
import NIOCore

/// An invocation on its way through the pool.
///
/// Lives on the engine's loop.
final class Pending: ReplyStream {
    let id: UInt64
    /// Changes its version when that is replaced before it has begun.
    var invocation: Invocation
    let responder: any Responder
    let admission: ConcurrencyLedger.Admission
    /// When the pool took it.
    let acceptedAt: UInt64
    /// When its function began, as far as the host knows; 0: not yet.
    var startedAt: UInt64 = 0
    var isCold = false
    /// Position of its submission in the channel.
    var position: UInt32 = 0
    /// The instance it is in.
    weak var instance: Instance?
    var hasBegun = false
    var hasEnded = false
    /// The responder asked to wait.
    var isPaused = false
    var clientLeft = false
    var hasLogged = false
    /// The newest lines, when the caller wants them.
    var tail: [String] = []

    init(
        id: UInt64, invocation: Invocation, responder: any Responder, admission: ConcurrencyLedger.Admission,
        acceptedAt: UInt64
    ) {
        self.id = id
        self.invocation = invocation
        self.responder = responder
        self.admission = admission
        self.acceptedAt = acceptedAt
    }

    var requestID: RequestID { self.invocation.event.requestID }

    var executedVersion: String { self.invocation.version.key.version }

    func resume() {
        guard self.isPaused else { return }
        self.isPaused = false
        self.instance?.resume()
    }

    func close() {
        guard !self.clientLeft else { return }
        self.clientLeft = true
        self.isPaused = false
        self.instance?.cancel(self)
    }
}
