"""Global secondary indexes: what they show, and that they come and go on a table that is in use."""

import concurrent.futures

import pytest

from brasa_host import wait_until
from tables import (
    INVALID, attributes, create_table, definition, fill, index_definition, invalid, item, plain, refused, values)
from conftest import unique_name

PEOPLE = [
    {"id": "1", "town": "Ulm", "age": 30, "mail": "a@x", "text": "one"},
    {"id": "2", "town": "Ulm", "age": 20, "mail": "b@x"},
    {"id": "3", "town": "Ulm", "age": 40},
    {"id": "4", "town": "Bonn", "age": 25, "text": "four"},
    {"id": "5", "town": "Bonn"},
    {"id": "6"},
]


def in_town(ddb, table, town, index="byTown", **parameters):
    condition = {"KeyConditionExpression": "town = :town", "ExpressionAttributeValues": values(town=town)}
    return ddb.query(TableName=table, IndexName=index, **{**condition, **parameters})


def counts(ddb, table):
    """Items and bytes of each index."""
    found = ddb.describe_table(TableName=table)["Table"]["GlobalSecondaryIndexes"]
    return {index["IndexName"]: (index["ItemCount"], index["IndexSizeBytes"]) for index in found}


def ids(answer):
    return [each["id"] for each in plain(answer["Items"])]


@pytest.fixture
def people(ddb, table):
    name = table("id:S", indexes={
        "byTown": ("town:S", "age:N"), "byMail": ("mail:S", "KEYS_ONLY"), "byAge": ("age:N", ("town",))})
    fill(ddb, name, PEOPLE)
    return name


def test_items_are_found_by_other_keys(ddb, people):
    answer = in_town(ddb, people, "Ulm")
    assert plain(answer["Items"]) == [PEOPLE[1], PEOPLE[0], PEOPLE[2]]
    assert ids(in_town(ddb, people, "Ulm", ScanIndexForward=False)) == ["3", "1", "2"]
    found = in_town(ddb, people, "Ulm", KeyConditionExpression="town = :town AND age > :age",
                    ExpressionAttributeValues=values(town="Ulm", age=25))
    assert ids(found) == ["1", "3"]
    assert ids(in_town(ddb, people, "nowhere")) == []


def test_an_index_has_the_items_that_have_its_keys(ddb, people):
    assert ids(in_town(ddb, people, "Bonn")) == ["4"]
    assert sorted(ids(ddb.scan(TableName=people, IndexName="byTown"))) == ["1", "2", "3", "4"]
    assert sorted(ids(ddb.scan(TableName=people, IndexName="byMail"))) == ["1", "2"]


def test_an_index_answers_with_and_filters_by_what_it_has(ddb, people):
    given = {"TableName": people, "IndexName": "byAge"}
    with invalid(INVALID + "Global secondary index byAge does not project [mail, text]"):
        ddb.scan(**given, ProjectionExpression="id, #text, mail, town", ExpressionAttributeNames={"#text": "text"})
    with invalid(INVALID + "Secondary index byAge does not project one or more filter attributes: [mail]"):
        ddb.query(**given, KeyConditionExpression="age = :age", FilterExpression="mail = :mail",
                  ExpressionAttributeValues=values(age=30, mail="a@x"))
    found = ddb.scan(**given, ProjectionExpression="town", FilterExpression="town = :town",
                     ExpressionAttributeValues=values(town="Bonn"))
    assert plain(found["Items"]) == [{"town": "Bonn"}]


