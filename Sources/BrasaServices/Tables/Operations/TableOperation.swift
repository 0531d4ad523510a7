import BrasaModel

/// The operations that tables have, by AWS's names.
enum TableOperation: String, CaseIterable {
    case putItem = "PutItem"
    case getItem = "GetItem"
    case updateItem = "UpdateItem"
    case deleteItem = "DeleteItem"
    case query = "Query"
    case scan = "Scan"
    case batchGetItem = "BatchGetItem"
    case batchWriteItem = "BatchWriteItem"
    case transactGetItems = "TransactGetItems"
    case transactWriteItems = "TransactWriteItems"
    case createTable = "CreateTable"
    case describeTable = "DescribeTable"
    case listTables = "ListTables"
    case updateTable = "UpdateTable"
    case deleteTable = "DeleteTable"
    case describeTimeToLive = "DescribeTimeToLive"
    case updateTimeToLive = "UpdateTimeToLive"
    case tagResource = "TagResource"
    case untagResource = "UntagResource"
    case listTagsOfResource = "ListTagsOfResource"
    case describeLimits = "DescribeLimits"
    case describeEndpoints = "DescribeEndpoints"
    case describeContinuousBackups = "DescribeContinuousBackups"

    /// Operations of AWS's that this host does not have, and what they belong to.
    private static let unsupported: [String: [String]] = [
        "PartiQL": ["ExecuteStatement", "BatchExecuteStatement", "ExecuteTransaction"],
        "Backups": [
            "CreateBackup", "DeleteBackup", "DescribeBackup", "ListBackups", "RestoreTableFromBackup",
            "RestoreTableToPointInTime", "UpdateContinuousBackups",
        ],
        "Global tables": [
            "CreateGlobalTable", "DescribeGlobalTable", "DescribeGlobalTableSettings", "ListGlobalTables",
            "UpdateGlobalTable", "UpdateGlobalTableSettings", "DescribeTableReplicaAutoScaling",
            "UpdateTableReplicaAutoScaling",
        ],
        "Exports and imports": [
            "DescribeExport", "DescribeImport", "ExportTableToPointInTime", "ImportTable", "ListExports", "ListImports",
        ],
        "Kinesis destinations": [
            "DescribeKinesisStreamingDestination", "DisableKinesisStreamingDestination",
            "EnableKinesisStreamingDestination", "UpdateKinesisStreamingDestination",
        ],
        "Bulk operations": [
            "CancelBulkOperation", "DescribeBulkOperation", "ListBulkOperations", "StartBulkPutItems",
        ],
        "Vector search": ["SearchVectors"],
        "Contributor insights": [
            "DescribeContributorInsights", "ListContributorInsights", "UpdateContributorInsights",
        ],
        "Resource policies": ["DeleteResourcePolicy", "GetResourcePolicy", "PutResourcePolicy"],
    ]

    /// Features in whose place the host has something of its own.
    private static let whatKeepsTables = ["Backups", "Exports and imports"]

    /// Why an operation that is none of these cannot be done.
    static func failure(of operation: String) -> ServiceFailure {
        guard let feature = self.unsupported.first(where: { $0.value.contains(operation) })?.key else {
            return ServiceFailure(
                .unsupported, type: "UnknownOperationException",
                message: "Tables have no operation \"\(operation)\".")
        }
        return ServiceFailure(
            .unsupported, type: "UnknownOperationException",
            message: "\(feature): not supported. Tables of this host have no operation \(operation)."
                + (self.whatKeepsTables.contains(feature)
                    ? " `brasa state snapshot` and `brasa state restore` keep and bring back all tables." : ""))
    }
}
