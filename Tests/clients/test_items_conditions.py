"""Condition expressions: every operator and function, and how their mistakes are told."""

import pytest

from tables import invalid, item, refused, values

CONDITION = "Invalid ConditionExpression: "
ITEM = {
    "n": 5, "s": "hello", "b": b"\x01\x02", "t": True, "nil": None, "ss": {"a", "b"}, "ns": {1, 2}, "bs": {b"x"},
    "l": [1, "two", {"deep": 3}], "m": {"x": 1, "y": {"z": "deep"}}, "blank": "",
}
GIVEN = {
    "five": 5, "six": 6, "hello": "hello", "he": "he", "ell": "ell", "b": b"\x01", "x": b"x", "a": "a", "two": "two",
    "S": "S", "N": "N", "B": "B", "BOOL": "BOOL", "NULL": "NULL", "SS": "SS", "NS": "NS", "BS": "BS", "L": "L", "M": "M",
    "t": True, "nil": None, "ss": {"b", "a"}, "l": [1, "two", {"deep": 3}], "m": {"y": {"z": "deep"}, "x": 1}, "one": 1,
    "three": 3,
}


@pytest.fixture(scope="module")
def tested(ddb):
    """Whether a condition holds for an item with all types."""
    from tables import create_table
    from conftest import unique_name
    name = create_table(ddb, unique_name("conditions"), "id:S")
    ddb.put_item(TableName=name, Item=item(id="a", **ITEM))

    def holds(condition, key="a", given=None):
        used = {f":{each}" for each in (given or GIVEN)}
        wanted = {each: value for each, value in values(**(given or GIVEN)).items()
                  if each in used and (given or mentions(condition, each))}
        more = {"ExpressionAttributeValues": wanted} if wanted else {}
        try:
            ddb.delete_item(TableName=name, Key=item(id=key), ConditionExpression=condition, **more)
        except ddb.exceptions.ConditionalCheckFailedException:
            return False
        if key == "a":
            ddb.put_item(TableName=name, Item=item(id="a", **ITEM))
        return True

    return holds


def mentions(condition, reference):
    words = condition.replace("(", " ").replace(")", " ").replace(",", " ").split()
    return reference in words


@pytest.mark.parametrize("condition", [
    "n = :five", ":five = n", "n <> :six", "n < :six", "n <= :five", "n > :one", "n >= :five", "s >= :hello", "b > :b",
    "n <> :hello", "gone <> :five", "t = :t", "nil = :nil", "ss = :ss", "l = :l", "m = :m", "m.x = :one",
    "l[2].deep = :three", "n BETWEEN :five AND :six", "s BETWEEN :he AND :hello", "n IN (:one, :six, :five)",
    "attribute_exists(n)", "attribute_exists(m.y.z)", "attribute_exists(l[2].deep)", "attribute_not_exists(gone)",
    "attribute_not_exists(l[3])", "attribute_not_exists(m.x.y)", "attribute_type(n, :N)", "attribute_type(s, :S)",
    "attribute_type(b, :B)", "attribute_type(t, :BOOL)", "attribute_type(nil, :NULL)", "attribute_type(ss, :SS)",
    "attribute_type(ns, :NS)", "attribute_type(bs, :BS)", "attribute_type(l, :L)", "attribute_type(m, :M)",
    "begins_with(s, :he)", "begins_with(b, :b)", "contains(s, :ell)", "contains(ss, :a)", "contains(ns, :one)",
    "contains(bs, :x)", "contains(l, :two)", "contains(b, :b)", "size(s) = :five", "size(m) < :three",
    "size(l) = :three", "size(ss) > :one", "size(b) < :three", "NOT n = :six", "NOT (n = :six AND s = :hello)",
    "n = :five AND s = :hello", "n = :six OR s = :hello", "n = :six AND n = :six OR s = :hello",
    "(n = :five) and (NOT s = :he)", "s = :hello or n = :six and n = :six", "id = :a", "size(blank) < :one",
])
def test_conditions_that_hold(tested, condition):
    assert tested(condition)
    negated = condition if condition.startswith("NOT ") else f"NOT ({condition})"
    if negated != condition:
        assert not tested(negated)


@pytest.mark.parametrize("condition", [
    "n = :six", "n = :hello", "n < :hello", "gone = :five", "gone < :five", "NOT attribute_exists(n)",
    "attribute_exists(gone)", "attribute_type(n, :S)", "attribute_type(gone, :S)", "begins_with(s, :ell)",
    "begins_with(n, :he)", "contains(s, :a)", "contains(n, :a)", "size(n) > :one", "size(gone) > :one",
    "n BETWEEN :six AND :six", "n IN (:one, :hello)", "t = :five", "s > :hello",
])
def test_conditions_that_do_not_hold(tested, condition):
    assert not tested(condition)


def test_an_item_that_is_not_there_has_no_attributes(tested):
    assert tested("attribute_not_exists(id)", key="none")
    assert not tested("attribute_exists(id)", key="none")
    assert not tested("n = :five", key="none")