def test_the_items_of_an_index_are_counted(ddb, table):
    name = table("id:S", indexes={"byTown": ("town:S", "KEYS_ONLY"), "byMail": ("mail:S",)})
    assert counts(ddb, name) == {"byTown": (0, 0), "byMail": (0, 0)}
    fill(ddb, name, [{"id": "1", "town": "Ulm", "text": "x" * 100}, {"id": "2", "town": "Bonn", "mail": "b@x"}, {"id": "3"}])
    assert counts(ddb, name) == {"byTown": (2, 3 + 7 + 3 + 8), "byMail": (1, 3 + 8 + 7)}
    ddb.update_item(TableName=name, Key=item(id="2"), UpdateExpression="SET town = :t, more = :t",
                    ExpressionAttributeValues=values(t="Ulm"))
    assert counts(ddb, name) == {"byTown": (2, 2 * 10), "byMail": (1, 3 + 7 + 7 + 7)}
    ddb.transact_write_items(TransactItems=[
        {"Delete": {"TableName": name, "Key": item(id="1")}},
        {"Put": {"TableName": name, "Item": item(id="3", mail="c@x")}}])
    assert counts(ddb, name) == {"byTown": (1, 10), "byMail": (2, 24 + 10)}
    ddb.update_table(TableName=name, GlobalSecondaryIndexUpdates=[{"Delete": {"IndexName": "byMail"}}])
    assert counts(ddb, name) == {"byTown": (1, 10)}


def test_an_index_shows_what_is_projected_into_it(ddb, people):
    by_mail = ddb.query(TableName=people, IndexName="byMail", KeyConditionExpression="mail = :mail",
                        ExpressionAttributeValues=values(mail="a@x"))
    assert plain(by_mail["Items"]) == [{"id": "1", "mail": "a@x"}]
    by_age = ddb.query(TableName=people, IndexName="byAge", KeyConditionExpression="age = :age",
                       ExpressionAttributeValues=values(age=30))
    assert plain(by_age["Items"]) == [{"id": "1", "age": 30, "town": "Ulm"}]


def test_an_index_follows_its_table(ddb, people):
    ddb.update_item(TableName=people, Key=item(id="1"), UpdateExpression="SET town = :town",
                    ExpressionAttributeValues=values(town="Bonn"))
    assert ids(in_town(ddb, people, "Ulm")) == ["2", "3"]
    assert ids(in_town(ddb, people, "Bonn")) == ["4", "1"]
    ddb.update_item(TableName=people, Key=item(id="4"), UpdateExpression="REMOVE age")
    assert ids(in_town(ddb, people, "Bonn")) == ["1"]
    ddb.delete_item(TableName=people, Key=item(id="2"))
    ddb.put_item(TableName=people, Item=item(id="3", town="Ulm", age=1, text="new"))
    assert plain(in_town(ddb, people, "Ulm")["Items"]) == [{"id": "3", "town": "Ulm", "age": 1, "text": "new"}]


def test_items_may_share_a_key_of_an_index(ddb, people):
    fill(ddb, people, ({"id": f"same-{number:02}", "town": "Köln", "age": 50} for number in range(30)))
    pages = ddb.get_paginator("query").paginate(
        TableName=people, IndexName="byTown", KeyConditionExpression="town = :town AND age = :age",
        ExpressionAttributeValues=values(town="Köln", age=50), PaginationConfig={"PageSize": 7})
    found = [each["id"] for page in pages for each in plain(page["Items"])]
    assert sorted(found) == [f"same-{number:02}" for number in range(30)]


def test_pages_of_an_index_have_the_keys_of_both(ddb, people):
    page = in_town(ddb, people, "Ulm", Limit=1)
    assert page["LastEvaluatedKey"] == item(town="Ulm", age=20, id="2")
    assert ids(in_town(ddb, people, "Ulm", ExclusiveStartKey=page["LastEvaluatedKey"])) == ["1", "3"]
    with invalid("The provided starting key is invalid"):
        in_town(ddb, people, "Ulm", ExclusiveStartKey=item(id="2"))


