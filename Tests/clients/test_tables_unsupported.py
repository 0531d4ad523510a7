"""What tables do not have says so, and what SDKs and Terraform ask in passing is answered."""

import time

import boto3
import pytest

from tables import TABLE_ARN, fill, item, refused

LEGACY = "The legacy parameters {{{}}} of {} are not supported; use expression parameters (ConditionExpression, " \
    "UpdateExpression, KeyConditionExpression, FilterExpression, ProjectionExpression) instead."
TABLE_OF_NONE = f"{TABLE_ARN}/none"
VALUE = {"AttributeValueList": [{"S": "a"}], "ComparisonOperator": "EQ"}


@pytest.mark.parametrize("operation, parameters, names, title", [
    ("put_item", {"Item": item(id="a"), "Expected": {"id": {"Exists": False}}}, "Expected", "PutItem"),
    ("delete_item", {"Key": item(id="a"), "Expected": {"id": {"Exists": False}}}, "Expected", "DeleteItem"),
    ("update_item", {"Key": item(id="a"), "AttributeUpdates": {"x": {"Action": "DELETE"}}}, "AttributeUpdates", "UpdateItem"),
    ("get_item", {"Key": item(id="a"), "AttributesToGet": ["x"]}, "AttributesToGet", "GetItem"),
    ("query", {"KeyConditions": {"id": VALUE}}, "KeyConditions", "Query"),
    ("query", {"KeyConditions": {"id": VALUE}, "QueryFilter": {"x": VALUE}, "ConditionalOperator": "OR"},
     "ConditionalOperator, KeyConditions, QueryFilter", "Query"),
    ("scan", {"ScanFilter": {"x": VALUE}}, "ScanFilter", "Scan"),
])
def test_legacy_parameters_are_refused(ddb, table, operation, parameters, names, title):
    name = table()
    with refused("ValidationException", LEGACY.format(names, title)):
        getattr(ddb, operation)(TableName=name, **parameters)
    assert ddb.scan(TableName=name)["Count"] == 0


def test_legacy_parameters_do_not_mix_with_expressions(ddb, table):
    with refused("ValidationException",
                 "Can not use both expression and non-expression parameters in the same request: "
                 "Non-expression parameters: {Expected} Expression parameters: {ConditionExpression}"):
        ddb.put_item(TableName=table(), Item=item(id="a"), Expected={"id": {"Exists": False}},
                     ConditionExpression="attribute_not_exists(id)")


@pytest.mark.parametrize("operation, parameters", [
    ("execute_statement", {"Statement": "SELECT * FROM people"}),
    ("batch_execute_statement", {"Statements": [{"Statement": "SELECT * FROM people"}]}),
    ("execute_transaction", {"TransactStatements": [{"Statement": "SELECT * FROM people"}]}),
    ("create_backup", {"TableName": "none", "BackupName": "backup"}),
    ("list_backups", {}),
    ("describe_backup", {"BackupArn": TABLE_OF_NONE + "/backup/01234567890123-01234567"}),
    ("restore_table_from_backup", {"TargetTableName": "none", "BackupArn": TABLE_OF_NONE + "/backup/01234567890123-0"}),
    ("restore_table_to_point_in_time", {"SourceTableName": "none", "TargetTableName": "other"}),
    ("update_continuous_backups",
     {"TableName": "none", "PointInTimeRecoverySpecification": {"PointInTimeRecoveryEnabled": True}}),
    ("create_global_table", {"GlobalTableName": "none", "ReplicationGroup": [{"RegionName": "eu-west-1"}]}),
    ("list_global_tables", {}),
    ("describe_global_table", {"GlobalTableName": "none"}),
    ("export_table_to_point_in_time", {"TableArn": TABLE_OF_NONE, "S3Bucket": "bucket"}),
    ("list_exports", {}),
    ("import_table", {
        "S3BucketSource": {"S3Bucket": "bucket"}, "InputFormat": "CSV",
        "TableCreationParameters": {"TableName": "none", "AttributeDefinitions": [], "KeySchema": [
            {"AttributeName": "id", "KeyType": "HASH"}]}}),
    ("list_imports", {}),
    ("enable_kinesis_streaming_destination",
     {"TableName": "none", "StreamArn": "arn:aws:kinesis:us-east-1:000000000000:stream/one"}),
    ("update_contributor_insights", {"TableName": "none", "ContributorInsightsAction": "ENABLE"}),
    ("search_vectors", None), ("start_bulk_put_items", None), ("list_bulk_operations", None),
    ("put_resource_policy", {"ResourceArn": TABLE_OF_NONE, "Policy": "{}"}),
], ids=lambda each: each if isinstance(each, str) else "")
def test_what_is_not_supported_says_so(ddb, raw, operation, parameters):
    # None: what boto3 has only since lately, and with what parameters does not matter.
    if not hasattr(ddb, operation):
        pytest.skip(f"this boto3 has no {operation}")
    with refused("UnknownOperationException") as caught:
        getattr(ddb if parameters is not None else raw, operation)(**(parameters or {}))
    message = caught.value.response["Error"]["Message"]
    assert "not supported" in message and caught.value.operation_name in message


def test_limits_are_told(ddb):
    found = ddb.describe_limits()
    for unit in ("AccountMaxReadCapacityUnits", "AccountMaxWriteCapacityUnits", "TableMaxReadCapacityUnits",
                 "TableMaxWriteCapacityUnits"):
        assert found[unit] > 0


def test_clients_that_look_for_endpoints_stay_where_they_are(host, ddb):
    (endpoint,) = ddb.describe_endpoints()["Endpoints"]
    assert endpoint["CachePeriodInMinutes"] > 0 and endpoint["Address"] == f"127.0.0.1:{host.control_port}"
    other = boto3.client("dynamodb", **{**host.access, "endpoint_url": f"http://localhost:{host.control_port}"})
    assert other.describe_endpoints()["Endpoints"][0]["Address"] == f"localhost:{host.control_port}"


def test_tables_have_no_continuous_backups(ddb, table):
    found = ddb.describe_continuous_backups(TableName=table())["ContinuousBackupsDescription"]
    assert found["PointInTimeRecoveryDescription"]["PointInTimeRecoveryStatus"] == "DISABLED"
    with refused("TableNotFoundException", "Table not found: none-of-these"):
        ddb.describe_continuous_backups(TableName="none-of-these")


def test_what_terraform_asks_of_a_table_is_answered(ddb, table):
    # Create with everything a plan may have, wait, then read back each part.
    name = table("id:S", Tags=[{"Key": "managed", "Value": "terraform"}], TableClass="STANDARD",
                 SSESpecification={"Enabled": False}, DeletionProtectionEnabled=False)
    found = ddb.describe_table(TableName=name)["Table"]
    assert found["TableStatus"] == "ACTIVE"
    assert ddb.list_tags_of_resource(ResourceArn=found["TableArn"])["Tags"] == [{"Key": "managed", "Value": "terraform"}]
    assert ddb.describe_time_to_live(TableName=name)["TimeToLiveDescription"]["TimeToLiveStatus"] == "DISABLED"
    assert ddb.describe_continuous_backups(TableName=name)
    fill(ddb, name, [{"id": "a", "until": int(time.time())}])
    ddb.delete_table(TableName=name)
