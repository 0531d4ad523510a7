/// How a C function is called: a signature that has been read.
struct SymbolSignature: Sendable, Hashable {
    /// How a parameter is passed.
    enum Pass: String, Sendable, Hashable {
        /// By value; of a buffer, its address.
        case value
        /// The address of a value that the function reads.
        case ref
        /// The address of room that the function fills.
        case out
        /// The address of a value that the function reads and changes.
        case `inout`
    }

    /// One parameter, which may stand for two arguments: a buffer and its length.
    struct Parameter: Sendable, Hashable {
        /// nil: nobody can give it; `value` is what is passed.
        var name: String?
        var type: SymbolType
        var pass = Pass.value
        /// Whether JSON's null is NULL.
        var isNullable = false
        /// Bytes of a buffer whose size the signature says; nil: as long as what is given.
        var count: Int?
        /// Type of the length behind a buffer; nil: none is passed.
        var length: SymbolType.Scalar?
        /// Whether the length is passed by its address: the room before the call, the length after it.
        var isLengthByPointer = false
        /// A constant, or what holds when nothing is given, as JSON; nil: it has to be given.
        var value: String?
        /// Where it stands, in characters from 0.
        var offset: Int
    }

    var result: SymbolType
    /// Bytes that a returned pointer points to; nil: a text, or `resultLength` tells.
    var resultCount: Int?
    /// Name of the out parameter that tells how long the result is.
    var resultLength: String?
    var parameters: [Parameter]
    /// Parameters before `...`; nil: not variadic.
    var fixedCount: Int?

    /// The out buffers whose length is the function's result.
    var sizedByResult: [Parameter] {
        self.parameters.filter { $0.type == .bytes && $0.pass == .out && $0.length != nil && !$0.isLengthByPointer }
    }
}

/// A mistake in a signature.
struct SignatureError: Error {
    /// Where, in characters from 0.
    let offset: Int
    /// The rest of "at character N, ": what is there and what is allowed, without its full stop.
    let message: String
    /// What is probably meant.
    var suggestion: String?
}
