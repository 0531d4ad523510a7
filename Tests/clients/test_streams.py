"""Streams of tables: what their records say, and how they are read."""

import concurrent.futures
import time

import pytest

from brasa_host import REGION, waited, wait_until
from tables import INVALID, TABLE_ARN, create_table, fill, invalid, item, plain, refused, values


@pytest.fixture(scope="session")
def streams(host):
    """boto3's client of DynamoDB Streams."""
    return host.client("dynamodbstreams")


@pytest.fixture
def streamed(ddb, table):
    """Creates a table with a stream, and returns its name and the stream's ARN."""

    def make(view="NEW_AND_OLD_IMAGES", *keys, **parameters):
        name = table(*keys, StreamSpecification={"StreamEnabled": True, "StreamViewType": view}, **parameters)
        return name, ddb.describe_table(TableName=name)["Table"]["LatestStreamArn"]

    return make


def shards(streams, arn):
    return streams.describe_stream(StreamArn=arn)["StreamDescription"]["Shards"]


def iterator(streams, arn, kind="TRIM_HORIZON", shard=None, **parameters):
    shard = shard or shards(streams, arn)[0]["ShardId"]
    return streams.get_shard_iterator(StreamArn=arn, ShardId=shard, ShardIteratorType=kind, **parameters)["ShardIterator"]


def records(streams, arn, **parameters):
    """All records that are there, shard by shard."""
    found = []
    for shard in shards(streams, arn):
        position = iterator(streams, arn, shard=shard["ShardId"])
        while position:
            answer = streams.get_records(ShardIterator=position, **parameters)
            found += answer["Records"]
            position = answer.get("NextShardIterator") if answer["Records"] else None
    return found


def images(record):
    """Old and new image of a record; None where it has none."""
    change = record["dynamodb"]
    return tuple(plain(change[name]) if name in change else None for name in ("OldImage", "NewImage"))


def change_all(ddb, name):
    """An insertion, a modification and a removal."""
    ddb.put_item(TableName=name, Item=item(id="a", x=1))
    ddb.update_item(TableName=name, Key=item(id="a"), UpdateExpression="SET x = :v", ExpressionAttributeValues=values(v=2))
    ddb.delete_item(TableName=name, Key=item(id="a"))


def test_every_change_leaves_a_record(ddb, streams, streamed):
    name, arn = streamed()
    before = time.time()
    change_all(ddb, name)

    found = records(streams, arn)

    assert [record["eventName"] for record in found] == ["INSERT", "MODIFY", "REMOVE"]
    assert [images(record) for record in found] == [
        (None, {"id": "a", "x": 1}), ({"id": "a", "x": 1}, {"id": "a", "x": 2}), ({"id": "a", "x": 2}, None)]
    for record in found:
        assert (record["eventSource"], record["eventVersion"], record["awsRegion"]) == ("aws:dynamodb", "1.1", REGION)
        assert "userIdentity" not in record
        change = record["dynamodb"]
        assert change["Keys"] == item(id="a")
        assert change["StreamViewType"] == "NEW_AND_OLD_IMAGES"
        assert before - 1 <= change["ApproximateCreationDateTime"].timestamp() <= time.time() + 1
    # The key, and "id", "a", "x" and a number of two bytes for each image.
    assert found[0]["dynamodb"]["SizeBytes"] == 3 + (3 + 3)
    assert found[1]["dynamodb"]["SizeBytes"] == 3 + 2 * (3 + 3)
    assert len({record["eventID"] for record in found}) == 3
    numbers = [int(record["dynamodb"]["SequenceNumber"]) for record in found]
    assert numbers == sorted(set(numbers))


@pytest.mark.parametrize("view, expected", [
    ("KEYS_ONLY", [(None, None), (None, None), (None, None)]),
    ("NEW_IMAGE", [(None, {"id": "a", "x": 1}), (None, {"id": "a", "x": 2}), (None, None)]),
    ("OLD_IMAGE", [(None, None), ({"id": "a", "x": 1}, None), ({"id": "a", "x": 2}, None)]),
])
def test_a_view_shows_what_was_asked_for(ddb, streams, streamed, view, expected):
    name, arn = streamed(view)
    change_all(ddb, name)

    found = records(streams, arn)

    assert [images(record) for record in found] == expected
    assert {record["dynamodb"]["StreamViewType"] for record in found} == {view}
    assert all(record["dynamodb"]["Keys"] == item(id="a") for record in found)