def test_an_index_is_read_eventually_and_as_far_as_it_goes(ddb, people):
    with invalid("Consistent reads are not supported on global secondary indexes"):
        in_town(ddb, people, "Ulm", ConsistentRead=True)
    with invalid("Consistent reads are not supported on global secondary indexes"):
        ddb.scan(TableName=people, IndexName="byTown", ConsistentRead=True)
    with invalid(INVALID + "Select type ALL_ATTRIBUTES is not supported for global secondary index byMail because its "
                 "projection type is not ALL"):
        ddb.scan(TableName=people, IndexName="byMail", Select="ALL_ATTRIBUTES")
    assert ddb.scan(TableName=people, IndexName="byTown", Select="ALL_ATTRIBUTES")["Count"] == 4
    projected = ddb.scan(TableName=people, IndexName="byMail", Select="ALL_PROJECTED_ATTRIBUTES", Limit=1)
    assert set(projected["Items"][0]) == {"id", "mail"}


def test_index_keys_have_their_type(ddb, people):
    with invalid(INVALID + "Type mismatch for Index Key mail Expected: S Actual: N IndexName: byMail"):
        ddb.put_item(TableName=people, Item=item(id="9", mail=1))
    with invalid(INVALID + "Type mismatch for Index Key mail Expected: S Actual: N IndexName: byMail"):
        ddb.update_item(TableName=people, Key=item(id="1"), UpdateExpression="SET mail = :mail",
                        ExpressionAttributeValues=values(mail=1))
    with invalid("One or more parameter values are not valid. A value specified for a secondary index key is not supported. "
                 "The AttributeValue for a key attribute cannot contain an empty string value. IndexName: byMail, "
                 "IndexKey: mail"):
        ddb.put_item(TableName=people, Item=item(id="9", mail=""))


# On a live table

def index_change(**change):
    return {"GlobalSecondaryIndexUpdates": [change]}


def add_index(ddb, table, name, *keys, projection="ALL"):
    types = dict(key.split(":") for key in keys)
    return ddb.update_table(
        TableName=table, AttributeDefinitions=attributes(types),
        **index_change(Create=index_definition(name, keys, projection)))["TableDescription"]


def index(ddb, table, name):
    found = ddb.describe_table(TableName=table)["Table"].get("GlobalSecondaryIndexes", [])
    return next((each for each in found if each["IndexName"] == name), None)


def wait_for_index(ddb, table, name):
    wait_until(lambda: (index(ddb, table, name) or {}).get("IndexStatus") == "ACTIVE", what=f"{name} is not active")


def test_an_index_added_to_a_table_finds_what_is_there_already(ddb, table):
    name = table("id:S")
    fill(ddb, name, ({"id": f"{number:04}", "town": f"t{number % 10}"} for number in range(1_000)))

    answer = add_index(ddb, name, "byTown", "town:S", projection="KEYS_ONLY")

    (made,) = answer["GlobalSecondaryIndexes"]
    assert made["IndexName"] == "byTown" and made["IndexStatus"] in ("CREATING", "ACTIVE")
    wait_for_index(ddb, name, "byTown")
    assert sorted(each["AttributeName"] for each in ddb.describe_table(TableName=name)["Table"]["AttributeDefinitions"]) == [
        "id", "town"]
    found = in_town(ddb, name, "t3")
    assert sorted(ids(found)) == [f"{number:04}" for number in range(3, 1_000, 10)]
    ddb.put_item(TableName=name, Item=item(id="new", town="t3"))
    assert in_town(ddb, name, "t3")["Count"] == 101


def test_an_index_is_filled_while_its_table_is_written_to(ddb, table):
    name = table("id:S")
    fill(ddb, name, ({"id": f"old-{number}", "town": "Ulm"} for number in range(500)))
    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        writes = [pool.submit(ddb.put_item, TableName=name, Item=item(id=f"new-{number}", town="Ulm"))
                  for number in range(200)]
        moves = [pool.submit(ddb.update_item, TableName=name, Key=item(id=f"old-{number}"),
                             UpdateExpression="SET town = :town", ExpressionAttributeValues=values(town="Bonn"))
                 for number in range(100)]
        add_index(ddb, name, "byTown", "town:S")
        for each in [*writes, *moves]:
            each.result()
    wait_for_index(ddb, name, "byTown")

    assert sorted(ids(in_town(ddb, name, "Bonn"))) == sorted(f"old-{number}" for number in range(100))
    assert in_town(ddb, name, "Ulm")["Count"] == 600


