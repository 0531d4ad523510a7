import BrasaAWS
package import BrasaModel
package import Logging
package import NIOCore
import NIOHTTP1

/// The Lambda API as AWS SDKs speak it, and the host's own questions under `/_brasa/`.
///
/// Invocations go from the connection's loop to the engine's and back, without a task. Everything else is control plane: one
/// task for each request.
package final class LambdaAPI: HTTPHandler {
    let control: any FunctionControl
    let invoker: NIOLoopBound<any Invoker>
    let asyncInvoker: any AsyncInvoker
    let scope: AccountScope
    let limits: LambdaLimits
    let logger: Logger
    private let brasa: BrasaAPI

    /// - Parameter invoker: bound to the engine's loop, where all its calls are made.
    package init(
        control: any FunctionControl, invoker: NIOLoopBound<any Invoker>, asyncInvoker: any AsyncInvoker,
        logs: any LogSource, deployer: any LibraryDeployer, scope: AccountScope, limits: LambdaLimits, logger: Logger
    ) {
        self.control = control
        self.invoker = invoker
        self.asyncInvoker = asyncInvoker
        self.scope = scope
        self.limits = limits
        self.logger = logger
        self.brasa = BrasaAPI(control: control, logs: logs, deployer: deployer)
    }

    package func handle(_ request: HTTPRequest, exchange: any HTTPExchange) {
        let requestID = RequestID()
        // Before the routes: this is the path that has to be fast.
        if request.method == .POST, let name = InvokeCall.functionName(inPath: request.path) {
            return self.invoke(.invoke, name: name, request: request, requestID: requestID, exchange: exchange)
        }
        if request.path.hasPrefix("/_brasa/") {
            return self.perform(exchange, requestID) { await self.brasa.response(to: request) }
        }
        guard let match = LambdaOperation.router.match(request.method, path: request.path) else {
            let error = LambdaError(
                "UnknownOperationException", status: 404,
                message: "\(request.method.rawValue) \(request.path) is no operation of the Lambda API.")
            return Self.respond(ControlResponse(error), requestID, exchange)
        }
        switch match.target {
        case .notOffered(let name):
            Self.respond(ControlResponse(LambdaError.notOffered(name)), requestID, exchange)
        case .invoke(let operation):
            self.invoke(
                operation, name: match.parameters["FunctionName"] ?? "", request: request, requestID: requestID,
                exchange: exchange)
        case .control(let operation):
            let control = ControlRequest(
                operation: operation, parameters: match.parameters, query: QueryText.parameters(request.query),
                body: request.body, host: request.headers.first(name: "host") ?? "127.0.0.1:4566", scope: self.scope)
            self.perform(exchange, requestID) { await self.response(to: control) }
        }
    }

    /// Runs `work` beside the event loop and answers with what it gives.
    func perform(
        _ exchange: any HTTPExchange, _ requestID: RequestID, _ work: @escaping @Sendable () async -> ControlResponse
    ) {
        let loop = exchange.eventLoop
        let bound = NIOLoopBound(exchange, eventLoop: loop)
        // Unstructured because an event loop has no task to be a child of. It ends with the request: cancelled when the
        // client leaves, and its answer is ignored then.
        let task = Task {
            let response = await work()
            loop.execute { Self.respond(response, requestID, bound.value) }
        }
        exchange.onClose = { task.cancel() }
    }

    /// Answers on the exchange's loop.
    static func respond(_ response: ControlResponse, _ requestID: RequestID, _ exchange: any HTTPExchange) {
        exchange.respond(
            status: response.status, headers: response.headers + [("x-amzn-RequestId", requestID.description)],
            body: response.body)
    }

    /// The answer to whatever `work` throws is an error of the API.
    static func catching(
        _ logger: Logger, _ work: () async throws -> ControlResponse
    ) async -> ControlResponse {
        do {
            return try await work()
        } catch let error as LambdaError {
            return ControlResponse(error)
        } catch let error as CatalogError {
            return ControlResponse(LambdaError(error))
        } catch {
            logger.error("An operation of the Lambda API failed.", metadata: ["error": "\(error)"])
            return ControlResponse(LambdaError.service("\(error)"))
        }
    }

    private func response(to request: ControlRequest) async -> ControlResponse {
        await Self.catching(self.logger) {
            guard request.body.readableBytes <= self.limits.controlRequestBytes else {
                throw LambdaError.entityTooLarge(
                    "Request must be smaller than \(self.limits.controlRequestBytes) bytes for the "
                        + "\(request.operation.rawValue) operation")
            }
            return try await self.answer(request)
        }
    }

    private func answer(_ request: ControlRequest) async throws -> ControlResponse {
        switch request.operation {
        case .createFunction: try await self.createFunction(request)
        case .getFunction: try await self.getFunction(request)
        case .getFunctionConfiguration: try await self.getFunctionConfiguration(request)
        case .listFunctions: try await self.listFunctions(request)
        case .updateFunctionCode: try await self.updateFunctionCode(request)
        case .updateFunctionConfiguration: try await self.updateFunctionConfiguration(request)
        case .deleteFunction: try await self.deleteFunction(request)
        case .publishVersion: try await self.publishVersion(request)
        case .listVersionsByFunction: try await self.listVersions(request)
        case .createAlias: try await self.createAlias(request)
        case .getAlias: try await self.getAlias(request)
        case .listAliases: try await self.listAliases(request)
        case .updateAlias: try await self.updateAlias(request)
        case .deleteAlias: try await self.deleteAlias(request)
        case .putFunctionConcurrency: try await self.putConcurrency(request)
        case .getFunctionConcurrency: try await self.getConcurrency(request)
        case .deleteFunctionConcurrency: try await self.deleteConcurrency(request)
        case .putProvisionedConcurrencyConfig: try await self.putProvisioned(request)
        case .getProvisionedConcurrencyConfig: try await self.getProvisioned(request)
        case .deleteProvisionedConcurrencyConfig: try await self.deleteProvisioned(request)
        case .putFunctionEventInvokeConfig: try await self.setEventInvoke(request, keepsOthers: false)
        case .updateFunctionEventInvokeConfig: try await self.setEventInvoke(request, keepsOthers: true)
        case .getFunctionEventInvokeConfig: try await self.getEventInvoke(request)
        case .deleteFunctionEventInvokeConfig: try await self.deleteEventInvoke(request)
        case .listFunctionEventInvokeConfigs: try await self.listEventInvokes(request)
        case .listTags: try await self.listTags(request)
        case .tagResource: try await self.tagResource(request)
        case .untagResource: try await self.untagResource(request)
        case .getAccountSettings:
            try ControlResponse(json: AccountSettingsBody(await self.control.usage(), limits: self.limits.code))
        }
    }
}
