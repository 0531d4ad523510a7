"""CreateTable and DescribeTable: what a table is, and what none can be."""

import time
import uuid

import pytest

from brasa_host import waited
from tables import INVALID, TABLE_ARN, attributes, definition, index_definition, invalid, key_schema, refused

CONSTRAINT = "1 validation error detected: Value {} at '{}' failed to satisfy constraint: {}"
UNITS = {"ReadCapacityUnits": 5, "WriteCapacityUnits": 6}


def described(ddb, name):
    return ddb.describe_table(TableName=name)["Table"]


def test_a_new_table_is_described(ddb, name):
    before = time.time()
    made = ddb.create_table(**definition(name, "id:S", "nr:N"))["TableDescription"]
    waited(ddb.get_waiter("table_exists"), TableName=name)

    found = described(ddb, name)

    assert made["TableStatus"] in ("CREATING", "ACTIVE")
    assert found["TableStatus"] == "ACTIVE"
    assert (found["TableName"], found["TableArn"]) == (name, f"{TABLE_ARN}/{name}")
    assert (made["TableName"], made["TableArn"], made["TableId"]) == (name, found["TableArn"], found["TableId"])
    assert str(uuid.UUID(found["TableId"])) == found["TableId"]
    assert before - 1 <= found["CreationDateTime"].timestamp() <= time.time() + 1
    assert sorted(found["AttributeDefinitions"], key=lambda each: each["AttributeName"]) == attributes(
        {"id": "S", "nr": "N"})
    assert found["KeySchema"] == key_schema("id", "nr")
    assert (found["ItemCount"], found["TableSizeBytes"]) == (0, 0)
    assert found["BillingModeSummary"]["BillingMode"] == "PAY_PER_REQUEST"
    assert found["ProvisionedThroughput"] == {
        "NumberOfDecreasesToday": 0, "ReadCapacityUnits": 0, "WriteCapacityUnits": 0}
    assert found["DeletionProtectionEnabled"] is False
    for absent in ("LocalSecondaryIndexes", "GlobalSecondaryIndexes", "StreamSpecification", "LatestStreamArn"):
        assert absent not in found


def test_a_table_made_again_is_another_one(ddb, table, name):
    table()
    first = described(ddb, name)
    ddb.delete_table(TableName=name)
    waited(ddb.get_waiter("table_not_exists"), TableName=name)
    ddb.create_table(**definition(name, "other:B"))
    waited(ddb.get_waiter("table_exists"), TableName=name)

    second = described(ddb, name)

    assert second["TableArn"] == first["TableArn"] and second["TableId"] != first["TableId"]
    assert second["KeySchema"] == key_schema("other")


def test_provisioned_capacity_is_recorded(ddb, table):
    name = table("id:S", ProvisionedThroughput=UNITS)

    found = described(ddb, name)["ProvisionedThroughput"]

    assert found == {"NumberOfDecreasesToday": 0, **UNITS}


def test_indexes_are_described(ddb, table):
    name = table(
        "id:S", "nr:N", local={"byAge": ("id:S", "age:N", "KEYS_ONLY")},
        indexes={"byMail": ("mail:S",), "byTown": ("town:S", "age:N", ("name", "street"))})

    found = described(ddb, name)

    assert sorted(each["AttributeName"] for each in found["AttributeDefinitions"]) == [
        "age", "id", "mail", "nr", "town"]
    (local,) = found["LocalSecondaryIndexes"]
    assert local == {
        **index_definition("byAge", ["id", "age"], "KEYS_ONLY"), "IndexSizeBytes": 0, "ItemCount": 0,
        "IndexArn": f"{TABLE_ARN}/{name}/index/byAge"}
    indexes = {each["IndexName"]: each for each in found["GlobalSecondaryIndexes"]}
    assert sorted(indexes) == ["byMail", "byTown"]
    assert indexes["byMail"]["KeySchema"] == key_schema("mail")
    assert indexes["byMail"]["Projection"] == {"ProjectionType": "ALL"}
    town = indexes["byTown"]
    assert town["KeySchema"] == key_schema("town", "age")
    assert town["Projection"]["ProjectionType"] == "INCLUDE"
    assert sorted(town["Projection"]["NonKeyAttributes"]) == ["name", "street"]
    assert (town["IndexStatus"], town["IndexArn"]) == ("ACTIVE", f"{TABLE_ARN}/{name}/index/byTown")
    assert (town["IndexSizeBytes"], town["ItemCount"]) == (0, 0)


