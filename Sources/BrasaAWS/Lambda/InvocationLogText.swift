package import BrasaModel

/// The lines the platform writes into a function's log.
package enum InvocationLogText {
    /// `START RequestId: … Version: $LATEST`.
    package static func start(requestID: RequestID, version: String) -> String {
        "START RequestId: \(requestID) Version: \(version)"
    }

    /// `END RequestId: …`.
    package static func end(requestID: RequestID) -> String {
        "END RequestId: \(requestID)"
    }

    /// `REPORT RequestId: …`, with the init duration on a cold start, and status and error type on a failure.
    package static func report(requestID: RequestID, report: InvocationReport, failure: Failure?) -> String {
        var line =
            "REPORT RequestId: \(requestID)\tDuration: \(self.milliseconds(report.durationNanoseconds)) ms\t"
            + "Billed Duration: \(report.billedMilliseconds) ms\t"
            + "Memory Size: \(self.mebibytes(report.memoryLimitBytes)) MB\t"
            + "Max Memory Used: \(self.mebibytes(report.peakMemoryBytes)) MB\t"
        if let initialization = report.initNanoseconds {
            line += "Init Duration: \(self.milliseconds(initialization)) ms\t"
        }
        return line + self.status(of: failure)
    }

    /// `INIT_REPORT Init Duration: …`, written when `init` failed or was cut off.
    ///
    /// - Parameter isInsideInvocation: whether it was the second try, made by the first invocation.
    package static func initReport(
        durationNanoseconds: Int64, isInsideInvocation: Bool, failure: Failure?
    ) -> String {
        let phase = isInsideInvocation ? "invoke" : "init"
        return "INIT_REPORT Init Duration: \(self.milliseconds(durationNanoseconds)) ms\tPhase: \(phase)\t"
            + self.status(of: failure)
    }

    private static func status(of failure: Failure?) -> String {
        guard let failure else { return "" }
        // A cut-off `init` arrives as a failed initialisation with the type of a timeout.
        if failure.kind == .timeout || failure.errorType.hasPrefix("Sandbox.Time") { return "Status: timeout" }
        return "Status: error\tError Type: \(failure.errorType)"
    }

    /// With two decimals, rounded.
    private static func milliseconds(_ nanoseconds: Int64) -> String {
        let hundredths = (max(0, nanoseconds) + 5_000) / 10_000
        let fraction = hundredths % 100
        return "\(hundredths / 100).\(fraction < 10 ? "0" : "")\(fraction)"
    }

    private static func mebibytes(_ bytes: Int) -> Int {
        (bytes + 1_048_575) / 1_048_576
    }
}
