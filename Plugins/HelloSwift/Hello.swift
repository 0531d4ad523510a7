public import BrasaFunctionJSON

struct Guest: Decodable {
    var name: String?
}

struct Greeting: Encodable {
    var message: String
    var language = "swift"

    /// - Throws: `InvalidName` when the name is longer than a line.
    init(for guest: Guest) throws {
        let name = guest.name ?? ""
        if name.utf8.count > 256 { throw InvalidName(bytes: name.utf8.count) }
        self.message = "Swift says hello\(name.isEmpty ? "" : ", \(name)")! Nice of you to fly by."
    }
}

struct InvalidName: Error, CustomStringConvertible {
    var bytes: Int
    var description: String { "The name has \(self.bytes) bytes; at most 256 are allowed." }
}

/// The library's entry point.
@_cdecl("brasa_module_v1")
public func module(_ host: Host) -> ExportedModule {
    Module(
        "hello-swift",
        Function("hello-swift") { (guest: Guest, context) in
            context.log.debug("greeting", ["trigger": context.trigger.rawValue])
            return try Greeting(for: guest)
        }
        .onHTTP { request, _ in
            do {
                return try .json(Greeting(for: Guest(name: request.query("name"))))
            } catch let error as InvalidName {
                throw HTTPFailure(400, error.description)
            }
        }
    ).export(to: host)
}
