import BrasaTesting

extension HTTPReply {
    /// The body that the gateway gives a caller whose invocation failed, with the request's own identity.
    func failureBody(_ errorType: String, _ message: String) -> String {
        #"{"message":"\#(message)","errorType":"\#(errorType)","requestId":"\#(self.requestID)"}"#
    }

    /// The same where the message begins with the request's identity, as the platform's own failures do.
    func platformFailureBody(_ errorType: String, _ message: String) -> String {
        self.failureBody(errorType, "RequestId: \(self.requestID) Error: \(message)")
    }
}