def test_what_changes_nothing_leaves_no_record(ddb, streams, streamed):
    name, arn = streamed()
    for _ in range(2):
        ddb.put_item(TableName=name, Item=item(id="a", x=1))
    ddb.update_item(TableName=name, Key=item(id="a"), UpdateExpression="SET x = :v", ExpressionAttributeValues=values(v=1))
    ddb.delete_item(TableName=name, Key=item(id="b"))
    with refused("ConditionalCheckFailedException", "The conditional request failed"):
        ddb.delete_item(TableName=name, Key=item(id="a"), ConditionExpression="x = :v", ExpressionAttributeValues=values(v=9))

    assert [record["eventName"] for record in records(streams, arn)] == ["INSERT"]


def test_batches_and_transactions_leave_records_too(ddb, streams, streamed):
    name, arn = streamed()
    fill(ddb, name, ({"id": str(number)} for number in range(30)))
    ddb.transact_write_items(TransactItems=[
        {"Delete": {"TableName": name, "Key": item(id="1")}}, {"Put": {"TableName": name, "Item": item(id="new")}},
        {"ConditionCheck": {"TableName": name, "Key": item(id="2"), "ConditionExpression": "attribute_exists(id)"}}])
    with pytest.raises(ddb.exceptions.TransactionCanceledException):
        ddb.transact_write_items(TransactItems=[
            {"Put": {"TableName": name, "Item": item(id="never")}},
            {"ConditionCheck": {"TableName": name, "Key": item(id="2"), "ConditionExpression": "attribute_not_exists(id)"}}])

    found = [(record["eventName"], plain(record["dynamodb"]["Keys"])["id"]) for record in records(streams, arn)]

    assert sorted(found) == sorted(
        [("INSERT", str(number)) for number in range(30)] + [("REMOVE", "1"), ("INSERT", "new")])


def test_records_of_a_key_are_in_the_order_of_its_changes(ddb, streams, streamed):
    name, arn = streamed("NEW_IMAGE")

    def count(key):
        for number in range(25):
            ddb.update_item(TableName=name, Key=item(id=key), UpdateExpression="SET x = :v",
                            ExpressionAttributeValues=values(v=number))

    with concurrent.futures.ThreadPoolExecutor(6) as pool:
        list(pool.map(count, "abcdef"))

    seen = {}
    for record in records(streams, arn, Limit=40):
        seen.setdefault(plain(record["dynamodb"]["Keys"])["id"], []).append(int(images(record)[1]["x"]))
    assert seen == {key: list(range(25)) for key in "abcdef"}


def test_replaying_a_stream_gives_the_table(ddb, streams, streamed):
    name, arn = streamed()

    def change(number):
        key = str(number * 7 % 10)
        if number % 5 == 4:
            ddb.delete_item(TableName=name, Key=item(id=key))
        elif number % 3 == 0:
            ddb.put_item(TableName=name, Item=item(id=key, x=number))
        else:
            ddb.update_item(TableName=name, Key=item(id=key), UpdateExpression="ADD x :v", ExpressionAttributeValues=values(v=1))

    with concurrent.futures.ThreadPoolExecutor(6) as pool:
        list(pool.map(change, range(150)))

    replayed = {}
    for record in records(streams, arn):
        old, new = images(record)
        key = plain(record["dynamodb"]["Keys"])["id"]
        assert replayed.get(key) == old
        replayed[key] = new
    items = {each["id"]: each for each in plain(ddb.scan(TableName=name)["Items"])}
    assert {key: new for key, new in replayed.items() if new} == items


# Reading

def test_a_stream_is_described(ddb, streams, streamed):
    name, arn = streamed("KEYS_ONLY", "id:S", "nr:N")

    found = streams.describe_stream(StreamArn=arn)["StreamDescription"]

    table = ddb.describe_table(TableName=name)["Table"]
    assert (found["StreamArn"], found["StreamLabel"]) == (arn, table["LatestStreamLabel"])
    assert (found["TableName"], found["StreamStatus"], found["StreamViewType"]) == (name, "ENABLED", "KEYS_ONLY")
    assert found["KeySchema"] == table["KeySchema"]
    assert abs(found["CreationRequestDateTime"].timestamp() - time.time()) < 60
    (shard,) = found["Shards"]
    assert shard["ShardId"].startswith("shardId-") and len(shard["ShardId"]) >= 28
    assert len(shard["SequenceNumberRange"]["StartingSequenceNumber"]) >= 21
    assert "EndingSequenceNumber" not in shard["SequenceNumberRange"]
    assert "LastEvaluatedShardId" not in found