def test_indexes_of_provisioned_tables_have_capacity_of_their_own(ddb, name):
    wanted = definition(name, "id:S", indexes={"byMail": ("mail:S",)}, ProvisionedThroughput=UNITS)
    with invalid(INVALID + "ProvisionedThroughput is not specified for index: byMail"):
        ddb.create_table(**wanted)
    units = {"ReadCapacityUnits": 1, "WriteCapacityUnits": 2}
    wanted["GlobalSecondaryIndexes"][0]["ProvisionedThroughput"] = units
    ddb.create_table(**wanted)
    waited(ddb.get_waiter("table_exists"), TableName=name)

    (index,) = described(ddb, name)["GlobalSecondaryIndexes"]

    assert index["ProvisionedThroughput"] == {"NumberOfDecreasesToday": 0, **units}


def test_a_stream_is_described(ddb, table):
    stream = {"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"}
    name = table(StreamSpecification=stream)

    found = described(ddb, name)

    assert found["StreamSpecification"] == stream
    assert found["LatestStreamArn"] == f"{TABLE_ARN}/{name}/stream/{found['LatestStreamLabel']}"


def test_a_table_is_described_with_its_size(ddb, table):
    name = table()
    ddb.put_item(TableName=name, Item={"id": {"S": "abc"}, "text": {"S": "x" * 95}})

    found = described(ddb, name)

    # Names count too: "id" and "text".
    assert (found["ItemCount"], found["TableSizeBytes"]) == (1, 104)


def test_a_table_is_created_once(ddb, table, name):
    table()
    with refused("ResourceInUseException", f"Table already exists: {name}"):
        ddb.create_table(**definition(name, "id:S"))


def test_errors_are_the_classes_of_boto3(ddb, table, name):
    table()
    with pytest.raises(ddb.exceptions.ResourceInUseException):
        ddb.create_table(**definition(name, "id:S"))
    with pytest.raises(ddb.exceptions.ResourceNotFoundException):
        ddb.describe_table(TableName="none-of-these")


def test_names_have_3_to_255_characters(ddb, raw, table, name):
    longest = name + "-" + "x" * (254 - len(name))
    assert len(longest) == 255
    ddb.create_table(**definition(longest, "id:S"))
    waited(ddb.get_waiter("table_exists"), TableName=longest)
    ddb.delete_table(TableName=longest)
    length = "TableName must be at least 3 characters long and at most 255 characters long"
    for wrong in ("", "ab", longest + "x"):
        with invalid(length):
            raw.create_table(**definition(wrong, "id:S"))
    with invalid(CONSTRAINT.format("'a;b'", "tableName", "Member must satisfy regular expression pattern: [a-zA-Z0-9_.-]+")):
        raw.create_table(**definition("a;b", "id:S"))
    with invalid("The parameter 'TableName' is required but was not present in the request"):
        raw.create_table()


