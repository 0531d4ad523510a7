import BrasaAWS
import NIOHTTP1

/// The operations of the Lambda API that this version offers; raw values are the service's names.
enum LambdaOperation: String, Sendable {
    case createFunction = "CreateFunction"
    case getFunction = "GetFunction"
    case getFunctionConfiguration = "GetFunctionConfiguration"
    case listFunctions = "ListFunctions"
    case updateFunctionCode = "UpdateFunctionCode"
    case updateFunctionConfiguration = "UpdateFunctionConfiguration"
    case deleteFunction = "DeleteFunction"
    case publishVersion = "PublishVersion"
    case listVersionsByFunction = "ListVersionsByFunction"
    case createAlias = "CreateAlias"
    case getAlias = "GetAlias"
    case listAliases = "ListAliases"
    case updateAlias = "UpdateAlias"
    case deleteAlias = "DeleteAlias"
    case putFunctionConcurrency = "PutFunctionConcurrency"
    case getFunctionConcurrency = "GetFunctionConcurrency"
    case deleteFunctionConcurrency = "DeleteFunctionConcurrency"
    case putProvisionedConcurrencyConfig = "PutProvisionedConcurrencyConfig"
    /// Also `ListProvisionedConcurrencyConfigs`, which is told apart by `?List=ALL`.
    case getProvisionedConcurrencyConfig = "GetProvisionedConcurrencyConfig"
    case deleteProvisionedConcurrencyConfig = "DeleteProvisionedConcurrencyConfig"
    case putFunctionEventInvokeConfig = "PutFunctionEventInvokeConfig"
    case updateFunctionEventInvokeConfig = "UpdateFunctionEventInvokeConfig"
    case getFunctionEventInvokeConfig = "GetFunctionEventInvokeConfig"
    case deleteFunctionEventInvokeConfig = "DeleteFunctionEventInvokeConfig"
    case listFunctionEventInvokeConfigs = "ListFunctionEventInvokeConfigs"
    case listTags = "ListTags"
    case tagResource = "TagResource"
    case untagResource = "UntagResource"
    case getAccountSettings = "GetAccountSettings"

    /// The form of function names it takes; source: the service's API model.
    var nameForm: FunctionReference.Form {
        switch self {
        case .getFunction, .getFunctionConfiguration, .deleteFunction, .listVersionsByFunction,
            .putFunctionEventInvokeConfig, .updateFunctionEventInvokeConfig, .getFunctionEventInvokeConfig,
            .deleteFunctionEventInvokeConfig, .listFunctionEventInvokeConfigs:
            .long
        default: .short
        }
    }

    /// What a route of the API leads to.
    enum Target: Sendable {
        case invoke(InvokeCall.Operation)
        case control(LambdaOperation)
        /// An operation that exists on AWS only.
        case notOffered(String)
    }

    static let router = PathRouter<Target>(Self.invocations + Self.controls + NotOffered.routes)

    private static let invocations: [(HTTPMethod, String, Target)] = [
        (.POST, "/2015-03-31/functions/{FunctionName}/invocations", .invoke(.invoke)),
        (.POST, "/2014-11-13/functions/{FunctionName}/invoke-async", .invoke(.invokeAsync)),
        (
            .POST, "/2021-11-15/functions/{FunctionName}/response-streaming-invocations",
            .invoke(.invokeWithResponseStream)
        ),
    ]

    private static let controls: [(HTTPMethod, String, Target)] = [
        (.POST, "/2015-03-31/functions", .control(.createFunction)),
        (.GET, "/2015-03-31/functions", .control(.listFunctions)),
        (.GET, "/2015-03-31/functions/{FunctionName}", .control(.getFunction)),
        (.DELETE, "/2015-03-31/functions/{FunctionName}", .control(.deleteFunction)),
        (.GET, "/2015-03-31/functions/{FunctionName}/configuration", .control(.getFunctionConfiguration)),
        (.PUT, "/2015-03-31/functions/{FunctionName}/configuration", .control(.updateFunctionConfiguration)),
        (.PUT, "/2015-03-31/functions/{FunctionName}/code", .control(.updateFunctionCode)),
        (.POST, "/2015-03-31/functions/{FunctionName}/versions", .control(.publishVersion)),
        (.GET, "/2015-03-31/functions/{FunctionName}/versions", .control(.listVersionsByFunction)),
        (.POST, "/2015-03-31/functions/{FunctionName}/aliases", .control(.createAlias)),
        (.GET, "/2015-03-31/functions/{FunctionName}/aliases", .control(.listAliases)),
        (.GET, "/2015-03-31/functions/{FunctionName}/aliases/{Name}", .control(.getAlias)),
        (.PUT, "/2015-03-31/functions/{FunctionName}/aliases/{Name}", .control(.updateAlias)),
        (.DELETE, "/2015-03-31/functions/{FunctionName}/aliases/{Name}", .control(.deleteAlias)),
        (.PUT, "/2017-10-31/functions/{FunctionName}/concurrency", .control(.putFunctionConcurrency)),
        (.DELETE, "/2017-10-31/functions/{FunctionName}/concurrency", .control(.deleteFunctionConcurrency)),
        (.GET, "/2019-09-30/functions/{FunctionName}/concurrency", .control(.getFunctionConcurrency)),
        (.PUT, Self.provisionedPath, .control(.putProvisionedConcurrencyConfig)),
        (.GET, Self.provisionedPath, .control(.getProvisionedConcurrencyConfig)),
        (.DELETE, Self.provisionedPath, .control(.deleteProvisionedConcurrencyConfig)),
        (.PUT, Self.eventInvokePath, .control(.putFunctionEventInvokeConfig)),
        (.POST, Self.eventInvokePath, .control(.updateFunctionEventInvokeConfig)),
        (.GET, Self.eventInvokePath, .control(.getFunctionEventInvokeConfig)),
        (.DELETE, Self.eventInvokePath, .control(.deleteFunctionEventInvokeConfig)),
        (.GET, "\(Self.eventInvokePath)/list", .control(.listFunctionEventInvokeConfigs)),
        (.GET, "/2017-03-31/tags/{Resource}", .control(.listTags)),
        (.POST, "/2017-03-31/tags/{Resource}", .control(.tagResource)),
        (.DELETE, "/2017-03-31/tags/{Resource}", .control(.untagResource)),
        (.GET, "/2016-08-19/account-settings", .control(.getAccountSettings)),
    ]

    private static let provisionedPath = "/2019-09-30/functions/{FunctionName}/provisioned-concurrency"
    private static let eventInvokePath = "/2019-09-25/functions/{FunctionName}/event-invoke-config"
}
