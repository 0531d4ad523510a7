"""UpdateItem: what each kind of action does, what is returned, and what is refused."""

import decimal

import pytest

from tables import INVALID, invalid, item, plain, refused, stored, values

EXPRESSION = "Invalid UpdateExpression: "
OPERAND = "An operand in the update expression has an incorrect data type"
PATH = "The document path provided in the update expression is invalid for update"


@pytest.fixture
def updated(ddb, table):
    """Puts an item, updates it, and returns what it is then."""
    name = table()

    def update(before, expression, names=None, **given):
        ddb.put_item(TableName=name, Item=item(id="a", **before))
        change(ddb, name, expression, names, **given)
        after = stored(ddb, name, id="a")
        assert after.pop("id") == "a"
        return after

    return update


def change(ddb, table, expression, names=None, returns="NONE", key="a", **given):
    more = {}
    if names:
        more["ExpressionAttributeNames"] = {f"#{name}": to for name, to in names.items()}
    if given:
        more["ExpressionAttributeValues"] = values(**given)
    return ddb.update_item(
        TableName=table, Key=item(id=key), UpdateExpression=expression, ReturnValues=returns, **more)


@pytest.mark.parametrize("before, expression, given, after", [
    ({}, "SET x = :v", {"v": 1}, {"x": 1}),
    ({"x": 1}, "SET x = :v, y = x", {"v": 2}, {"x": 2, "y": 1}),
    ({"x": 5}, "SET x = x + :v", {"v": 2}, {"x": 7}),
    ({"x": 5}, "SET x = x - :v", {"v": 7}, {"x": -2}),
    ({"x": 5}, "SET x = :v - x", {"v": 7}, {"x": 2}),
    ({}, "SET x = if_not_exists(x, :v) + :v", {"v": 3}, {"x": 6}),
    ({"x": 1}, "SET x = if_not_exists(x, :v) + :v", {"v": 3}, {"x": 4}),
    ({"l": [1]}, "SET l = list_append(l, :v)", {"v": [2, 3]}, {"l": [1, 2, 3]}),
    ({"l": [1]}, "SET l = list_append(:v, l)", {"v": [2]}, {"l": [2, 1]}),
    ({}, "SET l = list_append(if_not_exists(l, :none), :v)", {"v": [1], "none": []}, {"l": [1]}),
    ({"l": [1, 2, 3]}, "SET l[1] = :v", {"v": 9}, {"l": [1, 9, 3]}),
    ({"l": [1]}, "SET l[7] = :v, l[5] = :v", {"v": 9}, {"l": [1, 9, 9]}),
    ({"m": {"x": 1}}, "SET m.y = :v", {"v": 2}, {"m": {"x": 1, "y": 2}}),
    ({"m": {"l": [{"x": 1}]}}, "SET m.l[0].x = :v", {"v": 2}, {"m": {"l": [{"x": 2}]}}),
    ({"x": 1, "y": 2}, "REMOVE x", {}, {"y": 2}),
    ({"y": 2}, "REMOVE x, z", {}, {"y": 2}),
    ({"l": [1, 2, 3, 4]}, "REMOVE l[0], l[2]", {}, {"l": [2, 4]}),
    ({"m": {"x": 1, "y": 2}}, "REMOVE m.x", {}, {"m": {"y": 2}}),
    ({}, "ADD x :v", {"v": 3}, {"x": 3}),
    ({"x": 2}, "ADD x :v", {"v": -3}, {"x": -1}),
    ({"x": {1, 2}}, "ADD x :v", {"v": {2, 3}}, {"x": {1, 2, 3}}),
    ({}, "ADD x :v", {"v": {"a"}}, {"x": {"a"}}),
    ({"m": {"x": 1}}, "ADD m.x :v", {"v": 1}, {"m": {"x": 2}}),
    ({"x": {1, 2, 3}}, "DELETE x :v", {"v": {2, 9}}, {"x": {1, 3}}),
    # An empty set is no value.
    ({"x": {1}}, "DELETE x :v", {"v": {1}}, {}),
    ({"y": 1}, "DELETE x :v", {"v": {1}}, {"y": 1}),
    ({"x": 1, "y": 2, "z": {1, 2}, "n": 1}, "SET x = :v REMOVE y ADD n :v DELETE z :s", {"v": 5, "s": {1}},
     {"x": 5, "z": {2}, "n": 6}),
], ids=lambda each: each if isinstance(each, str) else "")
def test_actions_change_an_item(updated, before, expression, given, after):
    assert updated(before, expression, **given) == after


