public import BrasaFunctionJSON
import FoundationEssentials
import UserService

/// The library's entry point: the user API over two tables of the host.
@_cdecl("brasa_module_v1")
public func module(_ host: Host) -> ExportedModule {
    Module(
        "users",
        // Once, for all instances: the environment does not change while they live.
        state: { _ in TableNames(environment: ProcessInfo.processInfo.environment) },
        Function("users") { (request: HTTPRequest, context, tables: inout TableNames) in
            try UserAPI(store: UserTables(context, tables), now: { Date() }, makeID: { UUID().uuidString.lowercased() })
                .respond(to: request)
        }
        .describing("Creates, reads, lists, changes and deletes users.")
    ).export(to: host)
}
