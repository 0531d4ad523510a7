/// The core suite: what tables do, case by case.
extension TableCase {
    static let all: [TableCase] = items + refusals + queries + batches + transactions + definitions + names + changes

    private static let items: [TableCase] = [
        TableCase(
            "an item comes and goes",
            [
                Step("PutItem", #"{"TableName":"$T","Item":{"id":{"S":"a"},"n":{"N":"1"},"v":{"S":"x"}}}"#, "{}"),
                Step(
                    "GetItem", #"{"TableName":"$T","Key":{"id":{"S":"a"},"n":{"N":"1.0"}}}"#,
                    #"{"Item":{"id":{"S":"a"},"n":{"N":"1"},"v":{"S":"x"}}}"#),
                Step(
                    "PutItem",
                    #"{"TableName":"$T","Item":{"id":{"S":"a"},"n":{"N":"1"}},"ReturnValues":"ALL_OLD","ReturnConsumedCapacity":"TOTAL"}"#,
                    #"{"Attributes":{"id":{"S":"a"},"n":{"N":"1"},"v":{"S":"x"}},"ConsumedCapacity":{"TableName":"$T","CapacityUnits":1.0}}"#
                ),
                Step(
                    "DeleteItem",
                    #"{"TableName":"$T","Key":{"id":{"S":"a"},"n":{"N":"1"}},"ReturnValues":"ALL_OLD"}"#,
                    #"{"Attributes":{"id":{"S":"a"},"n":{"N":"1"}}}"#),
                Step(
                    "DeleteItem",
                    #"{"TableName":"$T","Key":{"id":{"S":"a"},"n":{"N":"1"}},"ReturnValues":"ALL_OLD"}"#, "{}"),
                Step("GetItem", #"{"TableName":"$T","Key":{"id":{"S":"a"},"n":{"N":"1"}}}"#, "{}"),
            ]),
        TableCase(
            "every type comes back as it is",
            [
                Step(
                    "PutItem",
                    #"{"TableName":"$T","Item":{"id":{"S":"ключ 😀 \u0000\"\\\n"},"n":{"N":"-12345678901234567890123456789012345678"},"b":{"B":"AP8Q"},"bs":{"BS":["AA==","/w=="]},"ss":{"SS":["b","é"]},"ns":{"NS":["1E-130","9.9999999999999999999999999999999999999E+125"]},"t":{"BOOL":true},"z":{"NULL":true},"l":{"L":[{"M":{}},{"L":[]},{"S":""},{"B":""}]},"m":{"M":{"k":{"N":"0.10"}}}}}"#,
                    "{}"),
                Step(
                    "GetItem",
                    #"{"TableName":"$T","Key":{"id":{"S":"ключ 😀 \u0000\"\\\n"},"n":{"N":"-12345678901234567890123456789012345678"}}}"#,
                    #"{"Item":{"b":{"B":"AP8Q"},"bs":{"BS":["AA==","/w=="]},"id":{"S":"ключ 😀 \u0000\"\\\n"},"l":{"L":[{"M":{}},{"L":[]},{"S":""},{"B":""}]},"m":{"M":{"k":{"N":"0.1"}}},"n":{"N":"-12345678901234567890123456789012345678"},"ns":{"NS":["0.<0*129>1","999999999999999999999999999999999999990000000000000000000000000000000000000000000000000000000000000000000000000000000000000000"]},"ss":{"SS":["b","é"]},"t":{"BOOL":true},"z":{"NULL":true}}}"#
                ),
            ]),
        TableCase(
            "updates count and answer with what was asked for",
            [
                Step(
                    "UpdateItem",
                    #"{"TableName":"$T","Key":{"id":{"S":"a"},"n":{"N":"1"}},"UpdateExpression":"SET v = :v, l = list_append(:l, :l) ADD c :c","ExpressionAttributeValues":{":v":{"N":"0.1"},":l":{"L":[{"N":"1"}]},":c":{"N":"99999999999999999999999999999999999999"}},"ReturnValues":"UPDATED_NEW"}"#,
                    #"{"Attributes":{"c":{"N":"99999999999999999999999999999999999999"},"l":{"L":[{"N":"1"},{"N":"1"}]},"v":{"N":"0.1"}}}"#
                ),
                Step(
                    "UpdateItem",
                    #"{"TableName":"$T","Key":{"id":{"S":"a"},"n":{"N":"1"}},"UpdateExpression":"SET v = v + :v REMOVE l[0]","ExpressionAttributeValues":{":v":{"N":"0.2"}},"ReturnValues":"UPDATED_OLD"}"#,
                    #"{"Attributes":{"l":{"L":[{"N":"1"}]},"v":{"N":"0.1"}}}"#
                ),
                Step(
                    "UpdateItem",
                    #"{"TableName":"$T","Key":{"id":{"S":"a"},"n":{"N":"1"}},"UpdateExpression":"SET v = :v","ConditionExpression":"v = :old","ExpressionAttributeValues":{":v":{"N":"5"},":old":{"N":"0.30"}},"ReturnValues":"ALL_NEW"}"#
                ),
                Step(
                    "UpdateItem",
                    #"{"TableName":"$T","Key":{"id":{"S":"a"},"n":{"N":"1"}},"UpdateExpression":"SET v = :v","ConditionExpression":"v = :old","ExpressionAttributeValues":{":v":{"N":"6"},":old":{"N":"0.3"}}}"#,
                    "ConditionalCheckFailedException: The conditional request failed"),
                Step(
                    "UpdateItem",
                    #"{"TableName":"$T","Key":{"id":{"S":"a"},"n":{"N":"1"}},"UpdateExpression":"REMOVE c, l","ConditionExpression":"attribute_not_exists(v)","ReturnValuesOnConditionCheckFailure":"ALL_OLD"}"#,
                    #"ConditionalCheckFailedException: The conditional request failed{"Item":{"c":{"N":"99999999999999999999999999999999999999"},"id":{"S":"a"},"l":{"L":[{"N":"1"}]},"n":{"N":"1"},"v":{"N":"5"}}}"#
                ),
            ]),
        TableCase(
            "items are as large as 400 KB and no larger",
            [
                // 409,600 bytes: names id, n and v, "a", a number of 2 bytes, and the text.
                Step(
                    "PutItem", #"{"TableName":"$T","Item":{"id":{"S":"a"},"n":{"N":"1"},"v":{"S":"<x*409593>"}}}"#,
                    "{}"),
                Step(
                    "GetItem",
                    #"{"TableName":"$T","Key":{"id":{"S":"a"},"n":{"N":"1"}},"ReturnConsumedCapacity":"TOTAL","ConsistentRead":true}"#,
                    #"{"Item":{"id":{"S":"a"},"n":{"N":"1"},"v":{"S":"<x*409593>"}},"ConsumedCapacity":{"TableName":"$T","CapacityUnits":100.0}}"#
                ),
                Step(
                    "PutItem", #"{"TableName":"$T","Item":{"id":{"S":"a"},"n":{"N":"2"},"v":{"S":"<x*409594>"}}}"#,
                    "ValidationException: Item size has exceeded the maximum allowed size"),
                Step(
                    "UpdateItem",
                    #"{"TableName":"$T","Key":{"id":{"S":"a"},"n":{"N":"1"}},"UpdateExpression":"SET w = :w","ExpressionAttributeValues":{":w":{"S":""}}}"#,
                    "ValidationException: Item size to update has exceeded the maximum allowed size"),
                Step(
                    "PutItem", #"{"TableName":"$T","Item":{"id":{"S":"<k*2049>"},"n":{"N":"2"}}}"#,
                    "ValidationException: One or more parameter values were invalid: Size of hashkey has exceeded the maximum size limit of2048 bytes"
                ),
            ]),
    ]

    private static let refusals: [TableCase] = [
        TableCase(
            "keys are whole and of their types",
            [
                Step(
                    "PutItem", #"{"TableName":"$T","Item":{"id":{"S":"a"}}}"#,
                    "ValidationException: One or more parameter values were invalid: Missing the key n in the item"),
                Step(
                    "PutItem", #"{"TableName":"$T","Item":{"id":{"S":"a"},"n":{"S":"1"}}}"#,
                    "ValidationException: One or more parameter values were invalid: Type mismatch for key n expected: N actual: S"
                ),
                Step(
                    "PutItem", #"{"TableName":"$T","Item":{"id":{"S":""},"n":{"N":"1"}}}"#,
                    "ValidationException: One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an empty string value. Key: id"
                ),
                Step(
                    "GetItem", #"{"TableName":"$T","Key":{"id":{"S":"a"}}}"#,
                    "ValidationException: The provided key element does not match the schema"),
                Step(
                    "GetItem", #"{"TableName":"$T","Key":{"id":{"S":"a"},"n":{"N":"1"},"x":{"S":"1"}}}"#,
                    "ValidationException: The provided key element does not match the schema"),
                Step(
                    "UpdateItem",
                    #"{"TableName":"$T","Key":{"id":{"S":"a"},"n":{"N":"1"}},"UpdateExpression":"SET n = :n","ExpressionAttributeValues":{":n":{"N":"1"}}}"#,
                    "ValidationException: One or more parameter values were invalid: Cannot update attribute n. This attribute is part of the key"
                ),
            ]),
        TableCase(
            "values are of one type and their numbers exact",
            [
                Step(
                    "PutItem", #"{"TableName":"$T","Item":{"id":{"S":"a"},"n":{"N":"1"},"v":{"N":"1a"}}}"#,
                    "ValidationException: The parameter cannot be converted to a numeric value: 1a"),
                Step(
                    "PutItem",
                    #"{"TableName":"$T","Item":{"id":{"S":"a"},"n":{"N":"1"},"v":{"N":"123456789012345678901234567890123456789"}}}"#,
                    "ValidationException: Attempting to store more than 38 significant digits in a Number"),
                Step(
                    "PutItem", #"{"TableName":"$T","Item":{"id":{"S":"a"},"n":{"N":"1E126"}}}"#,
                    "ValidationException: Number overflow. Attempting to store a number with magnitude larger than supported range"
                ),
                Step(
                    "PutItem", #"{"TableName":"$T","Item":{"id":{"S":"a"},"n":{"N":"1E-131"}}}"#,
                    "ValidationException: Number underflow. Attempting to store a number with magnitude smaller than supported range"
                ),
                Step(
                    "PutItem", #"{"TableName":"$T","Item":{"id":{"S":"a","N":"1"},"n":{"N":"1"}}}"#,
                    "ValidationException: Supplied AttributeValue has more than one datatypes set, must contain exactly one of the supported datatypes"
                ),
                Step(
                    "PutItem", #"{"TableName":"$T","Item":{"id":{},"n":{"N":"1"}}}"#,
                    "ValidationException: Supplied AttributeValue is empty, must contain exactly one of the supported datatypes"
                ),
                Step(
                    "PutItem", #"{"TableName":"$T","Item":{"id":{"S":"a"},"n":{"N":"1"},"v":{"SS":["x","x"]}}}"#,
                    "ValidationException: One or more parameter values were invalid: Input collection [x, x] contains duplicates."
                ),
                Step(
                    "PutItem", #"{"TableName":"$T","Item":{"id":{"S":"a"},"n":{"N":"1"},"v":{"NS":[]}}}"#,
                    "ValidationException: One or more parameter values were invalid: An number set  may not be empty"),
                Step(
                    "PutItem", #"{"TableName":"$T","Item":{"id":{"S":"a"},"n":{"N":"1"},"v":{"B":"A"}}}"#,
                    "SerializationException: Base64 encoded length is expected a multiple of 4 bytes but found: 1"),
            ]),
        TableCase(
            "expressions are read to the letter",
            [
                Step(
                    "PutItem",
                    #"{"TableName":"$T","Item":{"id":{"S":"a"},"n":{"N":"1"}},"ConditionExpression":"status = :s","ExpressionAttributeValues":{":s":{"S":"x"}}}"#,
                    "ValidationException: Invalid ConditionExpression: Attribute name is a reserved keyword; reserved keyword: status"
                ),
                Step(
                    "PutItem",
                    #"{"TableName":"$T","Item":{"id":{"S":"a"},"n":{"N":"1"}},"ConditionExpression":"v = :s"}"#,
                    "ValidationException: Invalid ConditionExpression: An expression attribute value used in expression is not defined; attribute value: :s"
                ),
                Step(
                    "PutItem",
                    #"{"TableName":"$T","Item":{"id":{"S":"a"},"n":{"N":"1"}},"ConditionExpression":"v = :s","ExpressionAttributeValues":{":s":{"S":"x"},":t":{"S":"x"}}}"#,
                    "ValidationException: Value provided in ExpressionAttributeValues unused in expressions: keys: {:t}"
                ),
                Step(
                    "PutItem",
                    #"{"TableName":"$T","Item":{"id":{"S":"a"},"n":{"N":"1"}},"ConditionExpression":"v = = :s","ExpressionAttributeValues":{":s":{"S":"x"}}}"#,
                    #"ValidationException: Invalid ConditionExpression: Syntax error; token: "=", near: "= = :s""#),
                Step(
                    "UpdateItem",
                    #"{"TableName":"$T","Key":{"id":{"S":"a"},"n":{"N":"1"}},"UpdateExpression":"SET v = :a, v.w = :a","ExpressionAttributeValues":{":a":{"S":"x"}}}"#,
                    "ValidationException: Invalid UpdateExpression: Two document paths overlap with each other; must remove or rewrite one of these paths; path one: [v], path two: [v, w]"
                ),
                Step(
                    "UpdateItem",
                    #"{"TableName":"$T","Key":{"id":{"S":"a"},"n":{"N":"1"}},"UpdateExpression":"SET v = w","ReturnValues":"ALL_NEW"}"#,
                    "ValidationException: The provided expression refers to an attribute that does not exist in the item"
                ),
                Step(
                    "PutItem",
                    #"{"TableName":"$T","Item":{"id":{"S":"a"},"n":{"N":"1"}},"Expected":{"v":{"Exists":false}}}"#,
                    "ValidationException: The legacy parameters {Expected} of PutItem are not supported; use expression parameters (ConditionExpression, UpdateExpression, KeyConditionExpression, FilterExpression, ProjectionExpression) instead."
                ),
            ]),
        TableCase(
            bare: "what is no request is refused as such",
            [
                Step("PutItem", "", "SerializationException: "),
                Step("PutItem", "[]", "SerializationException: "),
                Step("PutItem", "{", "SerializationException: "),
                Step(
                    "PutItem", #"{"TableName":1,"Item":{}}"#,
                    "SerializationException: NUMBER_VALUE cannot be converted to String"),
                Step(
                    "PutItem", #"{"TableName":"$T","Item":[]}"#,
                    "SerializationException: Unrecognized collection type java.util.Map<java.lang.String, com.amazonaws.dynamodb.v20120810.AttributeValue>"
                ),
                Step("PutItem", "{}\u{1}", "SerializationException: "),
                Step("PutItem", #"{"TableName":"\#u{0}"}"#, "SerializationException: "),
                Step(
                    "PutItem", "{}",
                    "ValidationException: 2 validation errors detected: Value null at 'tableName' failed to satisfy constraint: Member must not be null; Value null at 'item' failed to satisfy constraint: Member must not be null"
                ),
                Step(
                    "PutItem", #"{"TableName":"$T","Item":{"id":{"S":"a"}},"ReturnValues":"SOME","Unknown":[{}]}"#,
                    "ValidationException: 1 validation error detected: Value 'SOME' at 'returnValues' failed to satisfy constraint: Member must satisfy enum value set: [ALL_NEW, UPDATED_OLD, ALL_OLD, NONE, UPDATED_NEW]"
                ),
                Step(
                    "PutItem", #"{"TableName":"$T","Item":{"id":{"S":"a"}},"Unknown":[{}]}"#,
                    "ResourceNotFoundException: Requested resource not found"),
                Step(
                    "DescribeTable", #"{"TableName":"$T"}"#,
                    "ResourceNotFoundException: Requested resource not found: Table: $T not found"),
                Step(
                    "DeleteTable", #"{"TableName":"$T"}"#,
                    "ResourceNotFoundException: Requested resource not found: Table: $T not found"),
                Step("GetItems", "{}", #"UnknownOperationException: Tables have no operation "GetItems"."#),
                Step(
                    "ExecuteStatement", "{}",
                    "UnknownOperationException: PartiQL: not supported. Tables of this host have no operation ExecuteStatement."
                ),
                Step("getItem", "{}", #"UnknownOperationException: Tables have no operation "getItem"."#),
                Step(
                    "PutItem",
                    #"{"TableName":"$T","Item":{"id":"# + String(repeating: #"{"L":["#, count: 40)
                        + String(repeating: "]}", count: 40) + "}}",
                    "ValidationException: Nesting Levels have exceeded supported limits: Attributes in the item have nested levels beyond supported limit"
                ),
                Step(
                    "PutItem", String(repeating: "[", count: 100_000), "SerializationException: "),
            ]),
    ]

    private static let queries: [TableCase] = [
        TableCase(
            "queries go page by page",
            (1...5).map {
                Step(
                    "PutItem", #"{"TableName":"$T","Item":{"id":{"S":"a"},"n":{"N":"\#($0)"},"v":{"S":"<x*300000>"}}}"#,
                    "{}")
            } + [
                // 1 MB holds three and a part of the fourth, which is read no more.
                Step(
                    "Query",
                    #"{"TableName":"$T","KeyConditionExpression":"id = :i","ExpressionAttributeValues":{":i":{"S":"a"}},"ProjectionExpression":"n","ReturnConsumedCapacity":"TOTAL"}"#
                ),
                Step(
                    "Query",
                    #"{"TableName":"$T","KeyConditionExpression":"id = :i","ExpressionAttributeValues":{":i":{"S":"a"}},"Select":"COUNT","ExclusiveStartKey":{"id":{"S":"a"},"n":{"N":"4"}}}"#,
                    #"{"Count":1,"ScannedCount":1}"#),
                Step(
                    "Query",
                    #"{"TableName":"$T","KeyConditionExpression":"id = :i AND n BETWEEN :a AND :b","FilterExpression":"w <> :f","ExpressionAttributeValues":{":i":{"S":"a"},":a":{"N":"2"},":b":{"N":"4"},":f":{"N":"3"}},"ScanIndexForward":false,"ProjectionExpression":"n","Limit":2}"#,
                    #"{"Items":[{"n":{"N":"4"}},{"n":{"N":"3"}}],"Count":2,"ScannedCount":2,"LastEvaluatedKey":{"id":{"S":"a"},"n":{"N":"3"}}}"#
                ),
                Step(
                    "Query",
                    #"{"TableName":"$T","KeyConditionExpression":"id = :i","ExpressionAttributeValues":{":i":{"S":"nobody"}}}"#,
                    #"{"Items":[],"Count":0,"ScannedCount":0}"#),
                Step("Scan", #"{"TableName":"$T","Select":"COUNT","TotalSegments":2,"Segment":0}"#),
                Step("Scan", #"{"TableName":"$T","Select":"COUNT","TotalSegments":2,"Segment":1}"#),
                Step("Scan", #"{"TableName":"$T"}"#),
                Step(
                    "Query",
                    #"{"TableName":"$T","KeyConditionExpression":"n = :i","ExpressionAttributeValues":{":i":{"N":"1"}}}"#,
                    "ValidationException: Query condition missed key schema element: id"),
                Step(
                    "Query",
                    #"{"TableName":"$T","IndexName":"nowhere","KeyConditionExpression":"id = :i","ExpressionAttributeValues":{":i":{"S":"a"}}}"#,
                    "ValidationException: The table does not have the specified index: nowhere"),
                Step(
                    "Query",
                    #"{"TableName":"$T","KeyConditionExpression":"id = :i","ExpressionAttributeValues":{":i":{"S":"a"}},"ExclusiveStartKey":{"id":{"S":"b"},"n":{"N":"4"}}}"#,
                    "ValidationException: The provided starting key is outside query boundaries based on provided conditions"
                ),
                Step(
                    "Query",
                    #"{"TableName":"$T","KeyConditionExpression":"id = :i","ExpressionAttributeValues":{":i":{"S":"a"}},"Limit":0}"#,
                    "ValidationException: 1 validation error detected: Value '0' at 'limit' failed to satisfy constraint: Member must have value greater than or equal to 1"
                ),
            ])
    ]

    private static let batches: [TableCase] = [
        TableCase(
            "batches write and read",
            [
                Step(
                    "BatchWriteItem",
                    #"{"RequestItems":{"$T":[{"PutRequest":{"Item":{"id":{"S":"a"},"n":{"N":"1"}}}},{"PutRequest":{"Item":{"id":{"S":"a"},"n":{"N":"2"}}}},{"DeleteRequest":{"Key":{"id":{"S":"a"},"n":{"N":"3"}}}}]},"ReturnConsumedCapacity":"TOTAL"}"#,
                    #"{"UnprocessedItems":{},"ConsumedCapacity":[{"TableName":"$T","CapacityUnits":3.0}]}"#),
                Step(
                    "BatchGetItem",
                    #"{"RequestItems":{"$T":{"Keys":[{"id":{"S":"a"},"n":{"N":"2"}},{"id":{"S":"a"},"n":{"N":"9"}}],"ProjectionExpression":"n"}}}"#,
                    #"{"Responses":{"$T":[{"n":{"N":"2"}}]},"UnprocessedKeys":{}}"#),
                Step(
                    "BatchWriteItem",
                    #"{"RequestItems":{"$T":[{"PutRequest":{"Item":{"id":{"S":"a"},"n":{"N":"1"}}}},{"DeleteRequest":{"Key":{"id":{"S":"a"},"n":{"N":"1"}}}}]}}"#,
                    "ValidationException: Provided list of item keys contains duplicates"),
                Step(
                    "BatchGetItem",
                    #"{"RequestItems":{"$T":{"Keys":[{"id":{"S":"a"},"n":{"N":"2"}},{"id":{"S":"a"},"n":{"N":"2.0"}}]}}}"#,
                    "ValidationException: Provided list of item keys contains duplicates"),
                Step(
                    "BatchGetItem",
                    #"{"RequestItems":{"$T":{"Keys":[{"id":{"S":"a"},"n":{"N":"2"}}]},"nowhere-1":{"Keys":[{"id":{"S":"a"}}]}}}"#,
                    "ResourceNotFoundException: Requested resource not found"),
                Step(
                    "BatchWriteItem",
                    #"{"RequestItems":{"$T":[{"PutRequest":{"Item":{"id":{"S":"z"},"n":{"N":"1"}}}}],"nowhere-1":[{"PutRequest":{"Item":{"id":{"S":"z"}}}}]}}"#,
                    "ResourceNotFoundException: Requested resource not found"),
                Step("GetItem", #"{"TableName":"$T","Key":{"id":{"S":"z"},"n":{"N":"1"}}}"#, "{}"),
                Step(
                    "BatchWriteItem",
                    #"{"RequestItems":{"$T":["#
                        + (0..<26).map { #"{"DeleteRequest":{"Key":{"id":{"S":"a"},"n":{"N":"\#($0)"}}}}"# }
                        .joined(separator: ",") + "]}}",
                    "ValidationException: 1 validation error detected: Value '{$T=[26 requests]}' at 'requestItems' failed to satisfy constraint: Map value must satisfy constraint: [Member must have length less than or equal to 25, Member must have length greater than or equal to 1]"
                ),
                Step(
                    "BatchGetItem", #"{"RequestItems":{}}"#,
                    "ValidationException: 1 validation error detected: Value '{}' at 'requestItems' failed to satisfy constraint: Member must have length greater than or equal to 1"
                ),
            ])
    ]

    private static let transactions: [TableCase] = [
        TableCase(
            "transactions are done as a whole or not at all",
            [
                Step(
                    "TransactWriteItems",
                    #"{"TransactItems":[{"Put":{"TableName":"$T","Item":{"id":{"S":"a"},"n":{"N":"1"},"v":{"N":"1"}}}},{"Update":{"TableName":"$T","Key":{"id":{"S":"b"},"n":{"N":"1"}},"UpdateExpression":"ADD v :v","ExpressionAttributeValues":{":v":{"N":"2"}}}}],"ReturnConsumedCapacity":"TOTAL"}"#,
                    #"{"ConsumedCapacity":[{"TableName":"$T","CapacityUnits":4.0,"WriteCapacityUnits":4.0}]}"#),
                Step(
                    "TransactWriteItems",
                    #"{"TransactItems":[{"Delete":{"TableName":"$T","Key":{"id":{"S":"a"},"n":{"N":"1"}}}},{"ConditionCheck":{"TableName":"$T","Key":{"id":{"S":"b"},"n":{"N":"1"}},"ConditionExpression":"v = :v","ExpressionAttributeValues":{":v":{"N":"3"}},"ReturnValuesOnConditionCheckFailure":"ALL_OLD"}},{"Update":{"TableName":"$T","Key":{"id":{"S":"c"},"n":{"N":"1"}},"UpdateExpression":"SET v = w"}}]}"#,
                    #"TransactionCanceledException: Transaction cancelled, please refer cancellation reasons for specific reasons [None, ConditionalCheckFailed, ValidationError]{"CancellationReasons":[{"Code":"None"},{"Code":"ConditionalCheckFailed","Message":"The conditional request failed","Item":{"id":{"S":"b"},"n":{"N":"1"},"v":{"N":"2"}}},{"Code":"ValidationError","Message":"The provided expression refers to an attribute that does not exist in the item"}]}"#
                ),
                Step(
                    "TransactGetItems",
                    #"{"TransactItems":[{"Get":{"TableName":"$T","Key":{"id":{"S":"a"},"n":{"N":"1"}}}},{"Get":{"TableName":"$T","Key":{"id":{"S":"c"},"n":{"N":"1"}}}},{"Get":{"TableName":"$T","Key":{"id":{"S":"b"},"n":{"N":"1"}},"ProjectionExpression":"v"}}],"ReturnConsumedCapacity":"TOTAL"}"#,
                    #"{"Responses":[{"Item":{"id":{"S":"a"},"n":{"N":"1"},"v":{"N":"1"}}},{},{"Item":{"v":{"N":"2"}}}],"ConsumedCapacity":[{"TableName":"$T","CapacityUnits":6.0,"ReadCapacityUnits":6.0}]}"#
                ),
                Step(
                    "TransactWriteItems",
                    #"{"TransactItems":[{"Delete":{"TableName":"$T","Key":{"id":{"S":"a"},"n":{"N":"1"}}}},{"ConditionCheck":{"TableName":"$T","Key":{"id":{"S":"a"},"n":{"N":"1.0"}},"ConditionExpression":"attribute_exists(id)"}}]}"#,
                    "ValidationException: Transaction request cannot include multiple operations on one item"),
                Step(
                    "TransactWriteItems",
                    #"{"ClientRequestToken":"$T","TransactItems":[{"Update":{"TableName":"$T","Key":{"id":{"S":"t"},"n":{"N":"1"}},"UpdateExpression":"ADD v :v","ExpressionAttributeValues":{":v":{"N":"1"}}}}]}"#,
                    "{}"),
                Step(
                    "TransactWriteItems",
                    #"{"TransactItems":[{"Update":{"UpdateExpression":"ADD v :v","TableName":"$T","Key":{"id":{"S":"t"},"n":{"N":"1"}},"ExpressionAttributeValues":{":v":{"N":"1"}}}}],"ClientRequestToken":"$T"}"#,
                    "{}"),
                Step(
                    "GetItem", #"{"TableName":"$T","Key":{"id":{"S":"t"},"n":{"N":"1"}},"ProjectionExpression":"v"}"#,
                    #"{"Item":{"v":{"N":"1"}}}"#),
                Step(
                    "TransactWriteItems",
                    #"{"ClientRequestToken":"$T","TransactItems":[{"Delete":{"TableName":"$T","Key":{"id":{"S":"t"},"n":{"N":"1"}}}}]}"#,
                    "IdempotentParameterMismatchException: The request uses the same client token as a previous, but non-identical request. Do not reuse a client token with different requests, unless the requests are identical"
                ),
                Step(
                    "TransactWriteItems",
                    #"{"TransactItems":[{"Delete":{"TableName":"$T","Key":{"id":{"S":"a"},"n":{"N":"1"}}}},{"Delete":{"TableName":"nowhere-1","Key":{"id":{"S":"a"},"n":{"N":"1"}}}}]}"#,
                    "ResourceNotFoundException: Requested resource not found"),
                Step(
                    "GetItem", #"{"TableName":"$T","Key":{"id":{"S":"a"},"n":{"N":"1"}},"ProjectionExpression":"id"}"#,
                    #"{"Item":{"id":{"S":"a"}}}"#),
                Step(
                    "TransactWriteItems",
                    #"{"TransactItems":["#
                        + (0..<100).map {
                            #"{"Put":{"TableName":"$T","Item":{"id":{"S":"m"},"n":{"N":"\#($0)"},"v":{"S":"<y*41000>"}}}}"#
                        }
                        .joined(separator: ",") + "]}", "{}"),
                Step(
                    "Query",
                    #"{"TableName":"$T","KeyConditionExpression":"id = :i AND n >= :n","ExpressionAttributeValues":{":i":{"S":"m"},":n":{"N":"90"}},"Select":"COUNT"}"#,
                    #"{"Count":10,"ScannedCount":10}"#),
                Step(
                    "TransactWriteItems",
                    #"{"TransactItems":["#
                        + (0..<100).map {
                            #"{"Put":{"TableName":"$T","Item":{"id":{"S":"o"},"n":{"N":"\#($0)"},"v":{"S":"<y*42000>"}}}}"#
                        }
                        .joined(separator: ",") + "]}",
                    "ValidationException: Collection size of items in the transaction request size cannot exceed 4 MB"),
                Step(
                    "TransactWriteItems",
                    #"{"TransactItems":["#
                        + (0...100).map { #"{"Delete":{"TableName":"$T","Key":{"id":{"S":"o"},"n":{"N":"\#($0)"}}}}"# }
                        .joined(separator: ",") + "]}",
                    "ValidationException: 1 validation error detected: Value '[101 actions]' at 'transactItems' failed to satisfy constraint: Member must have length less than or equal to 100"
                ),
            ])
    ]

    private static let definitions: [TableCase] = [
        TableCase(
            bare: "a table with indexes is described, changed and deleted",
            [
                Step(
                    "CreateTable",
                    #"{"TableName":"$T","ProvisionedThroughput":{"ReadCapacityUnits":5,"WriteCapacityUnits":6},"AttributeDefinitions":[{"AttributeName":"id","AttributeType":"S"},{"AttributeName":"n","AttributeType":"N"},{"AttributeName":"b","AttributeType":"B"}],"KeySchema":[{"AttributeName":"id","KeyType":"HASH"},{"AttributeName":"n","KeyType":"RANGE"}],"LocalSecondaryIndexes":[{"IndexName":"by-b","KeySchema":[{"AttributeName":"id","KeyType":"HASH"},{"AttributeName":"b","KeyType":"RANGE"}],"Projection":{"ProjectionType":"KEYS_ONLY"}}],"GlobalSecondaryIndexes":[{"IndexName":"of-b","KeySchema":[{"AttributeName":"b","KeyType":"HASH"}],"Projection":{"ProjectionType":"INCLUDE","NonKeyAttributes":["v"]},"ProvisionedThroughput":{"ReadCapacityUnits":1,"WriteCapacityUnits":2}}],"Tags":[{"Key":"k","Value":"v"}]}"#
                ),
                Step("DescribeTable", #"{"TableName":"$T"}"#),
                Step(
                    "PutItem",
                    #"{"TableName":"$T","Item":{"id":{"S":"a"},"n":{"N":"1"},"b":{"B":"AP8="},"v":{"S":"x"},"w":{"S":"y"}},"ReturnConsumedCapacity":"INDEXES","ReturnItemCollectionMetrics":"SIZE"}"#,
                    #"{"ConsumedCapacity":{"TableName":"$T","CapacityUnits":3.0,"Table":{"CapacityUnits":1.0},"LocalSecondaryIndexes":{"by-b":{"CapacityUnits":1.0}},"GlobalSecondaryIndexes":{"of-b":{"CapacityUnits":1.0}}},"ItemCollectionMetrics":{"ItemCollectionKey":{"id":{"S":"a"}},"SizeEstimateRangeGB":[0.0,1.0]}}"#
                ),
                Step(
                    "Query",
                    #"{"TableName":"$T","IndexName":"of-b","KeyConditionExpression":"b = :b","ExpressionAttributeValues":{":b":{"B":"AP8="}},"ReturnConsumedCapacity":"INDEXES"}"#,
                    #"{"Items":[{"b":{"B":"AP8="},"id":{"S":"a"},"n":{"N":"1"},"v":{"S":"x"}}],"Count":1,"ScannedCount":1,"ConsumedCapacity":{"TableName":"$T","CapacityUnits":0.5,"Table":{"CapacityUnits":0.0},"GlobalSecondaryIndexes":{"of-b":{"CapacityUnits":0.5}}}}"#
                ),
                Step(
                    "Query",
                    #"{"TableName":"$T","IndexName":"by-b","KeyConditionExpression":"id = :i AND b > :b","ExpressionAttributeValues":{":i":{"S":"a"},":b":{"B":"AA=="}},"ConsistentRead":true}"#,
                    #"{"Items":[{"b":{"B":"AP8="},"id":{"S":"a"},"n":{"N":"1"}}],"Count":1,"ScannedCount":1}"#),
                Step(
                    "Query",
                    #"{"TableName":"$T","IndexName":"of-b","KeyConditionExpression":"b = :b","ExpressionAttributeValues":{":b":{"B":"AP8="}},"ConsistentRead":true}"#,
                    "ValidationException: Consistent reads are not supported on global secondary indexes"),
                Step("CreateTable", table, "ResourceInUseException: Table already exists: $T"),
                Step(
                    "UpdateTable",
                    #"{"TableName":"$T","GlobalSecondaryIndexUpdates":[{"Delete":{"IndexName":"of-b"}}]}"#),
                Step(
                    "Query",
                    #"{"TableName":"$T","IndexName":"of-b","KeyConditionExpression":"b = :b","ExpressionAttributeValues":{":b":{"B":"AP8="}}}"#,
                    "ValidationException: The table does not have the specified index: of-b"),
                Step("UpdateTable", #"{"TableName":"$T","DeletionProtectionEnabled":true}"#),
                Step("DeleteTable", #"{"TableName":"$T"}"#),
                Step("UpdateTable", #"{"TableName":"$T","DeletionProtectionEnabled":false}"#),
                Step(
                    "DescribeTimeToLive", #"{"TableName":"$T"}"#,
                    #"{"TimeToLiveDescription":{"TimeToLiveStatus":"DISABLED"}}"#),
                Step(
                    "UpdateTimeToLive",
                    #"{"TableName":"$T","TimeToLiveSpecification":{"AttributeName":"x","Enabled":true}}"#),
                Step("DescribeContinuousBackups", #"{"TableName":"$T"}"#),
                Step("DeleteTable", #"{"TableName":"$T"}"#),
                Step(
                    "GetItem", #"{"TableName":"$T","Key":{"id":{"S":"a"},"n":{"N":"1"}}}"#,
                    "ResourceNotFoundException: Requested resource not found"),
            ])
    ]
}