@pytest.mark.parametrize("changes, message", [
    ({"AttributeDefinitions": attributes({"id": "X"})},
     CONSTRAINT.format("'X'", "attributeDefinitions.1.member.attributeType",
                       "Member must satisfy enum value set: [B, N, S]")),
    ({"BillingMode": "FREE"},
     CONSTRAINT.format("'FREE'", "billingMode", "Member must satisfy enum value set: [PROVISIONED, PAY_PER_REQUEST]")),
    ({"BillingMode": "PROVISIONED"},
     INVALID + "ReadCapacityUnits and WriteCapacityUnits must both be specified when BillingMode is PROVISIONED"),
    ({"ProvisionedThroughput": UNITS},
     INVALID + "Neither ReadCapacityUnits nor WriteCapacityUnits can be specified when BillingMode is PAY_PER_REQUEST"),
    ({"BillingMode": "PROVISIONED", "ProvisionedThroughput": {"ReadCapacityUnits": 0, "WriteCapacityUnits": 1}},
     CONSTRAINT.format("'0'", "provisionedThroughput.readCapacityUnits",
                       "Member must have value greater than or equal to 1")),
    ({"KeySchema": key_schema("id", "nr")}, "Invalid KeySchema: Some index key attribute have no definition"),
    ({"KeySchema": key_schema("other")},
     INVALID + "Some index key attributes are not defined in AttributeDefinitions. Keys: [other], AttributeDefinitions: [id]"),
    ({"AttributeDefinitions": attributes({"id": "S", "nr": "N"})},
     INVALID + "Number of attributes in KeySchema does not exactly match number of attributes defined in "
     "AttributeDefinitions"),
    ({"AttributeDefinitions": attributes({"id": "S", "nr": "N"}), "GlobalSecondaryIndexes": [index_definition("byId", ["id"])]},
     INVALID + "Some AttributeDefinitions are not used. AttributeDefinitions: [id, nr], keys used: [id]"),
    ({"AttributeDefinitions": attributes({"": "S"}), "KeySchema": key_schema("")},
     "2 validation errors detected: Value '' at 'attributeDefinitions.1.member.attributeName' failed to satisfy constraint: "
     "Member must have length greater than or equal to 1; Value '' at 'keySchema.1.member.attributeName' failed to satisfy "
     "constraint: Member must have length greater than or equal to 1"),
    ({"AttributeDefinitions": attributes({"id": "S"}) * 2}, "Attribute Name is duplicated: id"),
    ({"GlobalSecondaryIndexes": [index_definition("byId", ["id"], ("x", "x"))]},
     INVALID + "Duplicate element in NonKeyAttributes: x"),
    ({"TableClass": "GOLD"}, CONSTRAINT.format(
        "'GOLD'", "tableClass", "Member must satisfy enum value set: [STANDARD, STANDARD_INFREQUENT_ACCESS]")),
    ({"KeySchema": [{"AttributeName": "id", "KeyType": "RANGE"}]},
     "Invalid KeySchema: The first KeySchemaElement is not a HASH key type"),
    ({"AttributeDefinitions": attributes({"id": "S", "nr": "N"}),
      "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}, {"AttributeName": "nr", "KeyType": "HASH"}]},
     "Invalid KeySchema: The second KeySchemaElement is not a RANGE key type"),
    ({"AttributeDefinitions": attributes({"id": "S", "nr": "N"}), "KeySchema": key_schema("id", "id")},
     "Both the Hash Key and the Range Key element in the KeySchema have the same name"),
    ({"GlobalSecondaryIndexes": []}, INVALID + "List of GlobalSecondaryIndexes is empty"),
    ({"LocalSecondaryIndexes": [index_definition("byNr", ["id", "nr"])],
      "AttributeDefinitions": attributes({"id": "S", "nr": "N"})},
     INVALID + "Table KeySchema does not have a range key, which is required when specifying a LocalSecondaryIndex"),
    ({"GlobalSecondaryIndexes": [{**index_definition("byId", ["id"]), "Projection": {}}]},
     INVALID + "Unknown ProjectionType: null"),
    ({"GlobalSecondaryIndexes": [
        {**index_definition("byId", ["id"]), "Projection": {"ProjectionType": "ALL", "NonKeyAttributes": ["x"]}}]},
     INVALID + "ProjectionType is ALL, but NonKeyAttributes is specified"),
    ({"GlobalSecondaryIndexes": [{**index_definition("byId", ["id"]), "Projection": {"ProjectionType": "INCLUDE"}}]},
     INVALID + "ProjectionType is INCLUDE, but NonKeyAttributes is not specified"),
    ({"GlobalSecondaryIndexes": [index_definition("byId", ["id"])] * 2}, INVALID + "Duplicate index name: byId"),
    ({"GlobalSecondaryIndexes": [index_definition(f"by{number}", ["id"]) for number in range(100, 121)]},
     INVALID + "GlobalSecondaryIndex count exceeds the per-table limit of 20"),
    ({"StreamSpecification": {"StreamEnabled": True}},
     INVALID + "Table is being created with a stream enabled, UpdateViewType is required"),
    ({"StreamSpecification": {"StreamEnabled": False, "StreamViewType": "KEYS_ONLY"}},
     INVALID + "Table is being created with a stream disabled, UpdateViewType should not be specified"),
], ids=lambda each: None if isinstance(each, dict) else each[-60:])
def test_what_no_table_can_be_is_refused(raw, name, changes, message):
    with invalid(message):
        raw.create_table(**{**definition(name, "id:S"), **changes})

    with refused("ResourceNotFoundException", f"Requested resource not found: Table: {name} not found"):
        raw.describe_table(TableName=name)


@pytest.mark.parametrize("keys, message", [
    (["id"], INVALID + "Index KeySchema does not have a range key for index: byAge"),
    (["age", "id"], INVALID + "Index KeySchema does not have the same leading hash key as table KeySchema for index: "
     "byAge. index hash key: age, table hash key: id"),
])
def test_local_indexes_share_the_partition_key(raw, name, keys, message):
    wanted = definition(name, "id:S", "nr:N", local={"byAge": ("id:S", "age:N")})
    wanted["LocalSecondaryIndexes"] = [index_definition("byAge", keys)]
    with invalid(message):
        raw.create_table(**wanted)


def test_a_table_has_5_local_indexes(ddb, name):
    local = {f"by{letter}": ("id:S", f"{letter}:N") for letter in ("aaa", "bbb", "ccc", "ddd", "eee", "fff")}
    with invalid(INVALID + "Number of LocalSecondaryIndexes exceeds per-table limit of 5"):
        ddb.create_table(**definition(name, "id:S", "nr:N", local=local))


def test_every_broken_rule_is_told(raw):
    with invalid(
            "3 validation errors detected: Value null at 'attributeDefinitions' failed to satisfy constraint: Member "
            "must not be null; Value 'a;b' at 'tableName' failed to satisfy constraint: Member must satisfy regular "
            "expression pattern: [a-zA-Z0-9_.-]+; Value null at 'keySchema' failed to satisfy constraint: Member must "
            "not be null"):
        raw.create_table(TableName="a;b")
