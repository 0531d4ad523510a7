"""ConsumedCapacity: what reads and writes would cost."""

import pytest

from tables import create_table, fill, invalid, item, values


@pytest.fixture
def plain_table(ddb, table):
    return table("id:S")


@pytest.fixture
def indexed(ddb, table):
    return table("id:S", "nr:N", local={"byAge": ("id:S", "age:N")}, indexes={"byTown": ("town:S", "KEYS_ONLY")})


def sized(key, size):
    """An item of so many bytes."""
    return item(id=key, x="x" * (size - len("id") - len(key) - len("x")))


@pytest.mark.parametrize("size, units", [(100, 1), (1024, 1), (1025, 2), (10_000, 10)])
def test_writes_cost_a_unit_for_each_kilobyte(ddb, plain_table, size, units):
    put = ddb.put_item(TableName=plain_table, Item=sized("a", size), ReturnConsumedCapacity="TOTAL")
    assert put["ConsumedCapacity"] == {"TableName": plain_table, "CapacityUnits": units}
    # What is replaced or deleted counts as much as what is written.
    again = ddb.put_item(TableName=plain_table, Item=item(id="a"), ReturnConsumedCapacity="TOTAL")
    assert again["ConsumedCapacity"]["CapacityUnits"] == units
    ddb.put_item(TableName=plain_table, Item=sized("a", size))
    gone = ddb.delete_item(TableName=plain_table, Key=item(id="a"), ReturnConsumedCapacity="TOTAL")
    assert gone["ConsumedCapacity"]["CapacityUnits"] == units


@pytest.mark.parametrize("size, units", [(100, 1), (4096, 1), (4097, 2), (40_000, 10)])
def test_reads_cost_a_unit_for_each_4_kilobytes(ddb, plain_table, size, units):
    ddb.put_item(TableName=plain_table, Item=sized("a", size))
    get = {"TableName": plain_table, "Key": item(id="a"), "ReturnConsumedCapacity": "TOTAL"}

    assert ddb.get_item(**get)["ConsumedCapacity"] == {"TableName": plain_table, "CapacityUnits": units / 2}
    assert ddb.get_item(ConsistentRead=True, **get)["ConsumedCapacity"]["CapacityUnits"] == units
    transaction = ddb.transact_get_items(TransactItems=[{"Get": {"TableName": plain_table, "Key": item(id="a")}}],
                                         ReturnConsumedCapacity="TOTAL")
    (capacity,) = transaction["ConsumedCapacity"]
    assert (capacity["TableName"], capacity["CapacityUnits"]) == (plain_table, 2 * units)


def test_what_is_not_there_costs_the_least(ddb, plain_table):
    get = {"TableName": plain_table, "Key": item(id="a"), "ReturnConsumedCapacity": "TOTAL"}
    assert ddb.get_item(**get)["ConsumedCapacity"]["CapacityUnits"] == 0.5
    assert ddb.delete_item(**get)["ConsumedCapacity"]["CapacityUnits"] == 1


def test_pages_cost_what_was_read(ddb, plain_table):
    for number in range(10):
        ddb.put_item(TableName=plain_table, Item=sized(str(number), 1_000))
    # 10,000 bytes are 3 times 4 KB.
    scan = {"TableName": plain_table, "ReturnConsumedCapacity": "TOTAL"}
    assert ddb.scan(**scan)["ConsumedCapacity"]["CapacityUnits"] == 1.5
    assert ddb.scan(ConsistentRead=True, **scan)["ConsumedCapacity"]["CapacityUnits"] == 3
    filtered = ddb.scan(FilterExpression="id = :id", ExpressionAttributeValues=values(id="none"), **scan)
    assert (filtered["Count"], filtered["ConsumedCapacity"]["CapacityUnits"]) == (0, 1.5)
    found = ddb.query(KeyConditionExpression="id = :id", ExpressionAttributeValues=values(id="1"), **scan)
    assert found["ConsumedCapacity"]["CapacityUnits"] == 0.5


