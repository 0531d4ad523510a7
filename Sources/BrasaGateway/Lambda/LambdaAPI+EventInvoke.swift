import BrasaAWS
import BrasaModel

extension LambdaAPI {
    func setEventInvoke(_ request: ControlRequest, keepsOthers: Bool) async throws -> ControlResponse {
        let body = try request.decoded(EventInvokeRequest.self)
        let reference = try request.function()
        var check = ParameterCheck()
        check.range(body.maximumRetryAttempts, "maximumRetryAttempts", 0...2)
        check.range(body.maximumEventAgeInSeconds, "maximumEventAgeInSeconds", 60...21_600)
        try check.finish()
        guard body.destinationConfig?.isEmpty ?? true else {
            throw LambdaError.invalidParameter(
                "DestinationConfig is not offered by this version of Brasa: events that fail for good are not sent on.")
        }
        guard keepsOthers || body.maximumRetryAttempts != nil || body.maximumEventAgeInSeconds != nil else {
            throw LambdaError.invalidParameter(
                "You must specify at least one of error handling or destination setting.")
        }
        let policy = try await self.control.setEventInvoke(
            function: reference.name, qualifier: reference.qualifier,
            maximumRetryAttempts: body.maximumRetryAttempts, maximumEventAgeSeconds: body.maximumEventAgeInSeconds,
            keepsOthers: keepsOthers)
        return try ControlResponse(json: EventInvokeBody(policy, scope: self.scope))
    }

    func getEventInvoke(_ request: ControlRequest) async throws -> ControlResponse {
        let reference = try request.function()
        let policy = try await self.control.eventInvoke(function: reference.name, qualifier: reference.qualifier)
        return try ControlResponse(json: EventInvokeBody(policy, scope: self.scope))
    }

    func deleteEventInvoke(_ request: ControlRequest) async throws -> ControlResponse {
        let reference = try request.function()
        try await self.control.deleteEventInvoke(function: reference.name, qualifier: reference.qualifier)
        return ControlResponse(emptyWithStatus: 204)
    }

    func listEventInvokes(_ request: ControlRequest) async throws -> ControlResponse {
        let policies = try await self.control.eventInvokes(function: try request.unqualifiedFunction())
        let page = try ListPage(policies, request: request, maximum: 50, key: \.qualifier)
        let items = page.items.map { EventInvokeBody($0, scope: self.scope) }
        return try ControlResponse(
            json: PageBody("FunctionEventInvokeConfigs", items: items, nextMarker: page.nextMarker))
    }
}
