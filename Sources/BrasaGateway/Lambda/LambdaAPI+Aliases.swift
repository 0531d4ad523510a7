import BrasaAWS
import BrasaModel

extension LambdaAPI {
    func createAlias(_ request: ControlRequest) async throws -> ControlResponse {
        let body = try request.decoded(AliasRequest.self)
        var check = Self.check(body)
        check.required(body.name != nil, "name")
        check.required(body.functionVersion != nil, "functionVersion")
        try check.finish()
        let alias = try await self.control.createAlias(
            function: try request.unqualifiedFunction(), name: body.name ?? "", change: Self.change(body))
        return try ControlResponse(201, json: AliasBody(alias, scope: self.scope))
    }

    func updateAlias(_ request: ControlRequest) async throws -> ControlResponse {
        let body = try request.decoded(AliasRequest.self)
        try Self.check(body).finish()
        let alias = try await self.control.updateAlias(
            function: try request.unqualifiedFunction(), name: Self.name(request), change: Self.change(body))
        return try ControlResponse(json: AliasBody(alias, scope: self.scope))
    }

    func getAlias(_ request: ControlRequest) async throws -> ControlResponse {
        let alias = try await self.control.alias(
            function: try request.unqualifiedFunction(), name: Self.name(request))
        return try ControlResponse(json: AliasBody(alias, scope: self.scope))
    }

    func listAliases(_ request: ControlRequest) async throws -> ControlResponse {
        let aliases = try await self.control.aliases(
            function: try request.unqualifiedFunction(), version: request.queried("FunctionVersion"))
        let page = try ListPage(aliases, request: request, key: \.name)
        let items = page.items.map { AliasBody($0, scope: self.scope) }
        return try ControlResponse(json: PageBody("Aliases", items: items, nextMarker: page.nextMarker))
    }

    func deleteAlias(_ request: ControlRequest) async throws -> ControlResponse {
        try await self.control.deleteAlias(function: try request.unqualifiedFunction(), name: Self.name(request))
        return ControlResponse(emptyWithStatus: 204)
    }

    private static func name(_ request: ControlRequest) -> String {
        request.parameters["Name"] ?? ""
    }

    private static func change(_ body: AliasRequest) -> AliasChange {
        AliasChange(
            version: body.functionVersion, description: body.description,
            weights: body.routingConfig.map { $0.additionalVersionWeights ?? [:] }, revisionID: body.revisionID)
    }

    private static func check(_ body: AliasRequest) -> ParameterCheck {
        var check = ParameterCheck()
        check.length(body.name, "name", 1...128)
        check.form(body.name, "name", pattern: "(?!^[0-9]+$)([a-zA-Z0-9-_]+)") { name in
            FunctionReference.isName(name) && !name.utf8.allSatisfy { (48...57).contains($0) }
        }
        check.form(body.functionVersion, "functionVersion", pattern: "(\\$LATEST|[0-9]+)") { version in
            version == VersionKey.latest
                || (!version.isEmpty && version.utf8.allSatisfy { (48...57).contains($0) })
        }
        check.length(body.description, "description", 0...256)
        return check
    }
}
