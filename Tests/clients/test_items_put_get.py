"""PutItem, GetItem and DeleteItem: what is stored, replaced, found and removed."""

import pytest

from tables import INVALID, fill, invalid, item, plain, refused, stored, values

MISMATCH = "The provided key element does not match the schema"
STOPPED = "The conditional request failed"


def test_an_item_comes_back_as_it_was_put(ddb, table):
    name = table("id:S", "nr:N")
    given = item(id="a", nr=1, text="Grüße, 世界 🌍", list=[1, "b", None], map={"deep": {"er": True}})

    answer = ddb.put_item(TableName=name, Item=given)

    assert set(answer) == {"ResponseMetadata"}
    found = ddb.get_item(TableName=name, Key=item(id="a", nr=1))
    assert found["Item"] == given
    assert "ConsumedCapacity" not in found


def test_an_item_that_is_not_there_is_no_error(ddb, table):
    name = table()

    assert "Item" not in ddb.get_item(TableName=name, Key=item(id="a"))
    assert set(ddb.delete_item(TableName=name, Key=item(id="a"), ReturnValues="ALL_OLD")) == {"ResponseMetadata"}


def test_a_put_replaces_the_whole_item(ddb, table):
    name = table()
    ddb.put_item(TableName=name, Item=item(id="a", x=1, y=2))

    replaced = ddb.put_item(TableName=name, Item=item(id="a", z=3), ReturnValues="ALL_OLD")

    assert replaced["Attributes"] == item(id="a", x=1, y=2)
    assert stored(ddb, name, id="a") == {"id": "a", "z": 3}


def test_a_put_of_something_new_replaces_nothing(ddb, table):
    name = table()

    assert "Attributes" not in ddb.put_item(TableName=name, Item=item(id="a"), ReturnValues="ALL_OLD")
    assert "Attributes" not in ddb.put_item(TableName=name, Item=item(id="a"), ReturnValues="NONE")


def test_keys_that_are_equal_are_one_item(ddb, table):
    name = table("id:N", "nr:B")
    for text in ("1", "1.0", "01", "10e-1", "+1"):
        ddb.put_item(TableName=name, Item={"id": {"N": text}, "nr": {"B": b"\x00"}, "text": {"S": text}})

    assert ddb.scan(TableName=name)["Items"] == [{"id": {"N": "1"}, "nr": {"B": b"\x00"}, "text": {"S": "+1"}}]


def test_a_deleted_item_is_gone(ddb, table):
    name = table("id:S", "nr:N")
    fill(ddb, name, [{"id": "a", "nr": 1, "x": 1}, {"id": "a", "nr": 2}])

    deleted = ddb.delete_item(TableName=name, Key=item(id="a", nr=1), ReturnValues="ALL_OLD")

    assert plain(deleted["Attributes"]) == {"id": "a", "nr": 1, "x": 1}
    assert plain(ddb.scan(TableName=name)["Items"]) == [{"id": "a", "nr": 2}]


def test_conditions_guard_puts_and_deletes(ddb, table):
    name = table()
    guard = {"TableName": name, "ConditionExpression": "attribute_not_exists(id)"}
    ddb.put_item(Item=item(id="a", x=1), **guard)

    with refused("ConditionalCheckFailedException", STOPPED):
        ddb.put_item(Item=item(id="a", x=2), **guard)
    with refused("ConditionalCheckFailedException", STOPPED):
        ddb.delete_item(Key=item(id="a"), **guard)
    assert stored(ddb, name, id="a") == {"id": "a", "x": 1}
    ddb.delete_item(TableName=name, Key=item(id="a"), ConditionExpression="x = :x", ExpressionAttributeValues=values(x=1))
    assert stored(ddb, name, id="a") is None


def test_an_item_that_stopped_a_write_is_shown_on_request(ddb, table):
    name = table()
    ddb.put_item(TableName=name, Item=item(id="a", x=1))
    condition = {"TableName": name, "ConditionExpression": "x > :x", "ExpressionAttributeValues": values(x=5)}
    writes = [
        (ddb.put_item, {"Item": item(id="a")}),
        (ddb.delete_item, {"Key": item(id="a")}),
        (ddb.update_item, {"Key": item(id="a"), "UpdateExpression": "REMOVE x"}),
    ]
    for write, parameters in writes:
        with refused("ConditionalCheckFailedException", STOPPED) as caught:
            write(ReturnValuesOnConditionCheckFailure="ALL_OLD", **parameters, **condition)
        assert caught.value.response["Item"] == item(id="a", x=1)
        with refused("ConditionalCheckFailedException", STOPPED) as caught:
            write(**parameters, **condition)
        assert "Item" not in caught.value.response
    with refused("ConditionalCheckFailedException", STOPPED) as caught:
        ddb.delete_item(Key=item(id="none"), ReturnValuesOnConditionCheckFailure="ALL_OLD", **condition)
    assert "Item" not in caught.value.response