@pytest.mark.parametrize("condition, given, message", [
    ("", {}, CONDITION + "The expression can not be empty;"),
    ("n", {}, CONDITION + 'Syntax error; token: "<EOF>", near: "n"'),
    ("n = 5", {}, CONDITION + 'Syntax error; token: "5", near: "= 5"'),
    ("n == :v", {"v": 1}, CONDITION + 'Syntax error; token: "=", near: "== :v"'),
    ("(n = :v", {"v": 1}, CONDITION + 'Syntax error; token: "<EOF>", near: ":v"'),
    ("n = :v and", {"v": 1}, CONDITION + 'Syntax error; token: "<EOF>", near: "and"'),
    ("n IN ()", {}, CONDITION + 'Syntax error; token: ")", near: "()"'),
    ("((n = :v))", {"v": 1}, CONDITION + "The expression has redundant parentheses;"),
    ("nothing(n)", {}, CONDITION + "Invalid function name; function: nothing"),
    ("size(n)", {}, CONDITION + "The function is not allowed to be used this way in an expression; function: size"),
    ("attribute_exists(n) = :v", {"v": True},
     CONDITION + "The function is not allowed to be used this way in an expression; function: attribute_exists"),
    ("date = :v", {"v": 1}, CONDITION + "Attribute name is a reserved keyword; reserved keyword: date"),
    ("n = :w", {"v": 1},
     CONDITION + "An expression attribute value used in expression is not defined; attribute value: :w"),
    ("#n = :v", {"v": 1},
     CONDITION + "An expression attribute name used in the document path is not defined; attribute name: #n"),
    ("attribute_exists(n, s)", {}, CONDITION + "Incorrect number of operands for operator or function; operator or "
     "function: attribute_exists, number of operands: 2"),
    ("attribute_exists(:v)", {"v": 1},
     CONDITION + "Operator or function requires a document path; operator or function: attribute_exists"),
    ("begins_with(s, :v)", {"v": 1}, CONDITION + "Incorrect operand type for operator or function; operator or function: "
     "begins_with, operand type: N"),
    ("attribute_type(n, :v)", {"v": "NUMBER"}, CONDITION + "Invalid attribute type name found; type: NUMBER, valid types: "
     "{B,NULL,SS,BOOL,L,BS,N,NS,S,M}"),
    ("n < :v", {"v": [1]}, CONDITION + "Incorrect operand type for operator or function; operator or function: <, "
     "operand type: L"),
    ("n = n", {}, CONDITION + "The first operand must be distinct from the remaining operands for this operator or "
     "function; operator: =, first operand: [n]"),
    ("n BETWEEN :v AND :w", {"v": 2, "w": 1}, CONDITION + "The BETWEEN operator requires upper bound to be greater than "
     "or equal to lower bound; lower bound operand: AttributeValue: {N:2}, upper bound operand: AttributeValue: {N:1}"),
    ("n BETWEEN :v AND :w", {"v": 2, "w": "a"}, CONDITION + "The BETWEEN operator requires same data type for lower and "
     "upper bounds; lower bound operand: AttributeValue: {N:2}, upper bound operand: AttributeValue: {S:a}"),
    ("n = :v", {"v": 1, "unused": 2},
     "Value provided in ExpressionAttributeValues unused in expressions: keys: {:unused}"),
])
def test_what_is_no_condition_is_refused(tested, condition, given, message):
    with invalid(message):
        tested(condition, given=given)


def test_names_and_values_belong_to_expressions(raw, table):
    put = {"TableName": table(), "Item": item(id="a")}
    condition = {**put, "ConditionExpression": "attribute_not_exists(id)"}
    for parameters, message in [
        ({**put, "ExpressionAttributeNames": {"#a": "a"}},
         "ExpressionAttributeNames can only be specified when using expressions"),
        ({**put, "ExpressionAttributeValues": values(a=1)},
         "ExpressionAttributeValues can only be specified when using expressions: ConditionExpression is null"),
        ({**condition, "ExpressionAttributeNames": {}}, "ExpressionAttributeNames must not be empty"),
        ({**condition, "ExpressionAttributeValues": {}}, "ExpressionAttributeValues must not be empty"),
        ({**condition, "ExpressionAttributeNames": {"a": "a"}},
         'ExpressionAttributeNames contains invalid key: Syntax error; key: "a"'),
        ({**condition, "ExpressionAttributeValues": {"a": {"S": "a"}}},
         'ExpressionAttributeValues contains invalid key: Syntax error; key: "a"'),
        ({**condition, "ExpressionAttributeNames": {"#a": "a"}},
         "Value provided in ExpressionAttributeNames unused in expressions: keys: {#a}"),
        ({**condition, "ExpressionAttributeValues": {":a": {"N": "x"}}},
         "ExpressionAttributeValues contains invalid value: The parameter cannot be converted to a numeric value: x "
         "for key :a"),
    ]:
        with invalid(message):
            raw.put_item(**parameters)


def test_expressions_have_4_kilobytes(ddb, table):
    name = table()
    condition = "attribute_not_exists(id)"
    ddb.put_item(TableName=name, Item=item(id="a"), ConditionExpression=condition.ljust(4096))
    with invalid(CONDITION + "Expression size has exceeded the maximum allowed size; expression size: 4097"):
        ddb.put_item(TableName=name, Item=item(id="b"), ConditionExpression=condition.ljust(4097))
    with refused("ConditionalCheckFailedException", "The conditional request failed"):
        ddb.put_item(TableName=name, Item=item(id="a"), ConditionExpression=condition)
