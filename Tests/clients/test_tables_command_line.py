"""Tables on the AWS command line: items in, pages out, waiting, querying the output, and how errors look."""

import json
import shutil
import subprocess
import sys

import pytest

from tables import TABLE_ARN, fill


def programs():
    """The `aws` installed for tests, and the machine's own where that is version 2."""
    yield [sys.executable, "-m", "awscli"]
    installed = shutil.which("aws")
    if installed:
        version = subprocess.run([installed, "--version"], capture_output=True, text=True, timeout=60, check=False)
        if version.stdout.startswith("aws-cli/2"):
            yield [installed]


@pytest.fixture(params=list(programs()), ids=lambda program: program[-1])
def aws(request, host, run, tmp_path):
    """Runs `aws dynamodb …` and returns what it printed; the standard error of what must fail."""

    def call(*arguments, service="dynamodb", fails=False):
        ran = run([*request.param, service, *arguments], environment=host.environment(), folder=tmp_path)
        if fails:
            assert ran.returncode != 0, ran.stdout
            return ran.stderr.strip()
        assert ran.returncode == 0, ran.stderr
        return json.loads(ran.stdout) if ran.stdout.strip().startswith(("{", "[", '"')) else ran.stdout.strip()

    return call


def test_the_life_of_a_table(aws, name, tmp_path):
    made = aws("create-table", "--table-name", name, "--billing-mode", "PAY_PER_REQUEST",
               "--attribute-definitions", "AttributeName=id,AttributeType=S", "AttributeName=nr,AttributeType=N",
               "--key-schema", "AttributeName=id,KeyType=HASH", "AttributeName=nr,KeyType=RANGE",
               "--tags", "Key=team,Value=one")
    assert made["TableDescription"]["TableArn"] == f"{TABLE_ARN}/{name}"
    assert aws("wait", "table-exists", "--table-name", name) == ""
    assert aws("describe-table", "--table-name", name, "--query", "Table.TableStatus", "--output", "text") == "ACTIVE"
    assert aws("list-tags-of-resource", "--resource-arn", f"{TABLE_ARN}/{name}")["Tags"] == [{"Key": "team", "Value": "one"}]

    (tmp_path / "item.json").write_text('{"id": {"S": "a"}, "nr": {"N": "1"}, "x": {"L": [{"BOOL": true}]}}')
    assert aws("put-item", "--table-name", name, "--item", "file://item.json") == ""
    batch = {name: [{"PutRequest": {"Item": {"id": {"S": "a"}, "nr": {"N": str(number)}}}} for number in range(2, 12)]}
    assert aws("batch-write-item", "--request-items", json.dumps(batch)) == {"UnprocessedItems": {}}
    assert aws("get-item", "--table-name", name, "--key", '{"id": {"S": "a"}, "nr": {"N": "1"}}',
               "--query", "Item.x.L[0].BOOL") in (True, "true")

    assert aws("scan", "--table-name", name, "--query", "Count", "--output", "text") == "11"
    numbers = aws("scan", "--table-name", name, "--query", "sort(Items[].nr.N)", "--output", "json")
    assert numbers == sorted(str(number) for number in range(1, 12))
    found = aws("query", "--table-name", name, "--key-condition-expression", "id = :id AND nr > :nr",
                "--expression-attribute-values", '{":id": {"S": "a"}, ":nr": {"N": "9"}}', "--no-scan-index-forward")
    assert [each["nr"]["N"] for each in found["Items"]] == ["11", "10"]
    updated = aws("update-item", "--table-name", name, "--key", '{"id": {"S": "a"}, "nr": {"N": "1"}}',
                  "--update-expression", "SET #x = :x", "--expression-attribute-names", '{"#x": "x"}',
                  "--expression-attribute-values", '{":x": {"S": "Grüße"}}', "--return-values", "UPDATED_NEW")
    assert updated == {"Attributes": {"x": {"S": "Grüße"}}}

    aws("delete-table", "--table-name", name)
    assert aws("wait", "table-not-exists", "--table-name", name) == ""


def test_pages_are_put_together_and_taken_apart(aws, ddb, table):
    name = table("id:S", "nr:N")
    fill(ddb, name, ({"id": "a", "nr": number} for number in range(30)))
    condition = ["--table-name", name, "--key-condition-expression", "id = :id",
                 "--expression-attribute-values", '{":id": {"S": "a"}}']

    assert aws("query", *condition, "--page-size", "7")["Count"] == 30
    assert len(aws("scan", "--table-name", name, "--page-size", "4")["Items"]) == 30
    first = aws("query", *condition, "--max-items", "12", "--page-size", "5")
    rest = aws("query", *condition, "--starting-token", first["NextToken"])
    numbers = [int(each["nr"]["N"]) for answer in (first, rest) for each in answer["Items"]]
    assert (len(first["Items"]), numbers) == (12, list(range(30)))
    alone = aws("scan", "--table-name", name, "--no-paginate", "--limit", "3")
    assert len(alone["Items"]) == 3 and "LastEvaluatedKey" in alone


