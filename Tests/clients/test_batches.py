"""BatchGetItem and BatchWriteItem: many items at once, and what of them is left over."""

import pytest

from tables import fill, invalid, item, plain, refused, stored

DUPLICATES = "Provided list of item keys contains duplicates"


def put(**values):
    return {"PutRequest": {"Item": item(**values)}}


def delete(**key):
    return {"DeleteRequest": {"Key": item(**key)}}


def test_a_batch_writes_to_several_tables(ddb, table):
    one, two = table("id:S"), table("id:N")
    fill(ddb, two, [{"id": 7}])

    answer = ddb.batch_write_item(RequestItems={one: [put(id="a", x=1), put(id="b")], two: [delete(id=7), put(id=8)]})

    assert answer["UnprocessedItems"] == {}
    assert stored(ddb, one, id="a") == {"id": "a", "x": 1}
    assert plain(ddb.scan(TableName=two)["Items"]) == [{"id": 8}]


def test_a_batch_reads_from_several_tables(ddb, table):
    one, two = table("id:S"), table("id:S", "nr:N")
    fill(ddb, one, [{"id": "a", "x": 1, "y": 2}, {"id": "b", "x": 3}])
    fill(ddb, two, [{"id": "a", "nr": 1}])

    answer = ddb.batch_get_item(RequestItems={
        one: {"Keys": [item(id="a"), item(id="b"), item(id="c")], "ProjectionExpression": "#x",
              "ExpressionAttributeNames": {"#x": "x"}, "ConsistentRead": True},
        two: {"Keys": [item(id="a", nr=1)]}})

    assert answer["UnprocessedKeys"] == {}
    assert sorted(each["x"] for each in plain(answer["Responses"][one])) == [1, 3]
    assert plain(answer["Responses"][two]) == [{"id": "a", "nr": 1}]


def test_a_batch_that_finds_nothing_is_no_error(ddb, table):
    name = table()
    assert ddb.batch_get_item(RequestItems={name: {"Keys": [item(id="a")]}})["Responses"] == {name: []}


def test_a_batch_writes_25_items(ddb, raw, table):
    name = table()
    ddb.batch_write_item(RequestItems={name: [put(id=str(number)) for number in range(25)]})
    assert ddb.scan(TableName=name)["Count"] == 25
    with refused("ValidationException") as caught:
        raw.batch_write_item(RequestItems={name: [put(id=str(number)) for number in range(26)]})
    assert "Member must have length less than or equal to 25" in str(caught.value)
    other = table()
    with invalid("Too many items requested for the BatchWriteItem call"):
        raw.batch_write_item(RequestItems={
            name: [put(id=str(number)) for number in range(20)], other: [put(id=str(number)) for number in range(6)]})
    assert ddb.scan(TableName=other)["Count"] == 0


def test_a_batch_reads_100_items(ddb, raw, table):
    name = table()
    fill(ddb, name, ({"id": str(number)} for number in range(101)))
    keys = [item(id=str(number)) for number in range(101)]
    assert len(ddb.batch_get_item(RequestItems={name: {"Keys": keys[:100]}})["Responses"][name]) == 100
    with refused("ValidationException") as caught:
        raw.batch_get_item(RequestItems={name: {"Keys": keys}})
    assert "at 'requestItems." in str(caught.value)
    assert "Member must have length less than or equal to 100" in str(caught.value)
    with invalid("Too many items requested for the BatchGetItem call"):
        raw.batch_get_item(RequestItems={name: {"Keys": keys[:60]}, table(): {"Keys": keys[60:]}})


def test_keys_that_do_not_fit_into_16_megabytes_are_left_over(ddb, table):
    name = table()
    for number in range(50):
        ddb.put_item(TableName=name, Item=item(id=f"{number:02}", x="x" * 390_000))
    wanted = {name: {"Keys": [item(id=f"{number:02}") for number in range(50)]}}

    found = []
    answers = 0
    while wanted:
        answer = ddb.batch_get_item(RequestItems=wanted)
        got = answer["Responses"][name]
        assert got and sum(len(each["x"]["S"]) for each in got) <= 16 * 1024 * 1024
        found += [each["id"]["S"] for each in got]
        wanted = answer["UnprocessedKeys"]
        answers += 1

    assert sorted(found) == [f"{number:02}" for number in range(50)]
    assert answers == 2


@pytest.mark.parametrize("requests, message", [
    ([put(id="a"), put(id="a")], DUPLICATES),
    ([put(id="a"), delete(id="a")], DUPLICATES),
    ([put(x="a")], "One or more parameter values were invalid: Missing the key id in the item"),
    ([put(id="a"), delete(id=1)], "The provided key element does not match the schema"),
    ([{}], "Supplied AttributeValue has more than one datatypes set, must contain exactly one of the supported datatypes"),
])
def test_a_batch_is_written_only_if_all_of_it_could_be(ddb, raw, table, requests, message):
    name = table()
    with invalid(message):
        raw.batch_write_item(RequestItems={name: requests})
    assert ddb.scan(TableName=name)["Count"] == 0


def test_what_is_no_batch_is_refused(ddb, raw, table):
    name = table()
    with invalid(DUPLICATES):
        ddb.batch_get_item(RequestItems={name: {"Keys": [item(id="a"), item(id="a")]}})
    with invalid("The provided key element does not match the schema"):
        ddb.batch_get_item(RequestItems={name: {"Keys": [item(nr="a")]}})
    for operation in (raw.batch_get_item, raw.batch_write_item):
        with invalid("1 validation error detected: Value '{}' at 'requestItems' failed to satisfy constraint: "
                     "Member must have length greater than or equal to 1"):
            operation(RequestItems={})
    for parameters, operation in [
        ({name: {"Keys": [item(id="a")]}, "none-of-these": {"Keys": [item(id="a")]}}, ddb.batch_get_item),
        ({name: [put(id="a")], "none-of-these": [put(id="a")]}, ddb.batch_write_item),
    ]:
        with refused("ResourceNotFoundException", "Requested resource not found"):
            operation(RequestItems=parameters)
    assert ddb.scan(TableName=name)["Count"] == 0
