/// Why there is no template for a name.
struct FunctionTemplateError: Error, Sendable, Hashable, CustomStringConvertible {
    /// A full sentence with the name, what is wrong and what is allowed.
    let message: String

    init(name: String, problem: String) {
        self.message = """
            "\(name)" cannot be a function's name: \(problem); \
            allowed are 1 to 64 of A-Z, a-z, 0-9, - and _, not starting with "-".
            """
    }

    var description: String { self.message }
}