def test_what_the_life_of_a_table_leaves_out(aws, ddb, table):
    made = table("id:S")
    arn = f"{TABLE_ARN}/{made}"
    fill(ddb, made, ({"id": each, "group": "g"} for each in "abc"))
    read = aws("batch-get-item", "--request-items", json.dumps({made: {"Keys": [{"id": {"S": key}} for key in "az"]}}))
    assert read == {"Responses": {made: [{"group": {"S": "g"}, "id": {"S": "a"}}]}, "UnprocessedKeys": {}}
    removed = aws("delete-item", "--table-name", made, "--key", '{"id": {"S": "a"}}', "--return-values", "ALL_OLD")
    assert removed["Attributes"]["id"] == {"S": "a"}
    assert aws("scan", "--table-name", made, "--filter-expression", "#g = :g", "--expression-attribute-names",
               '{"#g": "group"}', "--expression-attribute-values", '{":g": {"S": "g"}}')["Count"] == 2

    changed = aws("update-table", "--table-name", made, "--deletion-protection-enabled",
                  "--query", "TableDescription.DeletionProtectionEnabled")
    assert changed in (True, "true")
    assert "protected against deletion" in aws("delete-table", "--table-name", made, fails=True)
    aws("update-table", "--table-name", made, "--no-deletion-protection-enabled")
    aws("tag-resource", "--resource-arn", arn, "--tags", "Key=team,Value=one", "Key=cost,Value=two")
    aws("untag-resource", "--resource-arn", arn, "--tag-keys", "team")
    assert aws("list-tags-of-resource", "--resource-arn", arn)["Tags"] == [{"Key": "cost", "Value": "two"}]
    assert made in aws("list-tables")["TableNames"]
    assert aws("describe-limits")["TableMaxReadCapacityUnits"] > 0
    assert aws("describe-continuous-backups", "--table-name", made)["ContinuousBackupsDescription"][
        "ContinuousBackupsStatus"] == "DISABLED"


KEY = '{"id": {"S": "a"}}'
ABSENT = "none-of-these"
ABSENT_ARN = f"{TABLE_ARN}/{ABSENT}"
ABSENT_STREAM = f"{ABSENT_ARN}/stream/2026-01-01T00:00:00.000"


@pytest.mark.parametrize("arguments, code", [
    (["create-table", "--table-name", "ab", "--attribute-definitions", "AttributeName=id,AttributeType=S",
      "--key-schema", "AttributeName=id,KeyType=HASH", "--billing-mode", "PAY_PER_REQUEST"], "ValidationException"),
    (["describe-table", "--table-name", ABSENT], "ResourceNotFoundException"),
    (["update-table", "--table-name", ABSENT, "--deletion-protection-enabled"], "ResourceNotFoundException"),
    (["delete-table", "--table-name", ABSENT], "ResourceNotFoundException"),
    (["list-tables", "--no-paginate", "--limit", "101"], "ValidationException"),
    (["put-item", "--table-name", ABSENT, "--item", KEY], "ResourceNotFoundException"),
    (["update-item", "--table-name", ABSENT, "--key", KEY], "ResourceNotFoundException"),
    (["delete-item", "--table-name", ABSENT, "--key", KEY], "ResourceNotFoundException"),
    (["query", "--table-name", ABSENT, "--key-condition-expression", "id = :id", "--expression-attribute-values",
      '{":id": {"S": "a"}}'], "ResourceNotFoundException"),
    (["scan", "--table-name", ABSENT], "ResourceNotFoundException"),
    (["batch-get-item", "--request-items", json.dumps({ABSENT: {"Keys": [{"id": {"S": "a"}}]}})],
     "ResourceNotFoundException"),
    (["batch-write-item", "--request-items", json.dumps({ABSENT: [{"DeleteRequest": {"Key": {"id": {"S": "a"}}}}]})],
     "ResourceNotFoundException"),
    (["transact-get-items", "--transact-items", json.dumps([{"Get": {"TableName": ABSENT, "Key": {"id": {"S": "a"}}}}])],
     "ResourceNotFoundException"),
    (["update-time-to-live", "--table-name", ABSENT, "--time-to-live-specification", "Enabled=true,AttributeName=until"],
     "ResourceNotFoundException"),
    (["describe-time-to-live", "--table-name", ABSENT], "ResourceNotFoundException"),
    (["tag-resource", "--resource-arn", ABSENT_ARN, "--tags", "Key=a,Value=b"], "ResourceNotFoundException"),
    (["untag-resource", "--resource-arn", ABSENT_ARN, "--tag-keys", "a"], "ResourceNotFoundException"),
    (["list-tags-of-resource", "--resource-arn", ABSENT_ARN], "ResourceNotFoundException"),
    (["describe-continuous-backups", "--table-name", ABSENT], "TableNotFoundException"),
], ids=lambda value: value[0] if isinstance(value, list) else "")
def test_each_operation_is_refused_by_name(aws, arguments, code):
    operation = "".join(word.capitalize() for word in arguments[0].split("-"))
    assert f"({code}) when calling the {operation} operation" in aws(*arguments, fails=True)


