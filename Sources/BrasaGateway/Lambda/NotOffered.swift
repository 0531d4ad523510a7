import NIOHTTP1

/// The operations of the Lambda API that this version does not offer, so that the refusal can name them.
///
/// Source: the service's API model, 2015-03-31.
enum NotOffered {
    static let routes: [(HTTPMethod, String, LambdaOperation.Target)] = Self.operations.map {
        ($0.0, $0.1, .notOffered($0.2))
    }

    private static let operations: [(HTTPMethod, String, String)] = [
        (.POST, "/2015-03-31/event-source-mappings", "CreateEventSourceMapping"),
        (.GET, "/2015-03-31/event-source-mappings", "ListEventSourceMappings"),
        (.DELETE, "/2015-03-31/event-source-mappings/{UUID}", "DeleteEventSourceMapping"),
        (.GET, "/2015-03-31/event-source-mappings/{UUID}", "GetEventSourceMapping"),
        (.PUT, "/2015-03-31/event-source-mappings/{UUID}", "UpdateEventSourceMapping"),
        (.POST, "/2015-03-31/functions/{FunctionName}/policy", "AddPermission"),
        (.GET, "/2015-03-31/functions/{FunctionName}/policy", "GetPolicy"),
        (.DELETE, "/2015-03-31/functions/{FunctionName}/policy/{StatementId}", "RemovePermission"),
        (.GET, "/2018-10-31/layers", "ListLayers"),
        (.GET, "/2018-10-31/layers/{LayerName}/versions", "ListLayerVersions"),
        (.POST, "/2018-10-31/layers/{LayerName}/versions", "PublishLayerVersion"),
        (.DELETE, "/2018-10-31/layers/{LayerName}/versions/{VersionNumber}", "DeleteLayerVersion"),
        (.GET, "/2018-10-31/layers/{LayerName}/versions/{VersionNumber}", "GetLayerVersion"),
        (.POST, "/2018-10-31/layers/{LayerName}/versions/{VersionNumber}/policy", "AddLayerVersionPermission"),
        (.GET, "/2018-10-31/layers/{LayerName}/versions/{VersionNumber}/policy", "GetLayerVersionPolicy"),
        (
            .DELETE, "/2018-10-31/layers/{LayerName}/versions/{VersionNumber}/policy/{StatementId}",
            "RemoveLayerVersionPermission"
        ),
        (.POST, "/2020-04-22/code-signing-configs", "CreateCodeSigningConfig"),
        (.GET, "/2020-04-22/code-signing-configs", "ListCodeSigningConfigs"),
        (.DELETE, "/2020-04-22/code-signing-configs/{CodeSigningConfigArn}", "DeleteCodeSigningConfig"),
        (.GET, "/2020-04-22/code-signing-configs/{CodeSigningConfigArn}", "GetCodeSigningConfig"),
        (.PUT, "/2020-04-22/code-signing-configs/{CodeSigningConfigArn}", "UpdateCodeSigningConfig"),
        (.GET, "/2020-04-22/code-signing-configs/{CodeSigningConfigArn}/functions", "ListFunctionsByCodeSigningConfig"),
        (.DELETE, "/2020-06-30/functions/{FunctionName}/code-signing-config", "DeleteFunctionCodeSigningConfig"),
        (.GET, "/2020-06-30/functions/{FunctionName}/code-signing-config", "GetFunctionCodeSigningConfig"),
        (.PUT, "/2020-06-30/functions/{FunctionName}/code-signing-config", "PutFunctionCodeSigningConfig"),
        (.GET, "/2021-07-20/functions/{FunctionName}/runtime-management-config", "GetRuntimeManagementConfig"),
        (.PUT, "/2021-07-20/functions/{FunctionName}/runtime-management-config", "PutRuntimeManagementConfig"),
        (.POST, "/2021-10-31/functions/{FunctionName}/url", "CreateFunctionUrlConfig"),
        (.DELETE, "/2021-10-31/functions/{FunctionName}/url", "DeleteFunctionUrlConfig"),
        (.GET, "/2021-10-31/functions/{FunctionName}/url", "GetFunctionUrlConfig"),
        (.PUT, "/2021-10-31/functions/{FunctionName}/url", "UpdateFunctionUrlConfig"),
        (.GET, "/2021-10-31/functions/{FunctionName}/urls", "ListFunctionUrlConfigs"),
        (.GET, "/2024-08-31/functions/{FunctionName}/recursion-config", "GetFunctionRecursionConfig"),
        (.PUT, "/2024-08-31/functions/{FunctionName}/recursion-config", "PutFunctionRecursionConfig"),
        (.POST, "/2025-11-30/capacity-providers", "CreateCapacityProvider"),
        (.GET, "/2025-11-30/capacity-providers", "ListCapacityProviders"),
        (.DELETE, "/2025-11-30/capacity-providers/{CapacityProviderName}", "DeleteCapacityProvider"),
        (.GET, "/2025-11-30/capacity-providers/{CapacityProviderName}", "GetCapacityProvider"),
        (.PUT, "/2025-11-30/capacity-providers/{CapacityProviderName}", "UpdateCapacityProvider"),
        (
            .GET, "/2025-11-30/capacity-providers/{CapacityProviderName}/function-versions",
            "ListFunctionVersionsByCapacityProvider"
        ),
        (.GET, "/2025-11-30/functions/{FunctionName}/function-scaling-config", "GetFunctionScalingConfig"),
        (.PUT, "/2025-11-30/functions/{FunctionName}/function-scaling-config", "PutFunctionScalingConfig"),
        (.POST, "/2025-12-01/durable-execution-callbacks/{CallbackId}/fail", "SendDurableExecutionCallbackFailure"),
        (
            .POST, "/2025-12-01/durable-execution-callbacks/{CallbackId}/heartbeat",
            "SendDurableExecutionCallbackHeartbeat"
        ),
        (.POST, "/2025-12-01/durable-execution-callbacks/{CallbackId}/succeed", "SendDurableExecutionCallbackSuccess"),
        (.GET, "/2025-12-01/durable-executions/{DurableExecutionArn}", "GetDurableExecution"),
        (.POST, "/2025-12-01/durable-executions/{DurableExecutionArn}/checkpoint", "CheckpointDurableExecution"),
        (.GET, "/2025-12-01/durable-executions/{DurableExecutionArn}/history", "GetDurableExecutionHistory"),
        (.GET, "/2025-12-01/durable-executions/{DurableExecutionArn}/state", "GetDurableExecutionState"),
        (.POST, "/2025-12-01/durable-executions/{DurableExecutionArn}/stop", "StopDurableExecution"),
        (.GET, "/2025-12-01/functions/{FunctionName}/durable-executions", "ListDurableExecutionsByFunction"),
    ]
}
