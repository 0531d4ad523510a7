import Testing

@testable import BrasaTables

@Suite struct ItemRequestTests {
    private static func put(_ text: String) -> String? {
        refusal(text) { body throws(TableError) in try WriteRequest(.put, body) }
    }
    private static func update(_ text: String) -> String? {
        refusal(text) { body throws(TableError) in try WriteRequest(.update, body) }
    }
    private static func get(_ text: String) -> String? {
        refusal(text) { body throws(TableError) in try GetRequest(body) }
    }

    @Test(arguments: [
        (
            "{}",
            "2 validation errors detected: Value null at 'tableName' failed to satisfy constraint: Member must not be null; Value null at 'item' failed to satisfy constraint: Member must not be null"
        ),
        (
            #"{"TableName":"","Item":{}}"#,
            "2 validation errors detected: Value '' at 'tableName' failed to satisfy constraint: Member must satisfy regular expression pattern: [a-zA-Z0-9_.-]+; Value '' at 'tableName' failed to satisfy constraint: Member must have length greater than or equal to 3"
        ),
        (
            #"{"TableName":"a;b","Item":{}}"#,
            "1 validation error detected: Value 'a;b' at 'tableName' failed to satisfy constraint: Member must satisfy regular expression pattern: [a-zA-Z0-9_.-]+"
        ),
        (
            #"{"TableName":"abc","Item":{},"ReturnValues":"hi","ReturnConsumedCapacity":"x"}"#,
            "2 validation errors detected: Value 'x' at 'returnConsumedCapacity' failed to satisfy constraint: Member must satisfy enum value set: [INDEXES, TOTAL, NONE]; Value 'hi' at 'returnValues' failed to satisfy constraint: Member must satisfy enum value set: [ALL_NEW, UPDATED_OLD, ALL_OLD, NONE, UPDATED_NEW]"
        ),
        (
            #"{"TableName":"abc","Item":{},"Expected":{},"ConditionExpression":""}"#,
            "Can not use both expression and non-expression parameters in the same request: Non-expression parameters: {Expected} Expression parameters: {ConditionExpression}"
        ),
        (
            #"{"TableName":"abc","Item":{},"ExpressionAttributeNames":{}}"#,
            "ExpressionAttributeNames can only be specified when using expressions"
        ),
        (
            #"{"TableName":"abc","Item":{},"ExpressionAttributeValues":{}}"#,
            "ExpressionAttributeValues can only be specified when using expressions: ConditionExpression is null"
        ),
        (
            #"{"TableName":"abc","Item":{"a":{}},"ConditionExpression":"","ExpressionAttributeNames":{}}"#,
            "Supplied AttributeValue is empty, must contain exactly one of the supported datatypes"
        ),
        (#"{"TableName":"abc","Item":{},"ReturnValues":"ALL_NEW"}"#, "ReturnValues can only be ALL_OLD or NONE"),
        (
            #"{"TableName":"abc","Item":{},"ConditionExpression":"","ExpressionAttributeNames":{},"ExpressionAttributeValues":{}}"#,
            "ExpressionAttributeNames must not be empty"
        ),
        (
            #"{"TableName":"abc","Item":{},"ConditionExpression":"","ExpressionAttributeNames":{"a":"a"}}"#,
            #"ExpressionAttributeNames contains invalid key: Syntax error; key: "a""#
        ),
        (
            ##"{"TableName":"abc","Item":{},"ConditionExpression":"","ExpressionAttributeNames":{"#a":""}}"##,
            "ExpressionAttributeNames contains invalid value: Empty attribute name for key #a"
        ),
        (
            #"{"TableName":"abc","Item":{},"ConditionExpression":"","ExpressionAttributeValues":{}}"#,
            "ExpressionAttributeValues must not be empty"
        ),
        (
            #"{"TableName":"abc","Item":{},"ConditionExpression":"","ExpressionAttributeValues":{":b":{},"b":{"S":"a"}}}"#,
            #"ExpressionAttributeValues contains invalid key: Syntax error; key: "b""#
        ),
        (
            #"{"TableName":"abc","Item":{},"ConditionExpression":"","ExpressionAttributeValues":{":b":{"N":"x"}}}"#,
            "ExpressionAttributeValues contains invalid value: The parameter cannot be converted to a numeric value: x for key :b"
        ),
        (
            #"{"TableName":"abc","Item":{},"ConditionExpression":""}"#,
            "Invalid ConditionExpression: The expression can not be empty;"
        ),
        (
            #"{"TableName":"abc","Item":{},"ConditionExpression":"a = :a","ExpressionAttributeValues":{":a":{"S":"a"},":b":{"S":"a"}}}"#,
            "Value provided in ExpressionAttributeValues unused in expressions: keys: {:b}"
        ),
        (#"{"TableName":1}"#, "NUMBER_VALUE cannot be converted to String"), (#"{"TableName":"abc""#, ""), ("[]", ""),
        (#"{"TableName":"","Item":{}"#, ""),
    ])
    func refusesPutItemInTheOrderAndWordsOfTheService(body: String, message: String) {
        #expect(Self.put(body) == message)
    }

    @Test func refusesLegacyParametersClearly() {
        let message = Self.put(#"{"TableName":"abc","Item":{},"Expected":{"a":{"Exists":false}}}"#)
        #expect(message?.hasPrefix("The legacy parameters {Expected} of PutItem are not supported; use") == true)
        let update = Self.update(#"{"TableName":"abc","Key":{},"AttributeUpdates":{},"Expected":{}}"#)
        #expect(update?.hasPrefix("The legacy parameters {AttributeUpdates, Expected} of UpdateItem") == true)
    }

    @Test func refusesItemsOfMoreThan400Kilobytes() {
        let item = { (count: Int) in
            #"{"TableName":"abc","Item":{"id":{"S":"a"},"b":{"S":""# + String(repeating: "x", count: count) + #""}}}"#
        }
        #expect(Self.put(item(409_596)) == nil)
        #expect(Self.put(item(409_597)) == "Item size has exceeded the maximum allowed size")
    }

    @Test func readsUpdateItem() throws {
        let request = try reading(
            ##"{"TableName":"abc","Key":{"id":{"S":"1"}},"UpdateExpression":"set #a = :b","ConditionExpression":"attribute_exists(id)","ExpressionAttributeNames":{"#a":"x"},"ExpressionAttributeValues":{":b":{"N":"1"}},"ReturnValues":"ALL_NEW","Unknown":[{}]}"##
        ) { body throws(TableError) in try WriteRequest(.update, body) }

        #expect(request.tableName == "abc")
        #expect(
            request.change
                == .update(
                    key: ["id": .string("1")],
                    Update(actions: [.set(DocumentPath("x"), .value(.number(ExactNumber(1))))])))
        #expect(request.condition == .exists(DocumentPath("id")))
        #expect(request.returnValues == .allNew)
    }

    @Test(arguments: [
        (
            "{}",
            "2 validation errors detected: Value null at 'tableName' failed to satisfy constraint: Member must not be null; Value null at 'key' failed to satisfy constraint: Member must not be null"
        ),
        (
            #"{"TableName":"abc","Key":{},"ProjectionExpression":"","AttributesToGet":["a"]}"#,
            "Can not use both expression and non-expression parameters in the same request: Non-expression parameters: {AttributesToGet} Expression parameters: {ProjectionExpression}"
        ),
        (
            #"{"TableName":"abc","Key":{"a":{"N":""}},"ProjectionExpression":""}"#,
            "The parameter cannot be converted to a numeric value"
        ),
        (
            ##"{"TableName":"abc","Key":{},"ProjectionExpression":"a","ExpressionAttributeNames":{"#a":"a"}}"##,
            "Value provided in ExpressionAttributeNames unused in expressions: keys: {#a}"
        ),
    ])
    func refusesGetItemInTheOrderAndWordsOfTheService(body: String, message: String) {
        #expect(Self.get(body) == message)
    }

    @Test(arguments: [
        (
            #"{"TransactItems":[]}"#,
            "1 validation error detected: Value '[]' at 'transactItems' failed to satisfy constraint: Member must have length greater than or equal to 1"
        ),
        (
            #"{}"#,
            "1 validation error detected: Value null at 'transactItems' failed to satisfy constraint: Member must not be null"
        ),
        (#"{"TransactItems":[{}]}"#, "TransactItems can only contain one of Check, Put, Update or Delete"),
        (
            #"{"TransactItems":[{"ConditionCheck":{"TableName":"abc","Key":{}}}]}"#,
            "1 validation error detected: Value null at 'transactItems.1.member.conditionCheck.conditionExpression' failed to satisfy constraint: Member must not be null"
        ),
        (
            #"{"TransactItems":[{"Delete":{"TableName":"abc","Key":{}}},{"Update":{"TableName":"abc","Key":{}}}]}"#,
            "1 validation error detected: Value null at 'transactItems.2.member.update.updateExpression' failed to satisfy constraint: Member must not be null"
        ),
        (
            #"{"TransactItems":[{"Put":{"TableName":"abc"}}]}"#,
            "1 validation error detected: Value null at 'transactItems.1.member.put.item' failed to satisfy constraint: Member must not be null"
        ),
        (
            #"{"TransactItems":[{"Put":{"TableName":"abc","Item":{}}}],"ReturnItemCollectionMetrics":"ALL"}"#,
            "1 validation error detected: Value 'ALL' at 'returnItemCollectionMetrics' failed to satisfy constraint: Member must satisfy enum value set: [SIZE, NONE]"
        ),
        (
            #"{"TransactItems":[{"Put":{"TableName":"abc","Item":{}}}],"ClientRequestToken":"1234567890123456789012345678901234567"}"#,
            "1 validation error detected: Value '1234567890123456789012345678901234567' at 'clientRequestToken' failed to satisfy constraint: Member must have length less than or equal to 36"
        ),
    ])
    func refusesTransactions(body: String, message: String) {
        #expect(refusal(body) { body throws(TableError) in try TransactWriteRequest(body) } == message)
    }

    @Test func refusesBatchesThatAreEmptyOrTooLarge() {
        let put = #"{"PutRequest":{"Item":{"id":{"S":"1"}}}}"#
        let batch = { (count: Int) in
            #"{"RequestItems":{"abc":["# + Array(repeating: put, count: count).joined(separator: ",") + "]}}"
        }
        let read = { (text: String) in refusal(text) { body throws(TableError) in try BatchWriteRequest(body) } }
        #expect(read(batch(25)) == nil)
        #expect(read(batch(26))?.contains("Member must have length less than or equal to 25") == true)
        #expect(read(batch(0))?.contains("Member must have length greater than or equal to 1") == true)
        #expect(
            read(#"{"RequestItems":{}}"#)?.contains(
                "at 'requestItems' failed to satisfy constraint: Member must have length") == true)
        let keys = { (count: Int) in
            #"{"RequestItems":{"abc":{"Keys":["# + (0..<count).map { #"{"id":{"N":"\#($0)"}}"# }.joined(separator: ",")
                + "]}}}"
        }
        let get = { (text: String) in refusal(text) { body throws(TableError) in try BatchGetRequest(body) } }
        #expect(get(keys(100)) == nil)
        #expect(get(keys(101))?.contains("Member must have length less than or equal to 100") == true)
        #expect(
            get(#"{"RequestItems":{"abc":{"Keys":[{"id":{"N":"1"}},{"id":{"N":"1.0"}}]}}}"#)
                == "Provided list of item keys contains duplicates")
    }

    @Test(arguments: [
        (
            #"{"TableName":"abc"}"#,
            "Either the KeyConditions or KeyConditionExpression parameter must be specified in the request."
        ),
        (
            #"{"TableName":"abc","Limit":0,"Select":"x"}"#,
            "2 validation errors detected: Value 'x' at 'select' failed to satisfy constraint: Member must satisfy enum value set: [SPECIFIC_ATTRIBUTES, COUNT, ALL_ATTRIBUTES, ALL_PROJECTED_ATTRIBUTES]; Value '0' at 'limit' failed to satisfy constraint: Member must have value greater than or equal to 1"
        ),
        (
            #"{"TableName":"abc","ExclusiveStartKey":{"a":{}}}"#,
            "The provided starting key is invalid: Supplied AttributeValue is empty, must contain exactly one of the supported datatypes"
        ),
        (
            #"{"TableName":"abc","ExclusiveStartKey":{"a":{"N":"x"}}}"#,
            "The parameter cannot be converted to a numeric value: x"
        ),
        (
            #"{"TableName":"abc","ExpressionAttributeValues":{}}"#,
            "ExpressionAttributeValues can only be specified when using expressions: FilterExpression and KeyConditionExpression are null"
        ),
        (
            #"{"TableName":"abc","KeyConditionExpression":"a > :a and b > :a and c > :a","ExpressionAttributeValues":{":a":{"S":"a"}}}"#,
            "Conditions can be of length 1 or 2 only"
        ),
    ])
    func refusesQueries(body: String, message: String) {
        #expect(refusal(body) { body throws(TableError) in try FindRequest(.query, body) } == message)
    }

    @Test(arguments: [
        (
            #"{"TableName":"abc","Segment":1}"#,
            "The TotalSegments parameter is required but was not present in the request when Segment parameter is present"
        ),
        (
            #"{"TableName":"abc","TotalSegments":1}"#,
            "The Segment parameter is required but was not present in the request when parameter TotalSegments is present"
        ),
        (
            #"{"TableName":"abc","TotalSegments":2,"Segment":2}"#,
            "The Segment parameter is zero-based and must be less than parameter TotalSegments: Segment: 2 is not less than TotalSegments: 2"
        ),
    ])
    func refusesScans(body: String, message: String) {
        #expect(refusal(body) { body throws(TableError) in try FindRequest(.scan, body) } == message)
    }
}