@pytest.mark.parametrize("arguments", [
    ["describe-stream", "--stream-arn", ABSENT_STREAM],
    ["get-shard-iterator", "--stream-arn", ABSENT_STREAM, "--shard-id", "shardId-00000000000000000001-abcdefgh",
     "--shard-iterator-type", "LATEST"],
    ["get-records", "--shard-iterator", f"{ABSENT_STREAM}|1|eA=="],
], ids=lambda arguments: arguments[0])
def test_streams_that_are_not_there_are_refused(aws, arguments):
    assert "(ResourceNotFoundException)" in aws(*arguments, service="dynamodbstreams", fails=True)


def test_binary_values_are_base64(aws, ddb, table):
    name = table("id:B")
    ddb.put_item(TableName=name, Item={"id": {"B": b"\x00\xff"}})
    assert aws("scan", "--table-name", name)["Items"] == [{"id": {"B": "AP8="}}]


def test_errors_name_the_operation_and_the_reason(aws, table):
    name = table()
    failed = aws("get-item", "--table-name", "none-of-these", "--key", '{"id": {"S": "a"}}', fails=True)
    assert "An error occurred (ResourceNotFoundException) when calling the GetItem operation" in failed
    assert failed.endswith("Requested resource not found")
    failed = aws("put-item", "--table-name", name, "--item", '{"nr": {"N": "1"}}', fails=True)
    assert "(ValidationException) when calling the PutItem operation" in failed
    assert failed.endswith("Missing the key id in the item")
    aws("put-item", "--table-name", name, "--item", '{"id": {"S": "a"}}')
    failed = aws("put-item", "--table-name", name, "--item", '{"id": {"S": "a"}}',
                 "--condition-expression", "attribute_not_exists(id)", fails=True)
    assert "(ConditionalCheckFailedException)" in failed and failed.endswith("The conditional request failed")


def test_transactions_are_written(aws, table):
    name = table()
    actions = [{"Put": {"TableName": name, "Item": {"id": {"S": "a"}}, "ConditionExpression": "attribute_not_exists(id)"}},
               {"Put": {"TableName": name, "Item": {"id": {"S": "b"}}}}]
    aws("transact-write-items", "--transact-items", json.dumps(actions))
    assert aws("scan", "--table-name", name, "--select", "COUNT")["Count"] == 2
    failed = aws("transact-write-items", "--transact-items", json.dumps(actions), fails=True)
    assert failed.endswith("[ConditionalCheckFailed, None]")
    read = aws("transact-get-items", "--transact-items", json.dumps(
        [{"Get": {"TableName": name, "Key": {"id": {"S": key}}}} for key in "ab"]))
    assert read["Responses"] == [{"Item": {"id": {"S": "a"}}}, {"Item": {"id": {"S": "b"}}}]


def test_time_to_live_is_switched_on(aws, table):
    name = table()
    aws("update-time-to-live", "--table-name", name, "--time-to-live-specification", "Enabled=true,AttributeName=until")
    assert aws("describe-time-to-live", "--table-name", name)["TimeToLiveDescription"] == {
        "AttributeName": "until", "TimeToLiveStatus": "ENABLED"}


def test_streams_are_read(aws, ddb, table):
    name = table(StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_IMAGE"})
    ddb.put_item(TableName=name, Item={"id": {"S": "a"}})
    arn = aws("list-streams", "--table-name", name, "--query", "Streams[0].StreamArn", "--output", "text",
              service="dynamodbstreams")
    shard = aws("describe-stream", "--stream-arn", arn, "--query", "StreamDescription.Shards[0].ShardId", "--output", "text",
                service="dynamodbstreams")
    position = aws("get-shard-iterator", "--stream-arn", arn, "--shard-id", shard, "--shard-iterator-type", "TRIM_HORIZON",
                   "--query", "ShardIterator", "--output", "text", service="dynamodbstreams")
    found = aws("get-records", "--shard-iterator", position, "--query", "Records[].dynamodb.NewImage.id.S",
                service="dynamodbstreams")
    assert found == ["a"]


def test_what_is_not_supported_says_so(aws):
    failed = aws("execute-statement", "--statement", "SELECT * FROM people", fails=True)
    assert "(UnknownOperationException)" in failed and "PartiQL: not supported" in failed