def test_all_actions_see_the_item_as_it_was(updated):
    assert updated({"x": 1, "y": 2}, "SET x = y, y = x") == {"x": 2, "y": 1}


def test_names_stand_for_attributes(updated):
    names = {"s": "size", "d": "a.b", "e": "date"}
    assert updated({"size": 1, "a.b": {"date": 2}}, "SET #s = :v REMOVE #d.#e", names, v=3) == {"size": 3, "a.b": {}}


def test_an_update_makes_the_item_that_is_not_there(ddb, table):
    name = table("id:S")
    change(ddb, name, "SET x = :v", v=1)
    ddb.update_item(TableName=name, Key=item(id="b"))

    assert plain(ddb.get_item(TableName=name, Key=item(id="a"))["Item"]) == {"id": "a", "x": 1}
    assert stored(ddb, name, id="b") == {"id": "b"}


@pytest.mark.parametrize("returns, before, after", [
    ("NONE", None, None),
    ("ALL_OLD", None, {"id": "a", "x": 1, "m": {"y": 2, "z": 3}}),
    ("UPDATED_OLD", None, {"x": 1, "m": {"y": 2}}),
    ("ALL_NEW", {"id": "a", "x": 5, "n": 1}, {"id": "a", "x": 5, "m": {"z": 3}, "n": 1}),
    ("UPDATED_NEW", {"x": 5, "n": 1}, {"x": 5, "n": 1}),
])
def test_an_update_returns_what_is_asked_for(ddb, table, returns, before, after):
    name = table()
    answer = ddb.update_item(
        TableName=name, Key=item(id="new"), UpdateExpression="SET x = :v ADD n :one REMOVE gone",
        ExpressionAttributeValues=values(v=5, one=1), ReturnValues=returns)
    expected = {**before, **({"id": "new"} if "id" in before else {})} if before else None
    assert (plain(answer["Attributes"]) if "Attributes" in answer else None) == expected

    ddb.put_item(TableName=name, Item=item(id="a", x=1, m={"y": 2, "z": 3}))
    answer = change(ddb, name, "SET x = :v REMOVE m.y ADD n :one", returns=returns, v=5, one=1)

    assert (plain(answer["Attributes"]) if "Attributes" in answer else None) == after


def test_a_condition_guards_an_update(ddb, table):
    name = table()
    ddb.put_item(TableName=name, Item=item(id="a", version=1))
    optimistic = {
        "TableName": name, "Key": item(id="a"), "UpdateExpression": "SET version = version + :one",
        "ConditionExpression": "version = :seen", "ExpressionAttributeValues": values(one=1, seen=1)}
    ddb.update_item(**optimistic)

    with refused("ConditionalCheckFailedException", "The conditional request failed"):
        ddb.update_item(**optimistic)

    assert stored(ddb, name, id="a")["version"] == 2


def test_counters_count_every_call(ddb, table):
    name = table()
    for _ in range(40):
        change(ddb, name, "ADD hits :one", one=1)
    assert stored(ddb, name, id="a")["hits"] == 40


