import BrasaAWS
import BrasaModel

extension LambdaAPI {
    func listTags(_ request: ControlRequest) async throws -> ControlResponse {
        try ControlResponse(
            json: TagsShape(tags: try await self.control.tags(function: try self.taggedFunction(request))))
    }

    func tagResource(_ request: ControlRequest) async throws -> ControlResponse {
        let body = try request.decoded(TagsShape.self)
        var check = ParameterCheck()
        check.required(body.tags != nil, "tags")
        check.tags(body.tags)
        try check.finish()
        try await self.control.changeTags(
            function: try self.taggedFunction(request), adding: body.tags ?? [:], removing: [])
        return ControlResponse(emptyWithStatus: 204)
    }

    func untagResource(_ request: ControlRequest) async throws -> ControlResponse {
        let keys = request.query.filter { $0.name == "tagKeys" }.map(\.value)
        var check = ParameterCheck()
        check.required(!keys.isEmpty, "tagKeys")
        try check.finish()
        try await self.control.changeTags(
            function: try self.taggedFunction(request), adding: [:], removing: keys)
        return ControlResponse(emptyWithStatus: 204)
    }

    /// What may have tags on AWS, in the service's words; here functions alone.
    private static let taggablePattern =
        "arn:(aws[a-zA-Z-]*):lambda:(eusc-)?[a-z]{2}((-gov)|(-iso([a-z]?)))?-[a-z]+-\\d{1}:\\d{12}:"
        + "(function:[a-zA-Z0-9-_]+(:(\\$LATEST|[a-zA-Z0-9-_]+))?)"

    private static func isFunctionARN(_ text: String) -> Bool {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        return parts.count >= 7 && parts[0] == "arn" && parts[2] == "lambda" && parts[5] == "function"
    }

    private func taggedFunction(_ request: ControlRequest) throws -> String {
        let resource = request.parameters["Resource"] ?? ""
        var check = ParameterCheck()
        check.form(resource, "resource", pattern: Self.taggablePattern, Self.isFunctionARN)
        try check.finish()
        let reference = try FunctionReference(resource, scope: self.scope)
        guard reference.qualifier == nil else {
            throw LambdaError.invalidParameter(
                "Tags on function aliases and versions are not supported. Please specify a function ARN.")
        }
        return reference.name
    }
}