def test_items_that_do_not_fit_a_new_index_are_left_out(ddb, table):
    name = table("id:S")
    fill(ddb, name, [{"id": "a", "town": 5}, {"id": "b", "town": "Ulm"}, {"id": "c"}])

    add_index(ddb, name, "byTown", "town:S")
    wait_for_index(ddb, name, "byTown")

    assert ids(ddb.scan(TableName=name, IndexName="byTown")) == ["b"]


def test_a_removed_index_is_gone(ddb, people):
    ddb.update_table(TableName=people, **index_change(Delete={"IndexName": "byTown"}))
    wait_until(lambda: index(ddb, people, "byTown") is None, what="the index stays")

    with invalid("The table does not have the specified index: byTown"):
        in_town(ddb, people, "Ulm")
    assert ddb.scan(TableName=people, IndexName="byMail")["Count"] == 2
    ddb.put_item(TableName=people, Item=item(id="9", town=5))
    add_index(ddb, people, "byTown", "town:S", "age:N")
    wait_for_index(ddb, people, "byTown")
    assert ids(in_town(ddb, people, "Ulm")) == ["2", "1", "3"]


def test_capacity_of_an_index_is_changed(ddb, table, name):
    units = {"ReadCapacityUnits": 1, "WriteCapacityUnits": 1}
    wanted = definition(name, "id:S", indexes={"byTown": ("town:S",)}, ProvisionedThroughput=units)
    wanted["GlobalSecondaryIndexes"][0]["ProvisionedThroughput"] = units
    ddb.create_table(**wanted)
    wait_for_index(ddb, name, "byTown")
    more = {"ReadCapacityUnits": 3, "WriteCapacityUnits": 4}

    ddb.update_table(TableName=name, **index_change(Update={"IndexName": "byTown", "ProvisionedThroughput": more}))

    wait_for_index(ddb, name, "byTown")
    found = index(ddb, name, "byTown")["ProvisionedThroughput"]
    assert {unit: found[unit] for unit in more} == more


def test_changes_of_indexes_that_cannot_be_are_refused(ddb, raw, people):
    with invalid("Attempting to create an index which already exists"):
        add_index(ddb, people, "byTown", "town:S")
    with refused("ResourceNotFoundException", f"Requested resource not found: Index nothing for table {people}"):
        ddb.update_table(TableName=people, **index_change(Delete={"IndexName": "nothing"}))
    with invalid(INVALID + "One of GlobalSecondaryIndexUpdate.Update, GlobalSecondaryIndexUpdate.Create, "
                 "GlobalSecondaryIndexUpdate.Delete must not be null"):
        raw.update_table(TableName=people, GlobalSecondaryIndexUpdates=[{}])
    with invalid(INVALID + "Only one global secondary index update per index is allowed simultaneously. Index: byTown"):
        raw.update_table(TableName=people, GlobalSecondaryIndexUpdates=[{"Delete": {"IndexName": "byTown"}}] * 2)
    with refused("LimitExceededException", "Subscriber limit exceeded: Only 1 online index can be created or deleted "
                 "simultaneously per table"):
        raw.update_table(TableName=people, GlobalSecondaryIndexUpdates=[
            {"Delete": {"IndexName": "byTown"}}, {"Delete": {"IndexName": "byMail"}}])
    assert len(ddb.describe_table(TableName=people)["Table"]["GlobalSecondaryIndexes"]) == 3


def test_a_table_has_20_global_indexes(ddb, name):
    indexes = {f"by{number:03}": (f"a{number}:S",) for number in range(20)}
    create_table(ddb, name, "id:S", indexes=indexes)
    ddb.put_item(TableName=name, Item=item(id="1", **{f"a{number}": "x" for number in range(20)}))
    assert all(ddb.scan(TableName=name, IndexName=each)["Count"] == 1 for each in indexes)
    with refused("LimitExceededException"):
        add_index(ddb, name, "one-more", "more:S")
