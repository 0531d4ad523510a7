"""The JSON protocol itself: targets, bodies, headers and errors, as raw HTTP shows them."""

import http.client
import json
import re
import uuid
import zlib

import pytest

TYPE = "application/x-amz-json-1.0"


@pytest.fixture
def ask(host):
    """Posts a body to a target and returns the answer."""

    def post(operation, body="{}", prefix="DynamoDB_20120810", **headers):
        return host.request(
            "POST", "/", body if isinstance(body, (str, bytes)) else json.dumps(body),
            {"X-Amz-Target": f"{prefix}.{operation}", "Content-Type": TYPE, **headers})

    return post


def kind(reply):
    return reply.json["__type"].rpartition("#")[2]


@pytest.mark.parametrize("service, prefix", [("dynamodb", "DynamoDB_20120810"), ("dynamodbstreams", "DynamoDBStreams_20120810")])
def test_every_operation_of_aws_is_answered(host, ask, service, prefix):
    for operation in host.client(service).meta.service_model.operation_names:
        reply = ask(operation, prefix=prefix)
        if reply.status == 200:
            assert operation in ("ListTables", "ListStreams", "DescribeLimits", "DescribeEndpoints")
        elif kind(reply) == "UnknownOperationException":
            # One that AWS has added since is named too.
            assert reply.status == 400 and operation in reply.json["message"]
        else:
            assert (reply.status, kind(reply)) == (400, "ValidationException"), operation


def test_an_answer_has_its_checksum_type_and_id(ask):
    for reply in (ask("ListTables"), ask("DescribeTable", {"TableName": "none-of-these"})):
        assert reply.headers["content-type"] == TYPE
        assert int(reply.headers["x-amz-crc32"]) == zlib.crc32(reply.body)
        assert reply.headers["content-length"] == str(len(reply.body))
        assert len(reply.headers["x-amzn-requestid"]) >= 36
    assert ask("ListTables").headers["x-amzn-requestid"] != ask("ListTables").headers["x-amzn-requestid"]


def test_errors_have_the_namespaces_of_the_service(ask):
    reply = ask("DescribeTable", {"TableName": "none-of-these"})
    assert (reply.status, reply.json) == (400, {
        "__type": "com.amazonaws.dynamodb.v20120810#ResourceNotFoundException",
        "message": "Requested resource not found: Table: none-of-these not found"})
    reply = ask("DescribeTable", {"TableName": "x"})
    assert reply.json["__type"] == "com.amazon.coral.validate#ValidationException"
    reply = ask("DescribeTable", "{")
    assert reply.json["__type"] == "com.amazon.coral.service#SerializationException"


@pytest.mark.parametrize("operation, prefix", [
    ("Nothing", "DynamoDB_20120810"), ("", "DynamoDB_20120810"), ("PutItem", "DynamoDB_20111205"),
    ("PutItem", "Nothing"), ("GetRecords", "DynamoDB_20120810"), ("PutItem", "DynamoDBStreams_20120810"),
    ("putitem", "DynamoDB_20120810"),
])
def test_unknown_targets_are_refused(ask, operation, prefix):
    reply = ask(operation, prefix=prefix)
    assert (reply.status, kind(reply)) == (400, "UnknownOperationException")
    assert reply.headers["content-type"].startswith("application/x-amz-json-1.")


@pytest.mark.parametrize("body", [
    "", "{", "[]", "null", "1", '"text"', "{}{}", '{"TableName":}', '{"TableName":"abc"', "{'TableName':'abc'}",
    '{"TableName":"abc",}', '{"TableName":"\\x"}', b'{"TableName":"\xff"}', '{"TableName":"a\nb"}', "\ufeff{}",
    '{"a":' * 10_000,
])
def test_what_is_no_json_is_refused(ask, body):
    reply = ask("DescribeTable", body.encode() if isinstance(body, str) else body)
    assert (reply.status, kind(reply)) == (400, "SerializationException")


@pytest.mark.parametrize("operation, body", [
    ("PutItem", {"TableName": 1}), ("PutItem", {"TableName": ["abc"]}), ("PutItem", {"Item": []}),
    ("PutItem", {"Item": {"id": "text"}}), ("PutItem", {"Item": {"id": {"S": 1}}}), ("PutItem", {"Item": {"id": {"N": 1}}}),
    ("PutItem", {"Item": {"id": {"BOOL": "maybe"}}}), ("PutItem", {"Item": {"id": {"SS": "a"}}}),
    ("PutItem", {"Item": {"id": {"M": []}}}), ("Query", {"Limit": "1"}), ("Query", {"ConsistentRead": 1}),
    ("BatchGetItem", {"RequestItems": []}), ("TransactWriteItems", {"TransactItems": {}}),
    ("CreateTable", {"KeySchema": {}}), ("PutItem", {"Item": {"id": {"B": "not base64!"}}}),
])
def test_members_have_their_types(ask, operation, body):
    reply = ask(operation, body)
    assert (reply.status, kind(reply)) == (400, "SerializationException")


