/// What tables are called, and what changes of them are refused.
extension TableCase {
    private static let arn = "arn:aws:dynamodb:us-east-1:000000000000:table/$T"
    private static let key = #"{"id":{"S":"a"},"n":{"N":"1"}}"#

    static let names: [TableCase] = [
        TableCase(
            "a table's ARN does for its name",
            [
                Step(
                    "PutItem", #"{"TableName":"\#(arn)","Item":\#(key),"ReturnConsumedCapacity":"TOTAL"}"#,
                    #"{"ConsumedCapacity":{"TableName":"\#(arn)","CapacityUnits":1.0}}"#),
                Step("GetItem", #"{"TableName":"\#(arn)","Key":\#(key)}"#, #"{"Item":\#(key)}"#),
                Step("Scan", #"{"TableName":"\#(arn)","Select":"COUNT"}"#, #"{"Count":1,"ScannedCount":1}"#),
                Step(
                    "BatchGetItem",
                    #"{"RequestItems":{"\#(arn)":{"Keys":[\#(key)]}},"ReturnConsumedCapacity":"TOTAL"}"#,
                    #"{"Responses":{"\#(arn)":[\#(key)]},"UnprocessedKeys":{},"ConsumedCapacity":[{"TableName":"\#(arn)","CapacityUnits":0.5}]}"#
                ),
                Step(
                    "TransactWriteItems",
                    #"{"TransactItems":[{"Delete":{"TableName":"\#(arn)","Key":\#(key)}}],"ReturnConsumedCapacity":"TOTAL"}"#,
                    #"{"ConsumedCapacity":[{"TableName":"\#(arn)","CapacityUnits":2.0,"WriteCapacityUnits":2.0}]}"#),
                Step(
                    "TransactWriteItems",
                    #"{"TransactItems":[{"Delete":{"TableName":"\#(arn)","Key":\#(key)}},{"Delete":{"TableName":"$T","Key":\#(key)}}]}"#,
                    "ValidationException: Transaction request cannot include multiple operations on one item"),
                Step("DescribeTable", #"{"TableName":"\#(arn)"}"#),
                Step("UpdateTable", #"{"TableName":"\#(arn)","DeletionProtectionEnabled":false}"#),
                Step(
                    "GetItem",
                    #"{"TableName":"arn:aws:dynamodb:us-east-1:123456789012:table/$T","Key":\#(key)}"#,
                    "AccessDeniedException: Access is denied"),
                Step(
                    "DescribeTable", #"{"TableName":"arn:aws:dynamodb:eu-west-1:000000000000:table/$T"}"#,
                    "ValidationException: 1 validation error detected: Invalid AWS region in 'arn:aws:dynamodb:eu-west-1:000000000000:table/$T'"
                ),
                Step(
                    "DeleteTable", #"{"TableName":"arn:aws:dynamodb:eu-west-1:123456789012:table/$T"}"#,
                    "AccessDeniedException: Access is denied"),
                Step(
                    "PutItem", #"{"TableName":"\#(arn)-not","Item":\#(key)}"#,
                    "ResourceNotFoundException: Requested resource not found"),
                Step("GetItem", #"{"TableName":"\#(arn)/index/by-n","Key":\#(key)}"#),
                Step("CreateTable", Self.table.replacing("$T", with: arn)),
            ])
    ]

    private static let units = #"{"ReadCapacityUnits":2,"WriteCapacityUnits":3}"#
    private static let index =
        #""KeySchema":[{"AttributeName":"g","KeyType":"HASH"}],"Projection":{"ProjectionType":"ALL"}"#
    private static let two =
        #"[{"IndexName":"one","ProvisionedThroughput":\#(units),\#(index)},{"IndexName":"two","ProvisionedThroughput":\#(units),\#(index)}]"#

    private static func change(_ members: String, _ answer: String? = nil) -> Step {
        Step("UpdateTable", #"{"TableName":"$T",\#(members)}"#, answer)
    }

    private static func indexChange(_ change: String, _ answer: String? = nil, more: String = "") -> Step {
        Self.change(#""GlobalSecondaryIndexUpdates":[\#(change)]\#(more)"#, answer)
    }

    private static let invalid = "ValidationException: One or more parameter values were invalid: "
    private static let definition = #","AttributeDefinitions":[{"AttributeName":"g","AttributeType":"S"}]"#

    static let changes: [TableCase] = [
        TableCase(
            bare: "changes of tables are refused where they make no sense",
            [
                Step(
                    "CreateTable",
                    #"{"TableName":"$T","ProvisionedThroughput":\#(units),"AttributeDefinitions":[{"AttributeName":"id","AttributeType":"S"},{"AttributeName":"g","AttributeType":"S"}],"KeySchema":[{"AttributeName":"id","KeyType":"HASH"},{"AttributeName":"g","KeyType":"RANGE"}],"GlobalSecondaryIndexes":\#(two),"LocalSecondaryIndexes":[{"IndexName":"local","KeySchema":[{"AttributeName":"id","KeyType":"HASH"},{"AttributeName":"g","KeyType":"RANGE"}],"Projection":{"ProjectionType":"ALL"}}]}"#
                ),
                change(
                    #""ProvisionedThroughput":\#(units)"#,
                    "ValidationException: The provisioned throughput for the table will not change. The requested value equals the current value. Current ReadCapacityUnits provisioned for the table: 2. Requested ReadCapacityUnits: 2. Current WriteCapacityUnits provisioned for the table: 3. Requested WriteCapacityUnits: 3. Refer to the Amazon DynamoDB Developer Guide for current limits and how to request higher limits."
                ),
                indexChange(
                    #"{"Update":{"IndexName":"one","ProvisionedThroughput":\#(units)}}"#,
                    "ValidationException: The provisioned throughput for the index one will not change. The requested value equals the current value. Current ReadCapacityUnits provisioned for index one: 2. Requested ReadCapacityUnits: 2. Current WriteCapacityUnits provisioned for index one: 3. Requested WriteCapacityUnits: 3. Refer to the Amazon DynamoDB Developer Guide for current limits and how to request higher limits."
                ),
                indexChange(
                    #"{"Update":{"IndexName":"local","ProvisionedThroughput":\#(units)}}"#,
                    "ValidationException: Cannot update an index that is not a GlobalSecondaryIndex: local"),
                indexChange(
                    #"{"Delete":{"IndexName":"local"}}"#,
                    "ValidationException: Cannot delete an index that is not a GlobalSecondaryIndex: local"),
                indexChange(
                    #"{"Delete":{"IndexName":"none"}}"#,
                    "ResourceNotFoundException: Requested resource not found: Index none for table $T"),
                indexChange(
                    #"{"Create":{"IndexName":"one","ProvisionedThroughput":\#(units),\#(index)}}"#,
                    "ValidationException: Attempting to create an index which already exists", more: definition),
                indexChange(
                    #"{"Create":{"IndexName":"three",\#(index)}}"#,
                    invalid + "Both ReadCapacityUnits and WriteCapacityUnits must be specified for index: three",
                    more: definition),
                indexChange(
                    #"{"Delete":{"IndexName":"one"}},{"Delete":{"IndexName":"two"}}"#,
                    "LimitExceededException: Subscriber limit exceeded: Only 1 online index can be created or deleted simultaneously per table"
                ),
                change(
                    #""StreamSpecification":{"StreamEnabled":false}"#,
                    "ValidationException: Table has no stream to disable: TableName: $T"),
                change(#""BillingMode":"PAY_PER_REQUEST""#),
                Step("DescribeTable", #"{"TableName":"$T"}"#),
                change(
                    #""ProvisionedThroughput":\#(units)"#,
                    invalid
                        + "Neither ReadCapacityUnits nor WriteCapacityUnits can be specified when BillingMode is PAY_PER_REQUEST"
                ),
                change(
                    #""BillingMode":"PROVISIONED","ProvisionedThroughput":\#(units)"#,
                    invalid + "ProvisionedThroughput must be specified for index: one,two"),
                indexChange(
                    #"{"Update":{"IndexName":"one","ProvisionedThroughput":\#(units)}}"#,
                    invalid
                        + "The only Updates for index: one when TableThroughputMode is PAY_PER_REQUEST can be to OnDemandThroughput, WarmThroughput"
                ),
                indexChange(
                    #"{"Create":{"IndexName":"three","ProvisionedThroughput":\#(units),\#(index)}}"#,
                    invalid
                        + "Neither ReadCapacityUnits nor WriteCapacityUnits can be specified for index: three when BillingMode is PAY_PER_REQUEST",
                    more: definition),
                indexChange(
                    #"{"Update":{"IndexName":"one","ProvisionedThroughput":\#(units)}},{"Update":{"IndexName":"two","ProvisionedThroughput":\#(units)}}"#,
                    more: #","BillingMode":"PROVISIONED","ProvisionedThroughput":\#(units)"#),
                Step("DescribeTable", #"{"TableName":"$T"}"#),
                change(#""TableClass":"STANDARD_INFREQUENT_ACCESS""#),
                change(
                    #""StreamSpecification":{"StreamEnabled":true}"#,
                    invalid + "If stream is being enabled then UpdateViewType is required"),
                change(#""DeletionProtectionEnabled":true"#),
                Step(
                    "DeleteTable", #"{"TableName":"$T"}"#,
                    "ValidationException: Resource cannot be deleted as it is currently protected against deletion. Disable deletion protection first."
                ),
                change(#""DeletionProtectionEnabled":false"#),
                Step("DeleteTable", #"{"TableName":"$T"}"#),
            ])
    ]
}
