internal import CBrasa

/// What a library offers: its functions and the steps of its life.
///
/// The library exports it by one declaration:
///
/// ```swift
/// @_cdecl("brasa_module_v1")
/// public func module(_ host: Host) -> ExportedModule {
///     Module("echo", Function("echo", raw: { .bytes($0.event) })).export(to: host)
/// }
/// ```
public struct Module<State> {
    let name: String
    let functions: [Function<State>]
    /// The library's own version, for people.
    public var version: String?
    /// For a module that starts threads while its state is made: each instance then starts from a fresh process.
    public var startsThreads = false

    var makeState: (Setup) throws -> State
    var freeze: ((inout State) throws -> Void)?
    var thaw: ((inout State, Thaw) throws -> Void)?
    var shutdown: ((inout State) -> Void)?

    /// A module with a state of its own, which every instance gets its copy of.
    ///
    /// - Parameters:
    ///   - name: Of the module.
    ///   - state: Makes the state: once per version, before instances are forked.
    ///   - freeze: Runs after it: closes what must not be shared by instances.
    ///   - thaw: Runs in each instance before its first invocation: opens connections, seeds generators.
    ///   - shutdown: Runs when an instance retires in peace; has at most 2 s.
    ///   - functions: 1 to 64; a library's first is the one a file without configuration offers.
    public init(
        _ name: String, state: @escaping (Setup) throws -> State, freeze: ((inout State) throws -> Void)? = nil,
        thaw: ((inout State, Thaw) throws -> Void)? = nil, shutdown: ((inout State) -> Void)? = nil,
        _ functions: Function<State>...
    ) {
        self.name = name
        self.functions = functions
        self.makeState = state
        self.freeze = freeze
        self.thaw = thaw
        self.shutdown = shutdown
    }

    /// Returns the module as the host reads it.
    ///
    /// The description is never freed, as the contract wants. A library exports one module.
    public func export(to host: Host) -> ExportedModule {
        Descriptor.make(self, host: host)
    }
}

extension Module where State == Void {
    /// A module without state.
    public init(_ name: String, _ functions: Function<Void>...) {
        self.name = name
        self.functions = functions
        self.makeState = { _ in }
    }
}
