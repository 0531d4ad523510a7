import BlockingTests
import BrasaTesting
import Foundation
import Testing

/// Conventions for errors, requests that do not fit, and symbols that crash or hang.
@Suite(.blocking, .serialized, .timeLimit(.minutes(5)))
struct SymbolFailureTests {
    private static func failure(_ message: String, _ type: String = "Symbol.Failed") -> String {
        #"{"message":"\#(message)","errorType":"\#(type)","requestId":"REQUESTID"}"#
    }

    @Test func tellsFailuresByTheConventionOfTheSignature() throws {
        try expectAnswers([
            SymbolCase(
                "fail_negative", "i32(i32 v)", settings: ["error: negative"], .get("v=0", "0"), .get("v=5", "5"),
                .get("v=-5", Self.failure("fail_negative returned -5; negative results are errors."), status: 502)),
            SymbolCase(
                "fail_nonzero", "i32(i32 v)", settings: ["error: nonzero"], .get("v=0", "null"),
                .get("v=3", Self.failure("fail_nonzero returned 3; results other than 0 are errors."), status: 502)),
            SymbolCase(
                "fail_zero", "i32(i32 v)", settings: ["error: zero"], .get("v=3", "3"),
                .get("v=0", Self.failure("fail_zero returned 0, which is an error."), status: 502)),
            SymbolCase(
                "fail_null", "cstr(bool fails)", settings: ["error: 'null'", "owner: static"],
                .get("fails=false", #""good""#),
                .get("fails=true", Self.failure("fail_null returned NULL, which is an error."), status: 502)),
            SymbolCase(
                "fail_errno", "i32(i32 number)", settings: ["error: errno"], .get("number=0", "7"),
                .get(
                    "number=2",
                    Self.failure("fail_errno failed: No such file or directory (ENOENT, errno 2).", "Symbol.Errno"),
                    status: 502)),
            SymbolCase("errno_without_failure", "i32()", settings: ["error: errno"], .get("", "3")),
            SymbolCase(
                "minus_one_without_errno", "i32()", settings: ["error: errno"],
                .get("", Self.failure("minus_one_without_errno returned -1 without setting errno."), status: 502)),
            SymbolCase(
                "fail_errno_null", "cstr(i32 number)", settings: ["error: errno", "owner: static"],
                .get("number=0", #""good""#),
                .get(
                    "number=12",
                    Self.failure("fail_errno_null failed: Cannot allocate memory (ENOMEM, errno 12).", "Symbol.Errno"),
                    status: 502)),
            SymbolCase(
                "fail_errno_float", "f64(i32 number)", settings: ["error: errno"], .get("number=0", "1"),
                .get(
                    "number=33",
                    Self.failure(
                        "fail_errno_float failed: Numerical argument out of domain (EDOM, errno 33).", "Symbol.Errno"),
                    status: 502)),
            SymbolCase(
                "fail_errno_void", "void(i32 number)", settings: ["error: errno"], .get("number=0", "null"),
                .get(
                    "number=1",
                    Self.failure("fail_errno_void failed: Operation not permitted (EPERM, errno 1).", "Symbol.Errno"),
                    status: 502)),
            SymbolCase("minus_one_without_errno", "i32()", settings: ["error: none"], .get("", "-1")),
        ])
    }

    @Test func namesTheParameterThatIsMissingUnknownOrGivenTwice() throws {
        let number = "a number (f64), \"NaN\", \"Infinity\" or \"-Infinity\"."
        try expectAnswers([
            SymbolCase(
                "pow", "f64(f64 x, f64 y)", library: "libm.so.6", .get("x=2&y=10", "1024"), .post("[2,10]", "1024"),
                SymbolCase.Call(
                    query: "x=2", body: #"{"y":10}"#, contentType: "application/json", status: 200, answer: "1024"),
                .get("x=2", SymbolCase.refusal("y", "Parameter \"y\" is missing; allowed is \(number)"), status: 400),
                .get("", SymbolCase.refusal("x", "Parameter \"x\" is missing; allowed is \(number)"), status: 400),
                .get(
                    "x=2&y=1&z=0", SymbolCase.refusal("z", "There is no parameter \"z\"; pow takes x, y."), status: 400),
                .get(
                    "x=2&x=2&y=1", SymbolCase.refusal("x", "Parameter \"x\" is given more than once; allowed is once."),
                    status: 400),
                .post(
                    #"{"x":1,"y":1,"x":1}"#,
                    SymbolCase.refusal("x", "Parameter \"x\" is given more than once; allowed is once."), status: 400),
                .post("[1,2,3]", SymbolCase.refusal(nil, "The array has 3 values; pow takes 2: x, y."), status: 400),
                .post(
                    "{\"x\":1",
                    SymbolCase.refusal(nil, "The body is not JSON: an array or object does not end at byte 6."),
                    status: 400),
                .post(
                    "5",
                    SymbolCase.refusal(
                        nil,
                        "The body is a number; allowed is an object with the parameters by name, or an array with them in order."
                    ),
                    status: 400)),
            SymbolCase(
                "nothing", "void()",
                .get(
                    "a=1", SymbolCase.refusal("a", "There is no parameter \"a\"; nothing takes no parameters."),
                    status: 400)),
        ])
    }

    @Test func answersTheLambdaAPIWithJSONAndItsErrors() throws {
        let functions = [
            TestFunction(symbol: "crc32", library: "libz.so.1", signature: "u64(u64 crc = 0, bytes:u32 data)"),
            TestFunction(symbol: "fill_fixed", library: "symbols", signature: "void(out bytes[4] o)"),
        ]
        try withHost(HostSetup(functions)) { host in
            let good = try host.invoke("crc32", #"{"data":"aGVsbG8="}"#)
            let bad = try host.invoke("crc32", #"{"data":"aGVsbG8=","crc":-1}"#)
            let raw = try host.invoke("fill_fixed", "null")

            #expect(good.functionError == nil)
            #expect(good.payload == "907060870")
            #expect(bad.functionError == "Unhandled")
            #expect(bad.payload.contains(#""errorType":"Symbol.InvalidParameter""#))
            #expect(
                bad.payload.contains(
                    #"Parameter \"crc\" is -1; allowed is a whole number from 0 to 18446744073709551615 (u64)."#))
            // What HTTP gets as it is, JSON has to spell.
            #expect(raw.payload == #""AQIDBA==""#)
        }
    }

    @Test func aSymbolThatCrashesFailsItsInvocationOnly() throws {
        let functions = ["crash", "quit", "count_calls"].map {
            TestFunction(symbol: $0, library: "symbols", signature: $0 == "quit" ? "void()" : "i32()")
        }
        try withHost(HostSetup(functions)) { host in
            #expect(try host.gateway.get("/count_calls").text == "1")
            let crash = try host.gateway.get("/crash")
            #expect(crash.status == 502)
            #expect(
                crash.text
                    == crash.platformFailureBody(
                        "Runtime.ExitError", "Runtime exited with error: signal: segmentation fault (phase invoke)"))
            let quit = try host.gateway.get("/quit")
            #expect(quit.text.contains("Runtime exited with error: exit status 3 (phase invoke)"))
            #expect(try host.gateway.get("/count_calls").text == "2")
        }
    }

    @Test func aSymbolThatHangsIsKilledAtItsTimeout() throws {
        let function = TestFunction(
            symbol: "hang", library: "symbols", signature: "void()", settings: ["spare: 0"], more: "timeout: 300ms")
        try withHost(HostSetup([function])) { host in
            let reply = try host.gateway.get("/hang")

            #expect(reply.status == 504)
            #expect(reply.text.contains("Task timed out after 0.30 seconds"))
            try host.waitUntilOnlyZygote(of: "hang")
        }
    }

    @Test func runsInFreshProcessesWhenAskedTo() throws {
        let modes = ["process", "exec"]
        let functions = modes.map { (mode: String) -> TestFunction in
            TestFunction(
                symbol: "count_calls", library: "symbols", signature: "i32()", name: mode,
                settings: ["isolation: \(mode)"])
        }
        try withHost(HostSetup(functions)) { host in
            for name in modes {
                let answers = [try host.gateway.get("/\(name)").text, try host.gateway.get("/\(name)").text]
                let status = try host.status(of: name)

                #expect(answers == ["1", "2"])
                #expect(status.isolation == name)
            }
        }
    }

    @Test func whatASymbolPrintsIsInItsLog() throws {
        let function = TestFunction(symbol: "say", library: "symbols", signature: "void(cstr text)")
        try withHost(HostSetup([function])) { host in
            let reply = try host.invoke("say", #"["hello there"]"#)

            #expect(reply.payload == "null")
            #expect(reply.log.contains("hello there"))
        }
    }

    @Test func ownedResultsAreReleasedOnce() throws {
        // Both in one library, so in one function's process: the count is of another process unless it is asked there.
        let function = TestFunction(
            symbol: "owned_text", library: "symbols", signature: "cstr()", settings: ["owner: caller(release_text)"])
        let wrong = TestFunction(
            symbol: "owned_text", library: "symbols", signature: "cstr()", name: "wrong",
            settings: ["owner: caller(release_txt)"])
        try withHost(HostSetup([function, wrong])) { host in
            for _ in 0..<20 {
                let reply = try host.gateway.get("/owned_text")
                #expect(reply.text == #""owned""#)
            }
            let refused = try host.gateway.get("/wrong")
            #expect(refused.status == 404)
            #expect(host.folder.log.contains("exports release_text but not release_txt; is it misspelt?"))
        }
    }

    @Test func aMissingLibraryOrSymbolIsSaidAndTheOthersAreServed() throws {
        let functions = [
            TestFunction(symbol: "cos", library: "libm.so.6", signature: "f64(f64 x)"),
            TestFunction(symbol: "f", library: "libbrasa_is_not_there.so.7", signature: "void()", name: "no-library"),
            TestFunction(symbol: "f", library: "/nowhere/libx.so", signature: "void()", name: "no-file"),
            TestFunction(symbol: "coz", library: "libm.so.6", signature: "f64(f64 x)", name: "no-symbol"),
            TestFunction(symbol: "not_a_function", library: "symbols", signature: "i32()", name: "data"),
            TestFunction(symbol: "signgam", library: "libm.so.6", signature: "i32()", name: "weak-data"),
        ]
        try withHost(HostSetup(functions)) { host in
            let good = try host.gateway.get("/cos?x=0")
            #expect(good.text == "1")
            for function in functions.dropFirst() {
                let reply = try host.gateway.get("/\(function.name)")
                #expect(reply.status == 404, "\(function.name)")
            }
            let log = host.folder.log
            #expect(log.contains("libbrasa_is_not_there.so.7 is neither in "))
            #expect(log.contains("its library /nowhere/libx.so does not exist"))
            #expect(log.contains("libm.so.6 exports cos but not coz; is it misspelt?"))
            #expect(log.contains("exports not_a_function as data; only functions can be called."))
            #expect(log.contains("exports signgam as data; only functions can be called."))
        }
    }
}
