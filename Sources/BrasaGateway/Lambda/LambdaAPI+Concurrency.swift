import BrasaAWS
import BrasaModel

extension LambdaAPI {
    func putConcurrency(_ request: ControlRequest) async throws -> ControlResponse {
        let body = try request.decoded(ConcurrencyShape.self)
        var check = ParameterCheck()
        check.required(body.reservedConcurrentExecutions != nil, "reservedConcurrentExecutions")
        check.range(body.reservedConcurrentExecutions, "reservedConcurrentExecutions", 0...Int.max)
        try check.finish()
        try await self.control.setReservedConcurrency(
            function: try request.unqualifiedFunction(), limit: body.reservedConcurrentExecutions)
        return try ControlResponse(json: body)
    }

    func getConcurrency(_ request: ControlRequest) async throws -> ControlResponse {
        let function = try await self.control.describe(
            function: try request.unqualifiedFunction(), qualifier: nil)
        return try ControlResponse(
            json: ConcurrencyShape(reservedConcurrentExecutions: function.reservedConcurrency))
    }

    func deleteConcurrency(_ request: ControlRequest) async throws -> ControlResponse {
        try await self.control.setReservedConcurrency(function: try request.unqualifiedFunction(), limit: nil)
        return ControlResponse(emptyWithStatus: 204)
    }

    func putProvisioned(_ request: ControlRequest) async throws -> ControlResponse {
        let body = try request.decoded(ProvisionedConcurrencyRequest.self)
        let reference = try request.function()
        var check = ParameterCheck()
        check.required(body.provisionedConcurrentExecutions != nil, "provisionedConcurrentExecutions")
        check.range(body.provisionedConcurrentExecutions, "provisionedConcurrentExecutions", 1...Int.max)
        try check.finish()
        let provisioned = try await self.control.setProvisionedConcurrency(
            function: reference.name, qualifier: try request.requiredQualifier(reference),
            count: body.provisionedConcurrentExecutions ?? 1)
        return try ControlResponse(
            202, json: ProvisionedConcurrencyBody(provisioned, scope: self.scope, isListed: false))
    }

    func getProvisioned(_ request: ControlRequest) async throws -> ControlResponse {
        let reference = try request.function()
        if request.queried("List") == "ALL" { return try await self.listProvisioned(request, reference.name) }
        let provisioned = try await self.control.provisionedConcurrency(
            function: reference.name, qualifier: try request.requiredQualifier(reference))
        return try ControlResponse(
            json: ProvisionedConcurrencyBody(provisioned, scope: self.scope, isListed: false))
    }

    func deleteProvisioned(_ request: ControlRequest) async throws -> ControlResponse {
        let reference = try request.function()
        try await self.control.deleteProvisionedConcurrency(
            function: reference.name, qualifier: try request.requiredQualifier(reference))
        return ControlResponse(emptyWithStatus: 204)
    }

    private func listProvisioned(_ request: ControlRequest, _ name: String) async throws -> ControlResponse {
        let all = try await self.control.provisionedConcurrencies(function: name)
        let page = try ListPage(all, request: request, maximum: 50, key: \.qualifier)
        let items = page.items.map { ProvisionedConcurrencyBody($0, scope: self.scope, isListed: true) }
        return try ControlResponse(
            json: PageBody("ProvisionedConcurrencyConfigs", items: items, nextMarker: page.nextMarker))
    }
}
