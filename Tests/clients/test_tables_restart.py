"""What a host that was killed finds again: all that its clients had an answer for."""

import concurrent.futures
import uuid

from botocore.exceptions import BotoCoreError, ClientError

from brasa_host import wait_until
from tables import TABLE_ARN, create_table, fill, item, plain, refused, values

COUNT = {"UpdateExpression": "ADD x :one", "ExpressionAttributeValues": values(one=1)}


def restarted(host):
    """Clients of tables and streams of the host, after it was killed and started again."""
    host.kill()
    host.start()
    return host.client("dynamodb"), host.client("dynamodbstreams")


def test_tables_and_their_settings_are_there_again(new_host):
    host = new_host()
    ddb = host.client("dynamodb")
    name = create_table(
        ddb, "kept", "id:S", "nr:N", local={"byAge": ("id:S", "age:N")}, indexes={"byTown": ("town:S", ("age",))},
        StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_IMAGE"}, DeletionProtectionEnabled=True,
        Tags=[{"Key": "team", "Value": "one"}], TableClass="STANDARD_INFREQUENT_ACCESS")
    create_table(ddb, "gone", "id:S")
    ddb.delete_table(TableName="gone")
    ddb.update_time_to_live(TableName=name, TimeToLiveSpecification={"AttributeName": "until", "Enabled": True})
    fill(ddb, name, [{"id": "a", "nr": number, "age": 9 - number, "town": "Ulm"} for number in range(5)])
    before = ddb.describe_table(TableName=name)["Table"]

    ddb, _ = restarted(host)

    assert ddb.describe_table(TableName=name)["Table"] == before
    assert ddb.list_tables()["TableNames"] == ["kept"]
    assert ddb.describe_time_to_live(TableName=name)["TimeToLiveDescription"] == {
        "AttributeName": "until", "TimeToLiveStatus": "ENABLED"}
    assert ddb.list_tags_of_resource(ResourceArn=f"{TABLE_ARN}/{name}")["Tags"] == [{"Key": "team", "Value": "one"}]
    found = ddb.query(TableName=name, IndexName="byAge", KeyConditionExpression="id = :id",
                      ExpressionAttributeValues=values(id="a"))
    assert [each["nr"] for each in plain(found["Items"])] == [4, 3, 2, 1, 0]
    assert ddb.scan(TableName=name, IndexName="byTown")["Count"] == 5


def test_streams_go_on_where_they_were(new_host):
    host = new_host()
    ddb, streams = host.client("dynamodb"), host.client("dynamodbstreams")
    name = create_table(ddb, "kept", "id:S", StreamSpecification={"StreamEnabled": True, "StreamViewType": "KEYS_ONLY"})
    arn = ddb.describe_table(TableName=name)["Table"]["LatestStreamArn"]
    fill(ddb, name, [{"id": key} for key in "abc"])
    (shard,) = streams.describe_stream(StreamArn=arn)["StreamDescription"]["Shards"]
    first = streams.get_shard_iterator(StreamArn=arn, ShardId=shard["ShardId"], ShardIteratorType="TRIM_HORIZON")
    page = streams.get_records(ShardIterator=first["ShardIterator"], Limit=2)

    ddb, streams = restarted(host)
    ddb.put_item(TableName=name, Item=item(id="d"))

    again = streams.get_records(ShardIterator=first["ShardIterator"])["Records"]
    rest = streams.get_records(ShardIterator=page["NextShardIterator"])["Records"]
    assert again == page["Records"] + rest
    assert [plain(record["dynamodb"]["Keys"])["id"] for record in again] == ["a", "b", "c", "d"]
    assert streams.describe_stream(StreamArn=arn)["StreamDescription"]["Shards"] == [shard]


def test_a_token_still_counts_once(new_host):
    host = new_host()
    ddb = host.client("dynamodb")
    name = create_table(ddb, "kept", "id:S")
    token = str(uuid.uuid4())
    counting = {"TransactItems": [{"Update": {"TableName": name, "Key": item(id="a"), **COUNT}}], "ClientRequestToken": token}
    ddb.transact_write_items(**counting)

    ddb, _ = restarted(host)
    ddb.transact_write_items(**counting)

    assert plain(ddb.scan(TableName=name)["Items"]) == [{"id": "a", "x": 1}]
    counting["TransactItems"][0]["Update"]["UpdateExpression"] = "ADD y :one"
    with refused("IdempotentParameterMismatchException"):
        ddb.transact_write_items(**counting)


def test_what_was_answered_is_there_after_a_kill_under_load(new_host):
    host = new_host()
    ddb = host.client("dynamodb")
    name = create_table(ddb, "kept", "id:S")
    answered = {key: 0 for key in "abcdefgh"}

    def count(key):
        # Two items that belong together, until the host is gone.
        both = [{"Update": {"TableName": name, "Key": item(id=f"{key}-{part}"), **COUNT}} for part in (1, 2)]
        while True:
            try:
                ddb.transact_write_items(TransactItems=both)
            except (BotoCoreError, ClientError):
                return
            answered[key] += 1
            if answered["a"] == 30 and key == "a":
                host.process.kill()

    with concurrent.futures.ThreadPoolExecutor(len(answered)) as pool:
        list(pool.map(count, answered))
    ddb, _ = restarted(host)

    found = {each["id"]: int(each["x"]) for each in plain(ddb.scan(TableName=name)["Items"])}
    for key, times in answered.items():
        # One may have been done whose answer did not get through.
        assert found.get(f"{key}-1", 0) == found.get(f"{key}-2", 0)
        assert times <= found.get(f"{key}-1", 0) <= times + 1


def test_an_index_that_was_being_filled_is_filled(new_host):
    host = new_host()
    ddb = host.client("dynamodb")
    name = create_table(ddb, "kept", "id:S")
    fill(ddb, name, ({"id": f"{number:05}", "town": "Ulm"} for number in range(3_000)))
    ddb.update_table(
        TableName=name, AttributeDefinitions=[{"AttributeName": "town", "AttributeType": "S"}], GlobalSecondaryIndexUpdates=[
            {"Create": {"IndexName": "byTown", "KeySchema": [{"AttributeName": "town", "KeyType": "HASH"}],
                        "Projection": {"ProjectionType": "KEYS_ONLY"}}}])

    ddb, _ = restarted(host)

    wait_until(lambda: ddb.describe_table(TableName=name)["Table"]["GlobalSecondaryIndexes"][0]["IndexStatus"] == "ACTIVE")
    pages = ddb.get_paginator("query").paginate(
        TableName=name, IndexName="byTown", KeyConditionExpression="town = :town", ExpressionAttributeValues=values(town="Ulm"))
    assert sum(page["Count"] for page in pages) == 3_000
    (index,) = ddb.describe_table(TableName=name)["Table"]["GlobalSecondaryIndexes"]
    assert (index["ItemCount"], index["IndexSizeBytes"]) == (3_000, 3_000 * len("id00000townUlm"))