def test_transactions_cost_twice(ddb, plain_table):
    answer = ddb.transact_write_items(TransactItems=[
        {"Put": {"TableName": plain_table, "Item": sized("a", 1_500)}},
        {"Delete": {"TableName": plain_table, "Key": item(id="b")}},
    ], ReturnConsumedCapacity="TOTAL")
    (capacity,) = answer["ConsumedCapacity"]
    assert (capacity["TableName"], capacity["CapacityUnits"]) == (plain_table, 6)


def test_batches_tell_each_table_once(ddb, plain_table, table):
    other = create_table(ddb, f"{plain_table}-other", "id:S")
    write = ddb.batch_write_item(RequestItems={
        plain_table: [{"PutRequest": {"Item": sized(key, 2_000)}} for key in "abc"],
        other: [{"DeleteRequest": {"Key": item(id="a")}}]}, ReturnConsumedCapacity="TOTAL")
    assert {each["TableName"]: each["CapacityUnits"] for each in write["ConsumedCapacity"]} == {plain_table: 6, other: 1}
    read = ddb.batch_get_item(RequestItems={
        plain_table: {"Keys": [item(id=key) for key in "abc"], "ConsistentRead": True},
        other: {"Keys": [item(id="a")]}}, ReturnConsumedCapacity="TOTAL")
    assert {each["TableName"]: each["CapacityUnits"] for each in read["ConsumedCapacity"]} == {plain_table: 3, other: 0.5}


def test_indexes_are_told_one_by_one(ddb, indexed):
    put = ddb.put_item(TableName=indexed, Item=item(id="a", nr=1, age=5, town="Ulm"), ReturnConsumedCapacity="INDEXES")
    assert put["ConsumedCapacity"] == {
        "TableName": indexed, "CapacityUnits": 3, "Table": {"CapacityUnits": 1},
        "LocalSecondaryIndexes": {"byAge": {"CapacityUnits": 1}},
        "GlobalSecondaryIndexes": {"byTown": {"CapacityUnits": 1}}}
    # An index that does not have the item costs nothing.
    put = ddb.put_item(TableName=indexed, Item=item(id="b", nr=1), ReturnConsumedCapacity="INDEXES")
    assert put["ConsumedCapacity"] == {"TableName": indexed, "CapacityUnits": 1, "Table": {"CapacityUnits": 1}}
    # A key that changes is a removal and an addition.
    moved = ddb.update_item(TableName=indexed, Key=item(id="a", nr=1), UpdateExpression="SET town = :t",
                            ExpressionAttributeValues=values(t="Bonn"), ReturnConsumedCapacity="INDEXES")
    assert moved["ConsumedCapacity"]["GlobalSecondaryIndexes"] == {"byTown": {"CapacityUnits": 2}}
    read = ddb.query(TableName=indexed, IndexName="byTown", KeyConditionExpression="town = :t",
                     ExpressionAttributeValues=values(t="Bonn"), ReturnConsumedCapacity="INDEXES")
    assert read["ConsumedCapacity"] == {
        "TableName": indexed, "CapacityUnits": 0.5, "Table": {"CapacityUnits": 0},
        "GlobalSecondaryIndexes": {"byTown": {"CapacityUnits": 0.5}}}


def test_nothing_is_told_unasked(ddb, raw, plain_table):
    fill(ddb, plain_table, [{"id": "a"}])
    assert "ConsumedCapacity" not in ddb.scan(TableName=plain_table)
    assert "ConsumedCapacity" not in ddb.scan(TableName=plain_table, ReturnConsumedCapacity="NONE")
    assert "ConsumedCapacity" not in ddb.batch_get_item(RequestItems={plain_table: {"Keys": [item(id="a")]}})
    with invalid("1 validation error detected: Value 'ALL' at 'returnConsumedCapacity' failed to satisfy constraint: Member "
                 "must satisfy enum value set: [INDEXES, TOTAL, NONE]"):
        raw.scan(TableName=plain_table, ReturnConsumedCapacity="ALL")