def test_members_that_nobody_knows_are_left_alone(ask, table):
    name = table()
    reply = ask("PutItem", {"TableName": name, "Item": {"id": {"S": "a"}}, "Nobody": [{"knows": None}], "Item2": 1.5e300})
    assert (reply.status, reply.json) == (200, {})
    assert ask("GetItem", {"TableName": name, "Key": {"id": {"S": "a"}}, "ProjectionExpression": None}).json == {
        "Item": {"id": {"S": "a"}}}


@pytest.mark.parametrize("value", [
    "1e999", "[-1e400, {}]", "1e-999", "9" * 5_000, '{"a": 1, "a": 2}', '"\\u0000"', "[" * 100_000 + "]" * 100_000,
], ids=lambda value: value[:12])
def test_tokens_of_transactions_stand_for_whatever_is_in_them(ask, ddb, table, value):
    name = table()
    body = json.dumps({"ClientRequestToken": str(uuid.uuid4()), "TransactItems": [{"Update": {
        "TableName": name, "Key": {"id": {"S": "a"}}, "UpdateExpression": "ADD times :one",
        "ExpressionAttributeValues": {":one": {"N": "1"}}}}]})[:-1] + f', "Unknown": {value}}}'
    assert [ask("TransactWriteItems", body).status for _ in range(2)] == [200, 200]
    assert ddb.get_item(TableName=name, Key={"id": {"S": "a"}})["Item"]["times"] == {"N": "1"}


def test_binary_values_travel_as_base64(ask, table):
    name = table()
    ask("PutItem", {"TableName": name, "Item": {"id": {"S": "a"}, "b": {"B": "AAH+/w=="}, "bs": {"BS": ["AA==", ""]}}})
    found = ask("GetItem", {"TableName": name, "Key": {"id": {"S": "a"}}}).json["Item"]
    assert (found["b"], sorted(found["bs"]["BS"])) == ({"B": "AAH+/w=="}, ["", "AA=="])


def test_escapes_are_read_and_need_not_be_written(ask, table):
    name = table()
    reply = ask("PutItem", '{"TableName":"%s","Item":{"id":{"S":"\\u00fc\\ud83c\\udf0d\\/\\b"}}}' % name)
    assert reply.status == 200
    assert ask("Scan", {"TableName": name}).json["Items"] == [{"id": {"S": "ü🌍/\b"}}]


def test_times_are_seconds(ask, table):
    name = table()
    description = ask("DescribeTable", {"TableName": name}).body
    assert re.search(rb'"CreationDateTime":\s*[0-9]{10}(\.[0-9]+)?[,}]', description)


def test_bodies_that_are_too_large_are_refused(ask):
    most = 16 << 20
    body = b'{"TableName":"abc"}'.ljust(most)
    assert kind(ask("DescribeTable", body)) == "ResourceNotFoundException"
    for more in (1, 2 << 20):
        reply = ask("DescribeTable", body.ljust(most + more))
        assert (reply.status, kind(reply)) == (413, "RequestEntityTooLargeException")
        assert reply.json["message"] == f"The request has {most + more} bytes, and {most} are the most that dynamodb takes."


def test_a_batch_of_16_megabytes_is_taken(ask, ddb, table):
    name = table()
    requests = [{"PutRequest": {"Item": {"id": {"S": str(number)}, "x": {"S": "x" * 400_000}}}} for number in range(25)]
    reply = ask("BatchWriteItem", {"RequestItems": {name: requests}})
    assert (reply.status, reply.json) == (200, {"UnprocessedItems": {}})


def test_other_clients_are_served_alike(host, table):
    # Signatures, content types and letters of header names do not matter; connections stay open.
    name = table()
    connection = http.client.HTTPConnection("127.0.0.1", host.control_port, timeout=60)
    try:
        for headers in ({}, {"content-type": "application/json"}, {"content-type": "text/plain; charset=utf-8"},
                        {"Authorization": "nonsense"}, {"Accept-Encoding": "gzip, deflate", "Connection": "keep-alive"}):
            body = json.dumps({"TableName": name})
            connection.request("POST", "/", body, {"x-amz-target": "DynamoDB_20120810.DescribeTable", **headers})
            answer = connection.getresponse()
            found = json.loads(answer.read())
            assert (answer.status, found["Table"]["TableName"]) == (200, name)
            assert answer.getheader("content-encoding") is None
    finally:
        connection.close()


def test_bodies_in_chunks_are_read(host, table):
    name = table()
    connection = http.client.HTTPConnection("127.0.0.1", host.control_port, timeout=60)
    try:
        body = json.dumps({"TableName": name, "Item": {"id": {"S": "chunked"}}}).encode()
        connection.request("POST", "/", iter([body[:7], body[7:]]), {"X-Amz-Target": "DynamoDB_20120810.PutItem"},
                           encode_chunked=True)
        assert connection.getresponse().status == 200
    finally:
        connection.close()


def test_other_methods_and_paths_are_not_the_service(host):
    target = {"X-Amz-Target": "DynamoDB_20120810.ListTables"}
    assert host.request("GET", "/", headers=target).status in (404, 405)
    assert host.request("POST", "/nowhere", "{}", target).status == 404
    assert host.request("POST", "/", "{}").status in (400, 404)
