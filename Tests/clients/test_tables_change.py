"""UpdateTable and DeleteTable: capacity, protection, and the end of a table. Indexes and streams have files of their own."""

import pytest

from brasa_host import waited
from tables import INVALID, TABLE_ARN, definition, fill, invalid, item, refused

UNITS = {"ReadCapacityUnits": 5, "WriteCapacityUnits": 6}
OTHER = {"ReadCapacityUnits": 7, "WriteCapacityUnits": 8}


def changed(ddb, name, **parameters):
    """Changes a table, waits until it is active again, and returns its description."""
    answer = ddb.update_table(TableName=name, **parameters)["TableDescription"]
    assert answer["TableName"] == name and answer["TableStatus"] in ("UPDATING", "ACTIVE")
    waited(ddb.get_waiter("table_exists"), TableName=name)
    return ddb.describe_table(TableName=name)["Table"]


def test_capacity_is_changed(ddb, table):
    name = table(ProvisionedThroughput=UNITS)

    found = changed(ddb, name, ProvisionedThroughput=OTHER)["ProvisionedThroughput"]

    assert {unit: found[unit] for unit in OTHER} == OTHER


def test_a_table_becomes_provisioned_and_on_demand_again(ddb, table):
    name = table()
    found = changed(ddb, name, BillingMode="PROVISIONED", ProvisionedThroughput=UNITS)
    assert found["BillingModeSummary"]["BillingMode"] == "PROVISIONED"
    assert {unit: found["ProvisionedThroughput"][unit] for unit in UNITS} == UNITS

    found = changed(ddb, name, BillingMode="PAY_PER_REQUEST")

    assert found["BillingModeSummary"]["BillingMode"] == "PAY_PER_REQUEST"
    assert {found["ProvisionedThroughput"][unit] for unit in UNITS} == {0}


def test_capacity_has_to_change(ddb, table):
    name = table(ProvisionedThroughput=UNITS)
    with invalid("The provisioned throughput for the table will not change. The requested value equals the current value. "
                 "Current ReadCapacityUnits provisioned for the table: 5. Requested ReadCapacityUnits: 5. "
                 "Current WriteCapacityUnits provisioned for the table: 6. Requested WriteCapacityUnits: 6. "
                 "Refer to the Amazon DynamoDB Developer Guide for current limits and how to request higher limits."):
        ddb.update_table(TableName=name, ProvisionedThroughput=UNITS)


def test_on_demand_has_no_capacity(ddb, table):
    name = table()
    message = INVALID + "Neither ReadCapacityUnits nor WriteCapacityUnits can be specified when BillingMode is PAY_PER_REQUEST"
    for mode in ({}, {"BillingMode": "PAY_PER_REQUEST"}):
        with invalid(message):
            ddb.update_table(TableName=name, ProvisionedThroughput=UNITS, **mode)
    with invalid(INVALID + "ProvisionedThroughput must be specified when BillingMode is PROVISIONED"):
        ddb.update_table(TableName=name, BillingMode="PROVISIONED")


def test_indexes_of_a_table_that_becomes_provisioned_have_capacity(ddb, table):
    name = table("id:S", indexes={"byTown": ("town:S",)})
    wanted = {"TableName": name, "BillingMode": "PROVISIONED", "ProvisionedThroughput": UNITS}
    with invalid(INVALID + "ProvisionedThroughput must be specified for index: byTown"):
        ddb.update_table(**wanted)

    ddb.update_table(**wanted, GlobalSecondaryIndexUpdates=[
        {"Update": {"IndexName": "byTown", "ProvisionedThroughput": OTHER}}])

    waited(ddb.get_waiter("table_exists"), TableName=name)
    (index,) = ddb.describe_table(TableName=name)["Table"]["GlobalSecondaryIndexes"]
    assert {unit: index["ProvisionedThroughput"][unit] for unit in OTHER} == OTHER


def test_protected_tables_stay(ddb, table):
    name = table(DeletionProtectionEnabled=True)
    assert ddb.describe_table(TableName=name)["Table"]["DeletionProtectionEnabled"] is True
    with invalid("Resource cannot be deleted as it is currently protected against deletion. "
                 "Disable deletion protection first."):
        ddb.delete_table(TableName=name)

    assert changed(ddb, name, DeletionProtectionEnabled=False)["DeletionProtectionEnabled"] is False

    ddb.delete_table(TableName=name)


def test_what_changes_nothing_is_refused(ddb, table):
    name = table()
    with invalid("At least one of ProvisionedThroughput, BillingMode, UpdateStreamEnabled, GlobalSecondaryIndexUpdates, "
                 "SSESpecification, ReplicaUpdates, MultiAccountReplicaReady, ReplicaTransitRoleArn, "
                 "MultiRegionConsistency, DeletionProtectionEnabled, OnDemandThroughput, WarmThroughput or TableClass is "
                 "required"):
        ddb.update_table(TableName=name)


def test_a_table_class_is_taken_and_shown(ddb, table):
    name = table(TableClass="STANDARD_INFREQUENT_ACCESS")
    assert ddb.describe_table(TableName=name)["Table"]["TableClassSummary"]["TableClass"] == "STANDARD_INFREQUENT_ACCESS"

    assert changed(ddb, name, TableClass="STANDARD").get("TableClassSummary", {}).get("TableClass", "STANDARD") == "STANDARD"


