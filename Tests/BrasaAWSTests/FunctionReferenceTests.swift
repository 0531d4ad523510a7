import BrasaAWS
import BrasaModel
import Testing

struct FunctionReferenceTests {
    private let scope = AccountScope()

    @Test(arguments: [
        ("users", nil), ("users:live", "live"), ("users:$LATEST", "$LATEST"), ("function:users:2", "2"),
        ("000000000000:function:users", nil), ("arn:aws:lambda:us-east-1:000000000000:function:users:7", "7"),
        ("arn:aws:lambda:us-east-1:000000000000:function:users", nil),
    ])
    func readsEveryWayToNameAFunction(text: String, qualifier: String?) throws {
        let reference = try FunctionReference(text, scope: self.scope)

        #expect(reference.name == "users")
        #expect(reference.qualifier == qualifier)
    }

    @Test func takesTheQualifierOfTheQueryAndRefusesTwoThatDiffer() throws {
        #expect(try FunctionReference("users", qualifier: "live", scope: self.scope).qualifier == "live")
        #expect(try FunctionReference("users:live", qualifier: "live", scope: self.scope).qualifier == "live")

        #expect(
            throws: LambdaError.invalidParameter(
                "The derived qualifier from the function name does not match the specified qualifier.")
        ) { try FunctionReference("users:live", qualifier: "2", scope: self.scope) }
    }

    @Test(arguments: ["", "us ers", "users:", "users:a:b", "arn:aws:sqs:us-east-1:000000000000:users", "a/b"])
    func refusesWhatIsNoName(text: String) {
        let error = #expect(throws: LambdaError.self) { try FunctionReference(text, scope: self.scope) }

        #expect(error?.type == "ValidationException")
        #expect(error?.message.contains("'functionName' failed to satisfy constraint: Member must") == true)
    }

    @Test func refusesANameOver64Characters() {
        let name = String(repeating: "a", count: 65)

        #expect(
            throws: LambdaError(
                "InvalidParameterValueException", status: 400,
                message: "1 validation error detected: Value '\(name)' at 'functionName' failed to satisfy constraint: "
                    + "Member must have length less than or equal to 64")
        ) { try FunctionReference(name, scope: self.scope) }
    }

    @Test func doesNotReachOtherRegionsAndAccounts() {
        #expect(
            throws: LambdaError.notFound("Functions from 'eu-west-1' are not reachable in this region ('us-east-1')")
        ) { try FunctionReference("arn:aws:lambda:eu-west-1:000000000000:function:users", scope: self.scope) }
        #expect(
            throws: LambdaError.notFound(
                "Function not found: arn:aws:lambda:us-east-1:123456789012:function:users")
        ) { try FunctionReference("123456789012:function:users", scope: self.scope) }
    }

    @Test(arguments: [
        (nil, nil, nil), ("", nil, nil), ("bootstrap", nil, nil), ("users.so", "users.so", nil),
        ("lib/users.so#list", "lib/users.so", "list"), ("list", nil, "list"), ("#list", nil, "list"),
    ])
    func readsHandlers(text: String?, file: String?, entry: String?) throws {
        let handler = try HandlerName(text)

        #expect(handler.file == file)
        #expect(handler.entry == entry)
    }

    @Test(arguments: ["index.handler", "users.so#", "users.txt#list", "a b"])
    func refusesHandlersOfOtherRuntimes(text: String) {
        let error = #expect(throws: LambdaError.self) { try HandlerName(text) }

        #expect(error?.message.hasPrefix("Handler \"\(text)\" is not allowed: give \"file.so#entry\"") == true)
    }
}
