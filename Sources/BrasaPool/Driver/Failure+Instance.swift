import BrasaModel
import CBrasaTransport
import Glibc

extension Failure.Phase {
    /// The phase an instance or zygote reports itself to be in; nil for values that are none, and for idle.
    init?(life: UInt32) {
        switch life {
        case BRASA_LIFE_START.rawValue, BRASA_LIFE_LOAD.rawValue: self = .load
        case BRASA_LIFE_INIT.rawValue: self = .`init`
        case BRASA_LIFE_FREEZE.rawValue: self = .freeze
        case BRASA_LIFE_THAW.rawValue: self = .thaw
        case BRASA_LIFE_INVOKE.rawValue: self = .invoke
        case BRASA_LIFE_SHUTDOWN.rawValue: self = .shutdown
        default: return nil
        }
    }
}

extension Failure {
    /// The host is stopping.
    static let stopping = Failure(
        kind: .stopping, errorType: "ServiceException", message: "The host is stopping and takes no new invocations.")

    /// AWS's text for a function that ran out of time.
    static func timedOut(_ requestID: RequestID, milliseconds: Int, afterFirstByte: Bool) -> Failure {
        let hundredths = (milliseconds + 5) / 10
        let fraction = hundredths % 100
        return Failure(
            kind: .timeout, errorType: "Sandbox.Timedout",
            message: "RequestId: \(requestID) Error: Task timed out after "
                + "\(hundredths / 100).\(fraction < 10 ? "0" : "")\(fraction) seconds",
            phase: .invoke, afterFirstByte: afterFirstByte)
    }

    /// The process ended before it had answered.
    static func ended(waitStatus: Int32, phase: Phase) -> Failure {
        let kind: Kind = phase == .invoke || phase == .shutdown ? .crash : .initialization
        return Failure(
            kind: kind, errorType: "Runtime.ExitError", message: Self.exitText(waitStatus, phase: phase), phase: phase)
    }

    private static func exitText(_ waitStatus: Int32, phase: Phase) -> String {
        var value: Int32 = 0
        switch brasa_process_status(waitStatus, &value) {
        case 1 where value == 0: return "Runtime exited without providing a reason (phase \(phase.rawValue))"
        case 1: return "Runtime exited with error: exit status \(value) (phase \(phase.rawValue))"
        case 2: return "Runtime exited with error: signal: \(Self.signalName(value)) (phase \(phase.rawValue))"
        default: return "Runtime exited with error: wait status \(waitStatus) (phase \(phase.rawValue))"
        }
    }

    /// The name AWS logs for a signal.
    private static func signalName(_ number: Int32) -> String {
        switch number {
        case SIGKILL: "killed"
        case SIGSEGV: "segmentation fault"
        case SIGABRT: "aborted"
        case SIGBUS: "bus error"
        case SIGILL: "illegal instruction"
        case SIGFPE: "floating point exception"
        case SIGTRAP: "trace/breakpoint trap"
        case SIGTERM: "terminated"
        default: String(cString: strsignal(number)).lowercased()
        }
    }

    /// The instance went over its memory.
    static func outOfMemory(limitMegabytes: Int, phase: Phase) -> Failure {
        Failure(
            kind: .outOfMemory, errorType: "Runtime.OutOfMemory",
            message: "Runtime exited with error: signal: killed: the memory limit of \(limitMegabytes) MB was exceeded "
                + "(phase \(phase.rawValue))",
            phase: phase)
    }

    /// The function closed descriptors that belong to the worker.
    static let descriptorsClosed = Failure(
        kind: .crash, errorType: "Runtime.ExitError",
        message: "Runtime exited with error: the function closed descriptors of the runtime (phase invoke)",
        phase: .invoke)

    /// The instance wrote something into the shared memory that is not the protocol.
    static let garbage = Failure(
        kind: .protocolViolation, errorType: "Runtime.ProtocolViolation",
        message: "The function overwrote memory it shares with the host; its instance was killed (phase invoke)",
        phase: .invoke)

    /// The function's reply was over the limit.
    static func responseTooLarge(limitBytes: Int) -> Failure {
        Failure(
            kind: .responseTooLarge, errorType: "Function.ResponseSizeTooLarge",
            message: "Response payload size exceeded maximum allowed payload size (\(limitBytes) bytes).",
            phase: .invoke)
    }

    /// `init` or `freeze` took longer than allowed.
    static func initTimedOut(milliseconds: Int, phase: Phase) -> Failure {
        Failure(
            kind: .initialization, errorType: "Sandbox.Timedout",
            message: "The function did not finish within \(milliseconds) ms (phase \(phase.rawValue))", phase: phase)
    }

    /// The same failure, told to the caller of an invocation the way AWS does.
    func attributed(to requestID: RequestID) -> Failure {
        guard self.errorType == "Runtime.ExitError" || self.kind == .outOfMemory else { return self }
        var copy = self
        copy.message = "RequestId: \(requestID) Error: \(self.message)"
        return copy
    }

    func with(afterFirstByte: Bool) -> Failure {
        var copy = self
        copy.afterFirstByte = afterFirstByte
        return copy
    }
}