def test_streams_are_listed(streams, streamed):
    made = [streamed() for _ in range(3)]
    for name, arn in made:
        (found,) = streams.list_streams(TableName=name)["Streams"]
        assert found == {"StreamArn": arn, "TableName": name, "StreamLabel": arn.rpartition("/")[2]}
    listed, start = [], {}
    while True:
        page = streams.list_streams(Limit=1, **start)
        listed += [each["StreamArn"] for each in page["Streams"]]
        if "LastEvaluatedStreamArn" not in page:
            break
        start = {"ExclusiveStartStreamArn": page["LastEvaluatedStreamArn"]}
    assert {arn for _, arn in made} <= set(listed) and len(listed) == len(set(listed))
    assert streams.list_streams(TableName="none-of-these")["Streams"] == []


def test_iterators_begin_in_four_places(ddb, streams, streamed):
    name, arn = streamed("KEYS_ONLY")
    fill(ddb, name, ({"id": f"{number}"} for number in range(5)))
    latest = iterator(streams, arn, "LATEST")
    everything = records(streams, arn)
    keys = [plain(record["dynamodb"]["Keys"])["id"] for record in everything]
    middle = everything[2]["dynamodb"]["SequenceNumber"]

    def read(position):
        return [plain(record["dynamodb"]["Keys"])["id"] for record in streams.get_records(ShardIterator=position)["Records"]]

    assert read(iterator(streams, arn, "TRIM_HORIZON")) == keys
    assert read(iterator(streams, arn, "AT_SEQUENCE_NUMBER", SequenceNumber=middle)) == keys[2:]
    assert read(iterator(streams, arn, "AFTER_SEQUENCE_NUMBER", SequenceNumber=middle)) == keys[3:]
    assert read(latest) == []
    ddb.put_item(TableName=name, Item=item(id="later"))
    assert read(latest) == ["later"]


def test_pages_of_records_follow_each_other(ddb, streams, streamed):
    name, arn = streamed("KEYS_ONLY")
    fill(ddb, name, ({"id": f"{number:03}"} for number in range(100)))

    position = iterator(streams, arn)
    pages = []
    while True:
        answer = streams.get_records(ShardIterator=position, Limit=30)
        if not answer["Records"]:
            break
        pages.append(len(answer["Records"]))
        position = answer["NextShardIterator"]

    assert pages == [30, 30, 30, 10]
    # An open shard goes on: what comes later is read from where this ended.
    ddb.put_item(TableName=name, Item=item(id="later"))
    (record,) = streams.get_records(ShardIterator=answer["NextShardIterator"])["Records"]
    assert plain(record["dynamodb"]["Keys"]) == {"id": "later"}


def test_reading_again_gives_the_same(ddb, streams, streamed):
    name, arn = streamed()
    change_all(ddb, name)
    position = iterator(streams, arn)
    assert streams.get_records(ShardIterator=position)["Records"] == streams.get_records(ShardIterator=position)["Records"]


def test_a_stream_is_switched_on_and_off(ddb, streams, table):
    name = table()
    ddb.put_item(TableName=name, Item=item(id="before"))
    on = {"StreamEnabled": True, "StreamViewType": "KEYS_ONLY"}
    with invalid(f"Table has no stream to disable: TableName: {name}"):
        ddb.update_table(TableName=name, StreamSpecification={"StreamEnabled": False})

    answer = ddb.update_table(TableName=name, StreamSpecification=on)["TableDescription"]
    waited(ddb.get_waiter("table_exists"), TableName=name)
    arn = ddb.describe_table(TableName=name)["Table"]["LatestStreamArn"]

    assert (answer["StreamSpecification"], answer["LatestStreamArn"]) == (on, arn)
    with invalid(f"Table already has an enabled stream: TableName: {name}"):
        ddb.update_table(TableName=name, StreamSpecification=on)
    ddb.put_item(TableName=name, Item=item(id="a"))
    assert [plain(record["dynamodb"]["Keys"]) for record in records(streams, arn)] == [{"id": "a"}]

    ddb.update_table(TableName=name, StreamSpecification={"StreamEnabled": False})
    waited(ddb.get_waiter("table_exists"), TableName=name)
    ddb.put_item(TableName=name, Item=item(id="b"))

    described = ddb.describe_table(TableName=name)["Table"]
    assert "StreamSpecification" not in described or not described["StreamSpecification"]["StreamEnabled"]
    wait_until(lambda: not ddb.describe_table(TableName=name)["Table"].get("StreamSpecification", {}).get("StreamEnabled"))


