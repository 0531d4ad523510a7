"""boto3's resource layer, which most Python programs use: tables as objects, conditions as expressions of Python."""

import decimal

import boto3
import pytest
from boto3.dynamodb.conditions import Attr, Key
from boto3.dynamodb.types import Binary

from tables import refused

DECIMAL = decimal.Decimal


@pytest.fixture(scope="module")
def resource(host):
    return boto3.resource("dynamodb", **host.access)


@pytest.fixture
def people(resource, table):
    """A table of people by town and name, with an index by age."""
    return resource.Table(table("town:S", "name:S", indexes={"byAge": ("age:N", "name:S")}))


@pytest.fixture
def filled(people):
    with people.batch_writer() as batch:
        for number in range(60):
            batch.put_item(Item={
                "town": f"t{number % 3}", "name": f"n{number:02}", "age": number // 10, "tags": {"a", f"x{number}"},
                "score": DECIMAL(number) / 8, "deep": {"list": [number, None, True]}})
    return people


def names(answer):
    return [each["name"] for each in answer["Items"]]


def test_a_table_is_created_and_waited_for(resource, name):
    made = resource.create_table(
        TableName=name, KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}], BillingMode="PAY_PER_REQUEST")
    made.meta.client.get_waiter("table_exists").wait(TableName=name, WaiterConfig={"Delay": 1, "MaxAttempts": 30})
    made.reload()
    assert (made.table_status, made.item_count, made.key_schema) == (
        "ACTIVE", 0, [{"AttributeName": "id", "KeyType": "HASH"}])
    assert name in [each.name for each in resource.tables.all()]
    made.delete()
    made.meta.client.get_waiter("table_not_exists").wait(TableName=name, WaiterConfig={"Delay": 1, "MaxAttempts": 30})
    assert name not in [each.name for each in resource.tables.all()]


def test_values_are_those_of_python(people):
    given = {
        "town": "Ulm", "name": "Änne", "age": 7, "half": DECIMAL("0.5"), "large": DECIMAL("12345678901234567890.123456789"),
        "bytes": b"\x00\xff", "yes": True, "nothing": None, "list": [1, "two", [3]], "map": {"x": {"y": []}},
        "texts": {"a", "b"}, "numbers": {1, DECIMAL("2.5")}, "blobs": {b"a", b"b"}, "empty": "",
    }
    people.put_item(Item=given)

    found = people.get_item(Key={"town": "Ulm", "name": "Änne"})["Item"]

    assert found == {**given, "bytes": Binary(b"\x00\xff"), "blobs": {Binary(b"a"), Binary(b"b")}}


def test_batches_of_any_size_are_written(filled):
    assert filled.scan(Select="COUNT")["Count"] == 60
    with filled.batch_writer(overwrite_by_pkeys=["town", "name"]) as batch:
        for number in range(60):
            key = {"town": f"t{number % 3}", "name": f"n{number:02}"}
            batch.put_item(Item=key)
            batch.delete_item(Key=key)
    assert filled.scan()["Items"] == []


@pytest.mark.parametrize("condition, expected", [
    (Key("town").eq("t1"), list(range(1, 60, 3))),
    (Key("town").eq("t1") & Key("name").eq("n04"), [4]),
    (Key("town").eq("t1") & Key("name").lt("n05"), [1, 4]),
    (Key("town").eq("t1") & Key("name").lte("n04"), [1, 4]),
    (Key("town").eq("t1") & Key("name").gt("n54"), [55, 58]),
    (Key("town").eq("t1") & Key("name").gte("n55"), [55, 58]),
    (Key("town").eq("t1") & Key("name").between("n10", "n16"), [10, 13, 16]),
    (Key("town").eq("t1") & Key("name").begins_with("n2"), [22, 25, 28]),
])
def test_keys_are_queried(filled, condition, expected):
    assert names(filled.query(KeyConditionExpression=condition)) == [f"n{number:02}" for number in expected]


def test_indexes_are_queried(filled):
    answer = filled.query(
        IndexName="byAge", KeyConditionExpression=Key("age").eq(2) & Key("name").begins_with("n2"), ScanIndexForward=False,
        Limit=3, ProjectionExpression="#n", ExpressionAttributeNames={"#n": "name"})
    assert answer["Items"] == [{"name": "n29"}, {"name": "n28"}, {"name": "n27"}]
    assert answer["LastEvaluatedKey"] == {"age": 2, "town": "t0", "name": "n27"}


@pytest.mark.parametrize("condition, expected", [
    (Attr("age").eq(5), range(50, 60)),
    (Attr("age").ne(5), range(50)),
    (Attr("age").lt(1) | Attr("age").gt(4), [*range(10), *range(50, 60)]),
    (~Attr("age").between(1, 5), range(10)),
    (Attr("age").is_in([0, 3]) & Attr("score").gte(3), range(30, 40)),
    (Attr("name").contains("9"), range(9, 60, 10)),
    (Attr("name").begins_with("n1"), range(10, 20)),
    (Attr("tags").contains("x17"), [17]),
    (Attr("tags").size().lt(2), []),
    (Attr("deep.list[0]").lte(2), range(3)),
    (Attr("deep.list[1]").attribute_type("NULL"), range(60)),
    (Attr("gone").exists(), []),
    (Attr("gone").not_exists() & Attr("score").eq(DECIMAL("0.125")), [1]),
])
def test_scans_are_filtered(filled, condition, expected):
    assert sorted(names(filled.scan(FilterExpression=condition))) == [f"n{number:02}" for number in expected]


def test_items_are_updated_under_conditions(filled):
    key = {"town": "t0", "name": "n00"}
    answer = filled.update_item(
        Key=key, UpdateExpression="SET age = age + :one, #d.#l[0] = :zero REMOVE score ADD tags :more",
        ConditionExpression=Attr("age").eq(0) & Attr("town").exists(),
        ExpressionAttributeNames={"#d": "deep", "#l": "list"},
        ExpressionAttributeValues={":one": 1, ":zero": "0", ":more": {"new"}}, ReturnValues="ALL_NEW")
    assert answer["Attributes"] == {
        **key, "age": 1, "tags": {"a", "x0", "new"}, "deep": {"list": ["0", None, True]}}
    with refused("ConditionalCheckFailedException", "The conditional request failed"):
        filled.put_item(Item=key, ConditionExpression=Attr("town").not_exists())
    with pytest.raises(filled.meta.client.exceptions.ConditionalCheckFailedException):
        filled.delete_item(Key=key, ConditionExpression=Attr("age").gt(5))


def test_batches_are_read_by_the_resource(resource, filled):
    keys = [{"town": f"t{number % 3}", "name": f"n{number:02}"} for number in range(10)]
    found = resource.batch_get_item(RequestItems={filled.name: {"Keys": keys}})["Responses"][filled.name]
    assert sorted(each["name"] for each in found) == [f"n{number:02}" for number in range(10)]
