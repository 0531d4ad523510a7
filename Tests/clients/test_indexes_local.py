"""Local secondary indexes: another order of the items of one partition."""

import pytest

from tables import fill, invalid, item, plain, values

LETTERS = [
    {"id": "a", "nr": 1, "age": 30, "town": "Ulm", "rest": "x"},
    {"id": "a", "nr": 2, "age": 10, "town": "Bonn", "rest": "y"},
    {"id": "a", "nr": 3, "town": "Köln"},
    {"id": "b", "nr": 1, "age": 20, "town": "Mainz"},
]


@pytest.fixture
def letters(ddb, table):
    name = table("id:S", "nr:N", local={"byAge": ("id:S", "age:N", ("town",)), "byTown": ("id:S", "town:S")})
    fill(ddb, name, LETTERS)
    return name


def found(ddb, table, index, condition="id = :id", given=None, **parameters):
    return ddb.query(TableName=table, IndexName=index, KeyConditionExpression=condition,
                     ExpressionAttributeValues=values(id="a", **(given or {})), **parameters)


def numbers(answer):
    return [int(each["nr"]) for each in plain(answer["Items"])]


def test_a_partition_has_another_order(ddb, letters):
    assert numbers(found(ddb, letters, "byTown")) == [2, 3, 1]
    assert numbers(found(ddb, letters, "byTown", ScanIndexForward=False)) == [1, 3, 2]
    assert numbers(found(ddb, letters, "byTown", "id = :id AND begins_with(town, :t)", {"t": "K"})) == [3]
    assert numbers(found(ddb, letters, "byAge", "id = :id AND age < :age", {"age": 20})) == [2]


def test_items_without_the_key_are_not_in_it(ddb, letters):
    assert numbers(found(ddb, letters, "byAge")) == [2, 1]
    assert ddb.scan(TableName=letters, IndexName="byAge")["Count"] == 3


def test_it_is_read_consistently(ddb, letters):
    ddb.update_item(TableName=letters, Key=item(id="a", nr=1), UpdateExpression="SET age = :age",
                    ExpressionAttributeValues=values(age=5))
    assert numbers(found(ddb, letters, "byAge", ConsistentRead=True)) == [1, 2]


def test_what_is_not_projected_is_fetched_on_request(ddb, letters):
    assert plain(found(ddb, letters, "byAge", Limit=1)["Items"]) == [{"id": "a", "nr": 2, "age": 10, "town": "Bonn"}]
    assert plain(found(ddb, letters, "byAge", Limit=1, ProjectionExpression="rest")["Items"]) == [{"rest": "y"}]
    assert plain(found(ddb, letters, "byAge", Limit=1, Select="ALL_ATTRIBUTES")["Items"]) == [LETTERS[1]]


def test_it_filters_by_what_it_has(ddb, letters):
    message = "One or more parameter values were invalid: Secondary index byAge does not project one or more filter attributes: "
    for more in ({}, {"Select": "ALL_ATTRIBUTES"}, {"ProjectionExpression": "rest"}):
        with invalid(message + "[rest]"):
            found(ddb, letters, "byAge", given={"rest": "x"}, FilterExpression="rest = :rest", **more)
    answer = found(ddb, letters, "byAge", given={"nr": 1}, FilterExpression="nr = :nr", ProjectionExpression="rest")
    assert plain(answer["Items"]) == [{"rest": "x"}]


def test_pages_have_the_keys_of_both(ddb, letters):
    page = found(ddb, letters, "byTown", Limit=2)
    assert page["LastEvaluatedKey"] == item(id="a", nr=3, town="Köln")
    assert numbers(found(ddb, letters, "byTown", ExclusiveStartKey=page["LastEvaluatedKey"])) == [1]


def test_writes_tell_the_size_of_a_collection(ddb, letters):
    answer = ddb.put_item(TableName=letters, Item=item(id="c", nr=1), ReturnItemCollectionMetrics="SIZE")
    assert answer["ItemCollectionMetrics"]["ItemCollectionKey"] == item(id="c")
    low, high = answer["ItemCollectionMetrics"]["SizeEstimateRangeGB"]
    assert 0 <= low <= high
    answer = ddb.batch_write_item(RequestItems={letters: [{"DeleteRequest": {"Key": item(id="c", nr=1)}}]},
                                  ReturnItemCollectionMetrics="SIZE")
    (metrics,) = answer["ItemCollectionMetrics"][letters]
    assert metrics["ItemCollectionKey"] == item(id="c")


def test_tables_without_local_indexes_have_no_collections(ddb, table):
    answer = ddb.put_item(TableName=table(), Item=item(id="a"), ReturnItemCollectionMetrics="SIZE")
    assert "ItemCollectionMetrics" not in answer


def test_it_cannot_be_removed(ddb, letters):
    with invalid("Cannot delete an index that is not a GlobalSecondaryIndex: byAge"):
        ddb.update_table(TableName=letters, GlobalSecondaryIndexUpdates=[{"Delete": {"IndexName": "byAge"}}])