def test_a_projection_picks_attributes(ddb, table):
    name = table()
    ddb.put_item(TableName=name, Item=item(id="a", x=1, list=[10, 20, {"y": 30, "z": 40}], map={"b": 1, "c": {"d": 2}}))

    def seen(expression, **names):
        more = {"ExpressionAttributeNames": {f"#{name}": value for name, value in names.items()}} if names else {}
        return plain(ddb.get_item(TableName=name, Key=item(id="a"), ProjectionExpression=expression, **more)["Item"])

    assert seen("x") == {"x": 1}
    assert seen("#l[2].y, #l[0], #m.c", l="list", m="map") == {"list": [10, {"y": 30}], "map": {"c": {"d": 2}}}
    assert seen("gone") == {}
    assert seen("#m.gone, x, #l[9]", l="list", m="map") == {"x": 1}


@pytest.mark.parametrize("given, message", [
    ({"nr": 1}, INVALID + "Missing the key id in the item"),
    ({"id": "a"}, INVALID + "Missing the key nr in the item"),
    ({"id": 1, "nr": 1}, INVALID + "Type mismatch for key id expected: S actual: N"),
    ({"id": "a", "nr": None}, INVALID + "Type mismatch for key nr expected: N actual: NULL"),
    ({"id": "", "nr": 1}, "One or more parameter values are not valid. The AttributeValue for a key attribute "
     "cannot contain an empty string value. Key: id"),
])
def test_items_need_their_keys(ddb, table, given, message):
    name = table("id:S", "nr:N")
    with invalid(message):
        ddb.put_item(TableName=name, Item=item(**given))


@pytest.mark.parametrize("key", [{}, {"id": "a"}, {"id": "a", "nr": "1"}, {"id": "a", "nr": 1, "x": 1}, {"x": 1, "y": 1}])
def test_a_key_is_the_whole_key_and_nothing_else(ddb, table, key):
    name = table("id:S", "nr:N")
    for operation in (ddb.get_item, ddb.delete_item, ddb.update_item):
        with invalid(MISMATCH):
            operation(TableName=name, Key=item(**key))


def test_a_key_is_not_empty(ddb, table):
    name = table("id:S", "nr:B")
    message = "One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an empty {} " \
        "value. Key: {}"
    for operation in (ddb.get_item, ddb.delete_item, ddb.update_item):
        with invalid(message.format("string", "id")):
            operation(TableName=name, Key=item(id="", nr=b"1"))
        with invalid(message.format("binary", "nr")):
            operation(TableName=name, Key=item(id="a", nr=b""))


def test_keys_have_a_size(ddb, table):
    name = table("id:S", "nr:S")
    longest = {"id": "ü" * 1024, "nr": "y" * 1024}
    ddb.put_item(TableName=name, Item=item(**longest))
    assert stored(ddb, name, **longest) == longest
    # The words of the service, with what is missing in them.
    partition = INVALID + "Size of hashkey has exceeded the maximum size limit of2048 bytes"
    sort = INVALID + "Aggregated size of all range keys has exceeded the size limit of 1024 bytes"
    for changes, message in [({"id": "x" * 2049}, partition), ({"nr": "y" * 1025}, sort)]:
        with invalid(message):
            ddb.put_item(TableName=name, Item=item(**{**longest, **changes}))
        with invalid(message):
            ddb.get_item(TableName=name, Key=item(**{**longest, **changes}))


def test_no_write_but_an_update_returns_what_it_wrote(ddb, raw, table):
    name = table()
    for kind in ("ALL_NEW", "UPDATED_OLD", "UPDATED_NEW"):
        with invalid("ReturnValues can only be ALL_OLD or NONE"):
            ddb.put_item(TableName=name, Item=item(id="a"), ReturnValues=kind)
        with invalid("ReturnValues can only be ALL_OLD or NONE"):
            ddb.delete_item(TableName=name, Key=item(id="a"), ReturnValues=kind)
    with invalid("1 validation error detected: Value 'SOME' at 'returnValues' failed to satisfy constraint: Member must "
                 "satisfy enum value set: [ALL_NEW, UPDATED_OLD, ALL_OLD, NONE, UPDATED_NEW]"):
        raw.put_item(TableName=name, Item=item(id="a"), ReturnValues="SOME")


def test_what_a_request_lacks_is_told(raw):
    nothing = "Value null at '{}' failed to satisfy constraint: Member must not be null"
    with invalid(f"2 validation errors detected: {nothing.format('tableName')}; {nothing.format('item')}"):
        raw.put_item()
    for operation in (raw.get_item, raw.delete_item, raw.update_item):
        with invalid(f"2 validation errors detected: {nothing.format('tableName')}; {nothing.format('key')}"):
            operation()


def test_reads_see_the_writes_before_them(ddb, table):
    name = table()
    for number in range(50):
        ddb.put_item(TableName=name, Item=item(id="a", x=number))
        assert plain(ddb.get_item(TableName=name, Key=item(id="a"), ConsistentRead=True)["Item"])["x"] == number


def test_attributes_have_names(ddb, table):
    name = table()
    with invalid("Empty attribute name"):
        ddb.put_item(TableName=name, Item={"id": {"S": "a"}, "": {"S": "x"}})
    assert ddb.scan(TableName=name)["Count"] == 0
