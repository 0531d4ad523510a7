import BrasaAWS
import BrasaModel
import NIOCore
import Testing

struct LambdaTextTests {
    private let id = RequestID("3b1c2f7e-4a1d-4c7e-8a55-9d2b6f0e1c11")!

    @Test(arguments: [
        (
            Failure(kind: .timeout, errorType: "Sandbox.Timedout", message: "Task timed out after 1.00 seconds"),
            #"{"errorType":"Sandbox.Timedout","errorMessage":"RequestId: 3b1c2f7e-4a1d-4c7e-8a55-9d2b6f0e1c11 Error: Task timed out after 1.00 seconds"}"#
        ),
        (
            Failure(
                kind: .crash, errorType: "Runtime.ExitError",
                message: "Runtime exited with error: signal: segmentation fault"),
            #"{"errorType":"Runtime.ExitError","errorMessage":"RequestId: 3b1c2f7e-4a1d-4c7e-8a55-9d2b6f0e1c11 Error: Runtime exited with error: signal: segmentation fault"}"#
        ),
        (
            Failure(kind: .function, errorType: "NotFound", message: "no user \"7\""),
            #"{"errorMessage":"no user \"7\"","errorType":"NotFound","requestId":"3b1c2f7e-4a1d-4c7e-8a55-9d2b6f0e1c11","stackTrace":[]}"#
        ),
        (
            Failure(kind: .initialization, errorType: "ConfigurationError", message: "no table", phase: .`init`),
            #"{"errorMessage":"no table","errorType":"ConfigurationError","requestId":"","stackTrace":[]}"#
        ),
        (
            Failure(
                kind: .initialization, errorType: "Runtime.ExitError",
                message: "Runtime exited without providing a reason"
            ),
            #"{"errorType":"Runtime.ExitError","errorMessage":"RequestId: 3b1c2f7e-4a1d-4c7e-8a55-9d2b6f0e1c11 Error: Runtime exited without providing a reason"}"#
        ),
        (
            LambdaFailureBody.responseTooLarge(limitBytes: 6_291_556),
            #"{"errorMessage":"Response payload size exceeded maximum allowed payload size (6291556 bytes).","errorType":"Function.ResponseSizeTooLarge"}"#
        ),
    ])
    func writesTheBodyOfEachKindOfFailure(failure: Failure, body: String) {
        #expect(LambdaFailureBody.json(for: failure, requestID: self.id) == body)
    }

    @Test func doesNotPutTheRequestInFrontTwice() {
        let failure = Failure(kind: .crash, errorType: "Runtime.ExitError", message: "RequestId: x Error: gone")

        #expect(
            LambdaFailureBody.json(for: failure, requestID: self.id)
                == #"{"errorType":"Runtime.ExitError","errorMessage":"RequestId: x Error: gone"}"#)
    }

    @Test func writesTheThrottledAnswerAsRecorded() {
        let error = LambdaError.throttled(.reservedFunctionConcurrentInvocationLimitExceeded)

        #expect(
            String(buffer: error.body)
                == #"{"Reason":"ReservedFunctionConcurrentInvocationLimitExceeded","Type":"User","message":"Rate Exceeded."}"#
        )
        #expect(error.status == 429)
        #expect(error.headers.contains { $0 == ("retry-after", "1") })
        #expect(error.headers.contains { $0 == ("x-amzn-errortype", "TooManyRequestsException") })
    }

    @Test func spellsMessageWithACapitalWhereTheServiceDoes() {
        #expect(String(buffer: LambdaError.notFound("x").body) == #"{"Type":"User","Message":"x"}"#)
        #expect(String(buffer: LambdaError.service("x").body) == #"{"Type":"Service","Message":"x"}"#)
        #expect(String(buffer: LambdaError.conflict("x").body) == #"{"Type":"User","message":"x"}"#)
    }

    @Test func writesTheReportWithInitOnAColdStart() {
        let report = InvocationReport(
            durationNanoseconds: 79_666_000, initNanoseconds: 123_454_999, memoryLimitBytes: 128 << 20,
            peakMemoryBytes: 73 << 20, cpuNanoseconds: 0)

        #expect(
            InvocationLogText.report(requestID: self.id, report: report, failure: nil)
                == "REPORT RequestId: 3b1c2f7e-4a1d-4c7e-8a55-9d2b6f0e1c11\tDuration: 79.67 ms\tBilled Duration: 80 ms\t"
                + "Memory Size: 128 MB\tMax Memory Used: 73 MB\tInit Duration: 123.45 ms\t")
    }

    @Test func writesTheReportOfAFailure() {
        let report = InvocationReport(
            durationNanoseconds: 1_000_000_000, initNanoseconds: nil, memoryLimitBytes: 16 << 20, peakMemoryBytes: 1,
            cpuNanoseconds: 0)
        let timeout = Failure(kind: .timeout, errorType: "Sandbox.Timedout", message: "")
        let crash = Failure(kind: .crash, errorType: "Runtime.ExitError", message: "")

        let text = InvocationLogText.report(requestID: self.id, report: report, failure: timeout)
        #expect(
            text.contains("Duration: 1000.00 ms\tBilled Duration: 1000 ms\tMemory Size: 16 MB\tMax Memory Used: 1 MB\t")
        )
        #expect(text.hasSuffix("\tStatus: timeout"))
        #expect(
            InvocationLogText.report(requestID: self.id, report: report, failure: crash)
                .hasSuffix("\tStatus: error\tError Type: Runtime.ExitError"))
        #expect(
            InvocationLogText.initReport(
                durationNanoseconds: 9_999_790_000, isInsideInvocation: false, failure: timeout)
                == "INIT_REPORT Init Duration: 9999.79 ms\tPhase: init\tStatus: timeout")
        #expect(
            InvocationLogText.start(requestID: self.id, version: "$LATEST")
                == "START RequestId: 3b1c2f7e-4a1d-4c7e-8a55-9d2b6f0e1c11 Version: $LATEST")
    }

    @Test(
        arguments: [
            (0, "1970-01-01T00:00:00.000+0000"), (1_795_255_200_007, "2026-11-21T10:00:00.007+0000"),
            (951_827_696_000, "2000-02-29T12:34:56.000+0000"), (4_107_542_399_999, "2100-02-28T23:59:59.999+0000"),
            (-1, "1969-12-31T23:59:59.999+0000"),
        ] as [(Int64, String)])
    func printsTimes(milliseconds: Int64, text: String) {
        #expect(AWSTimestamp.lastModified(milliseconds: milliseconds) == text)
    }

    @Test func reportsAllFaultsOfARequestAtOnce() {
        var check = ParameterCheck()
        check.range(901, "timeout", 1...900)
        check.range(64, "memorySize", 128...10_240)

        #expect(
            throws: LambdaError(
                "ValidationException", status: 400,
                message:
                    "2 validation errors detected: Value '901' at 'timeout' failed to satisfy constraint: Member must "
                    + "have value less than or equal to 900; Value '64' at 'memorySize' failed to satisfy constraint: "
                    + "Member must have value greater than or equal to 128")
        ) { try check.finish() }
    }
}