def test_a_new_stream_of_a_table_is_another_one(ddb, streams, streamed):
    name, arn = streamed("KEYS_ONLY")
    ddb.put_item(TableName=name, Item=item(id="old"))
    ddb.update_table(TableName=name, StreamSpecification={"StreamEnabled": False})
    waited(ddb.get_waiter("table_exists"), TableName=name)

    ddb.update_table(TableName=name, StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_IMAGE"})
    waited(ddb.get_waiter("table_exists"), TableName=name)
    ddb.put_item(TableName=name, Item=item(id="new"))

    newer = ddb.describe_table(TableName=name)["Table"]["LatestStreamArn"]
    assert newer != arn
    assert [images(record) for record in records(streams, newer)] == [(None, {"id": "new"})]


def test_a_stream_can_be_read_when_its_table_is_gone(new_host):
    host = new_host()
    ddb, streams = host.client("dynamodb"), host.client("dynamodbstreams")
    specification = {"StreamEnabled": True, "StreamViewType": "NEW_IMAGE"}
    name = create_table(ddb, "gone", "id:S", StreamSpecification=specification)
    arn = ddb.describe_table(TableName=name)["Table"]["LatestStreamArn"]
    fill(ddb, name, [{"id": "a"}, {"id": "b"}])
    ddb.delete_table(TableName=name)
    waited(ddb.get_waiter("table_not_exists"), TableName=name)

    create_table(ddb, name, "id:S", StreamSpecification=specification)
    later = ddb.describe_table(TableName=name)["Table"]["LatestStreamArn"]
    fill(ddb, name, [{"id": "c"}])

    host.kill()
    host.start()
    ddb, streams = host.client("dynamodb"), host.client("dynamodbstreams")
    listed = streams.list_streams(TableName=name)["Streams"]
    assert [each["StreamArn"] for each in listed] == [arn, later]
    found = streams.describe_stream(StreamArn=arn)["StreamDescription"]
    assert (found["StreamStatus"], found["TableName"]) == ("DISABLED", name)
    assert found["Shards"][0]["SequenceNumberRange"]["EndingSequenceNumber"]
    for each, ids, ends in ((arn, ["a", "b"], True), (later, ["c"], False)):
        shard = streams.describe_stream(StreamArn=each)["StreamDescription"]["Shards"][0]["ShardId"]
        position = streams.get_shard_iterator(StreamArn=each, ShardId=shard, ShardIteratorType="TRIM_HORIZON")
        page = streams.get_records(ShardIterator=position["ShardIterator"])
        assert [plain(record["dynamodb"]["NewImage"])["id"] for record in page["Records"]] == ids
        assert ("NextShardIterator" not in page) == ends


def test_items_that_expire_are_removed_by_the_service(ddb, streams, streamed):
    name, arn = streamed()
    ddb.update_time_to_live(TableName=name, TimeToLiveSpecification={"AttributeName": "until", "Enabled": True})
    expired = {"id": "a", "until": int(time.time()) - 60}
    fill(ddb, name, [expired, {"id": "b"}])
    wait_until(lambda: ddb.scan(TableName=name)["Count"] == 1, what="the item is still there")
    ddb.delete_item(TableName=name, Key=item(id="b"))

    by_service, by_user = [record for record in records(streams, arn) if record["eventName"] == "REMOVE"]

    assert images(by_service) == (expired, None)
    assert by_service["userIdentity"] == {"PrincipalId": "dynamodb.amazonaws.com", "Type": "Service"}
    assert "userIdentity" not in by_user


def test_what_cannot_be_read_is_refused(ddb, host, streams, streamed):
    raw = host.client("dynamodbstreams", validates=False)
    name, arn = streamed()
    change_all(ddb, name)
    (shard,) = shards(streams, arn)
    ghost = f"{TABLE_ARN}/{name}/stream/2020-01-01T00:00:00.000"
    missing = f"Requested resource not found: Stream: {ghost} not found"
    with refused("ResourceNotFoundException", missing):
        streams.describe_stream(StreamArn=ghost)
    with refused("ResourceNotFoundException", missing):
        iterator(streams, ghost, shard=shard["ShardId"])
    with refused("ResourceNotFoundException"):
        iterator(streams, arn, shard="shardId-00000000000000000000-00000000")
    with invalid("1 validation error detected: Value 'nothing' at 'streamArn' failed to satisfy constraint: Member must have "
                 "length greater than or equal to 37"):
        raw.describe_stream(StreamArn="nothing")
    with invalid("Invalid ShardIterator"):
        raw.get_records(ShardIterator="nothing")
    with refused("ValidationException"):
        raw.get_shard_iterator(StreamArn=arn, ShardId=shard["ShardId"], ShardIteratorType="AT_SEQUENCE_NUMBER")
    with refused("ValidationException"):
        raw.get_shard_iterator(StreamArn=arn, ShardId=shard["ShardId"], ShardIteratorType="NOWHERE")
    with refused("ValidationException"):
        raw.get_records(ShardIterator=iterator(streams, arn), Limit=1001)
    with invalid(INVALID + "If stream is being enabled then UpdateViewType is required"):
        ddb.update_table(TableName=name, StreamSpecification={"StreamEnabled": True})