def test_a_deleted_table_is_gone_with_its_items(ddb, table, name):
    table()
    fill(ddb, name, ({"id": str(number)} for number in range(30)))

    gone = ddb.delete_table(TableName=name)["TableDescription"]
    waited(ddb.get_waiter("table_not_exists"), TableName=name)

    assert (gone["TableName"], gone["TableStatus"]) == (name, "DELETING")
    assert name not in ddb.list_tables()["TableNames"]
    with refused("ResourceNotFoundException", f"Requested resource not found: Table: {name} not found"):
        ddb.describe_table(TableName=name)
    ddb.create_table(**definition(name, "id:S"))
    waited(ddb.get_waiter("table_exists"), TableName=name)
    assert ddb.scan(TableName=name)["Items"] == []


@pytest.mark.parametrize("operation, parameters, message", [
    ("describe_table", {}, "Requested resource not found: Table: none-of-these not found"),
    ("delete_table", {}, "Requested resource not found: Table: none-of-these not found"),
    ("update_table", {"BillingMode": "PAY_PER_REQUEST"}, "Requested resource not found: Table: none-of-these not found"),
    ("describe_time_to_live", {}, "Requested resource not found: Table: none-of-these not found"),
    ("update_time_to_live", {"TimeToLiveSpecification": {"AttributeName": "end", "Enabled": True}},
     "Requested resource not found: Table: none-of-these not found"),
    ("get_item", {"Key": item(id="a")}, "Requested resource not found"),
    ("put_item", {"Item": item(id="a")}, "Requested resource not found"),
    ("update_item", {"Key": item(id="a")}, "Requested resource not found"),
    ("delete_item", {"Key": item(id="a")}, "Requested resource not found"),
    ("scan", {}, "Requested resource not found"),
    ("query", {"KeyConditionExpression": "id = :a", "ExpressionAttributeValues": {":a": {"S": "a"}}},
     "Requested resource not found"),
], ids=lambda each: each if isinstance(each, str) and "_" in each else "")
def test_tables_that_are_not_there_are_not_found(ddb, operation, parameters, message):
    with refused("ResourceNotFoundException", message):
        getattr(ddb, operation)(TableName="none-of-these", **parameters)


def test_a_table_goes_by_its_arn_as_well(ddb, table):
    name = table()
    arn = f"{TABLE_ARN}/{name}"
    ddb.put_item(TableName=arn, Item=item(id="a", n=1))

    assert ddb.describe_table(TableName=arn)["Table"]["TableName"] == name
    assert ddb.get_item(TableName=arn, Key=item(id="a"))["Item"] == item(id="a", n=1)
    ddb.update_item(TableName=arn, Key=item(id="a"), UpdateExpression="REMOVE n")
    assert ddb.scan(TableName=arn)["Items"] == [item(id="a")]
    assert ddb.query(TableName=arn, KeyConditionExpression="id = :a",
                     ExpressionAttributeValues={":a": {"S": "a"}})["Count"] == 1
    ddb.transact_write_items(TransactItems=[{"Put": {"TableName": arn, "Item": item(id="b")}}])
    assert ddb.transact_get_items(TransactItems=[{"Get": {"TableName": arn, "Key": item(id="b")}}])["Responses"] == [
        {"Item": item(id="b")}]
    ddb.batch_write_item(RequestItems={arn: [{"DeleteRequest": {"Key": item(id="b")}}]})
    found = ddb.batch_get_item(RequestItems={arn: {"Keys": [item(id="a"), item(id="b")]}})
    # The answer has the table under the name that was asked for.
    assert found["Responses"] == {arn: [item(id="a")]}
    ddb.delete_item(TableName=arn, Key=item(id="a"))
    assert ddb.describe_time_to_live(TableName=arn)["TimeToLiveDescription"] == {"TimeToLiveStatus": "DISABLED"}
    changed_to = ddb.update_table(TableName=arn, BillingMode="PROVISIONED", ProvisionedThroughput=UNITS)
    assert changed_to["TableDescription"]["TableName"] == name
    waited(ddb.get_waiter("table_exists"), TableName=arn)
    ddb.delete_table(TableName=arn)
    waited(ddb.get_waiter("table_not_exists"), TableName=name)


def test_arns_of_tables_that_are_not_here_are_refused(ddb, table):
    name = table()
    other_region = f"arn:aws:dynamodb:eu-west-1:000000000000:table/{name}"
    with invalid(f"1 validation error detected: Invalid AWS region in '{other_region}'"):
        ddb.describe_table(TableName=other_region)
    with refused("AccessDeniedException"):
        ddb.get_item(TableName=f"arn:aws:dynamodb:us-east-1:111111111111:table/{name}", Key=item(id="a"))
    with refused("ResourceNotFoundException", "Requested resource not found: Table: none-of-these not found"):
        ddb.describe_table(TableName=f"{TABLE_ARN}/none-of-these")
    with refused("ResourceNotFoundException", "Requested resource not found"):
        ddb.get_item(TableName=f"{TABLE_ARN}/none-of-these", Key=item(id="a"))