@pytest.mark.parametrize("before, expression, given, message", [
    ({"x": "text"}, "SET x = x + :v", {"v": 1}, OPERAND),
    ({"x": 1}, "SET x = list_append(x, :v)", {"v": [1]}, OPERAND),
    ({"x": "text"}, "ADD x :v", {"v": 1}, OPERAND),
    ({"x": {1}}, "ADD x :v", {"v": {"a"}}, OPERAND),
    ({"x": 1}, "DELETE x :v", {"v": {1}}, OPERAND),
    ({}, "SET x = y", {}, "The provided expression refers to an attribute that does not exist in the item"),
    ({}, "SET x = y + :v", {"v": 1}, "The provided expression refers to an attribute that does not exist in the item"),
    ({}, "SET m.x = :v", {"v": 1}, PATH),
    ({"m": 1}, "SET m.x = :v", {"v": 1}, PATH),
    ({"m": {}}, "SET m[0] = :v", {"v": 1}, PATH),
    ({}, "REMOVE m.x", {}, PATH),
    ({}, "SET id = :v", {"v": "b"}, INVALID + "Cannot update attribute id. This attribute is part of the key"),
    ({}, "", {}, EXPRESSION + "The expression can not be empty;"),
    ({}, "SET x", {}, EXPRESSION + 'Syntax error; token: "<EOF>", near: "x"'),
    ({}, "SET x = :v + :v + :v", {"v": 1}, EXPRESSION + 'Syntax error; token: "+", near: ":v + :v"'),
    ({}, "SET x = :missing", {},
     EXPRESSION + "An expression attribute value used in expression is not defined; attribute value: :missing"),
    ({}, "SET #x = :v", {"v": 1},
     EXPRESSION + "An expression attribute name used in the document path is not defined; attribute name: #x"),
    ({}, "SET size = :v", {"v": 1}, EXPRESSION + "Attribute name is a reserved keyword; reserved keyword: size"),
    ({}, "SET x = :v SET y = :v", {"v": 1},
     EXPRESSION + 'The "SET" section can only be used once in an update expression;'),
    ({}, "SET x = :v REMOVE x", {"v": 1},
     EXPRESSION + "Two document paths overlap with each other; must remove or rewrite one of these paths; "
     "path one: [x], path two: [x]"),
    ({}, "SET x.y = :v, x[0] = :v", {"v": 1},
     EXPRESSION + "Two document paths conflict with each other; must remove or rewrite one of these paths; "
     "path one: [x, y], path two: [x, [0]]"),
    ({}, "SET x = if_not_exists(y)", {}, EXPRESSION + "Incorrect number of operands for operator or function; "
     "operator or function: if_not_exists, number of operands: 1"),
    ({}, "ADD x :v", {"v": "text"}, EXPRESSION + "Incorrect operand type for operator or function; operator: ADD, "
     "operand type: STRING"),
    ({}, "SET x = :v", {"v": 1, "w": 2}, "Value provided in ExpressionAttributeValues unused in expressions: keys: {:w}"),
], ids=lambda each: each if isinstance(each, str) and len(each) < 40 else "")
def test_what_cannot_be_done_is_refused_and_changes_nothing(ddb, table, before, expression, given, message):
    name = table()
    ddb.put_item(TableName=name, Item=item(id="a", **before))
    with invalid(message):
        change(ddb, name, expression, **given)

    assert stored(ddb, name, id="a") == {"id": "a", **before}


def test_numbers_are_added_exactly(ddb, table):
    name = table()
    ddb.put_item(TableName=name, Item={"id": {"S": "a"}, "x": {"N": "12345678901234567890123456789012345678"}})

    answer = change(ddb, name, "ADD x :v", returns="UPDATED_NEW", v=-1)

    assert answer["Attributes"]["x"] == {"N": "12345678901234567890123456789012345677"}
    change(ddb, name, "SET y = :a", a=1)
    ddb.put_item(TableName=name, Item={"id": {"S": "a"}, "x": {"N": "0.1"}})
    assert change(ddb, name, "SET x = x + :v", returns="UPDATED_NEW", v=decimal.Decimal("0.2"))[
        "Attributes"] == {"x": {"N": "0.3"}}


def test_sums_have_38_digits_too(ddb, table):
    name = table()
    ddb.put_item(TableName=name, Item={"id": {"S": "a"}, "x": {"N": "9.9999999999999999999999999999999999999E+125"}})
    with invalid("Number overflow. Attempting to store a number with magnitude larger than supported range"):
        ddb.update_item(TableName=name, Key=item(id="a"), UpdateExpression="ADD x :v",
                        ExpressionAttributeValues={":v": {"N": "1E125"}})
