"""Query: key conditions, filters, projections, and the order of what is found."""

import decimal

import pytest

from tables import INVALID, create_table, fill, invalid, item, plain, refused, values
from conftest import unique_name

KEY = "Invalid KeyConditionExpression: "


def found(ddb, table, condition, names=None, given=None, **parameters):
    """What a query answers."""
    more = {"ExpressionAttributeNames": names} if names else {}
    return ddb.query(TableName=table, KeyConditionExpression=condition, ExpressionAttributeValues=values(**given), **more,
                     **parameters)


def numbers(answer):
    return [int(each["nr"]) for each in plain(answer["Items"])]


@pytest.fixture(scope="module")
def people(ddb):
    """A table with the items a/0 … a/9 and b/5, whose attribute `odd` says whether `nr` is."""
    name = create_table(ddb, unique_name("people"), "id:S", "nr:N")
    fill(ddb, name, ({"id": "a", "nr": number, "odd": number % 2 == 1, "text": f"t{number}"} for number in range(10)))
    fill(ddb, name, [{"id": "b", "nr": 5}])
    return name


@pytest.mark.parametrize("condition, given, expected", [
    ("id = :id", {}, list(range(10))),
    (":id = id", {}, list(range(10))),
    ("id = :id AND nr = :v", {"v": 4}, [4]),
    ("id = :id AND nr < :v", {"v": 3}, [0, 1, 2]),
    ("id = :id AND nr <= :v", {"v": 3}, [0, 1, 2, 3]),
    ("id = :id AND nr > :v", {"v": 7}, [8, 9]),
    ("id = :id AND nr >= :v", {"v": 7}, [7, 8, 9]),
    ("id = :id AND nr BETWEEN :v AND :w", {"v": 2, "w": 4}, [2, 3, 4]),
    ("nr > :v AND id = :id", {"v": 8}, [9]),
    ("(id = :id) AND (nr > :v)", {"v": 8}, [9]),
    ("id = :id AND :v < nr", {"v": 8}, [9]),
    ("id = :id AND nr = :v", {"v": 99}, []),
    ("id = :id AND nr > :v", {"v": decimal.Decimal("7.5")}, [8, 9]),
])
def test_conditions_of_keys_find_ranges(ddb, people, condition, given, expected):
    answer = found(ddb, people, condition, given={"id": "a", **given})

    assert numbers(answer) == expected
    assert (answer["Count"], answer["ScannedCount"]) == (len(expected), len(expected))
    assert "LastEvaluatedKey" not in answer


def test_ranges_are_read_backward(ddb, people):
    assert numbers(found(ddb, people, "id = :id", given={"id": "a"}, ScanIndexForward=False)) == list(range(9, -1, -1))
    assert numbers(found(ddb, people, "id = :id AND nr < :v", given={"id": "a", "v": 3}, ScanIndexForward=False,
                         Limit=2)) == [2, 1]


def test_names_stand_for_keys(ddb, people):
    assert numbers(found(ddb, people, "#id = :id AND #nr < :v", {"#id": "id", "#nr": "nr"}, {"id": "a", "v": 1})) == [0]


def test_strings_sort_by_their_bytes(ddb, table):
    name = table("id:S", "nr:S")
    texts = ["", "A", "B", "Z", "a", "aa", "ab", "b", "ä", "世", "🌍"]
    fill(ddb, name, ({"id": "a", "nr": text} for text in reversed(texts) if text))

    ordered = [each["nr"] for each in plain(found(ddb, name, "id = :id", given={"id": "a"})["Items"])]

    assert ordered == sorted((text for text in texts if text), key=lambda text: text.encode())
    begins = found(ddb, name, "id = :id AND begins_with(nr, :v)", given={"id": "a", "v": "a"})
    assert [each["nr"] for each in plain(begins["Items"])] == ["a", "aa", "ab"]


def test_numbers_sort_by_their_value(ddb, table):
    name = table("id:S", "nr:N")
    texts = ["-1E125", "-100", "-99.5", "-1", "-0.5", "-1E-130", "0", "1E-130", "0.25", "0.3", "1", "9", "10", "10.5", "99",
             "100", "12345678901234567890123456789012345678", "1E125"]
    for text in sorted(texts):
        ddb.put_item(TableName=name, Item={"id": {"S": "a"}, "nr": {"N": text}})

    ordered = found(ddb, name, "id = :id", given={"id": "a"})["Items"]

    assert [decimal.Decimal(each["nr"]["N"]) for each in ordered] == [decimal.Decimal(text) for text in texts]


def test_bytes_sort_unsigned(ddb, table):
    name = table("id:B", "nr:B")
    keys = [b"\x00", b"\x00\x00", b"\x01", b"\x01\xff", b"\x7f", b"\x80", b"\xff", b"\xff\x00"]
    for key in reversed(keys):
        ddb.put_item(TableName=name, Item={"id": {"B": b"\x00p"}, "nr": {"B": key}})

    answer = found(ddb, name, "id = :id", given={"id": b"\x00p"})
    begins = found(ddb, name, "id = :id AND begins_with(nr, :v)", given={"id": b"\x00p", "v": b"\xff"})

    assert [each["nr"]["B"] for each in answer["Items"]] == keys
    assert [each["nr"]["B"] for each in begins["Items"]] == [b"\xff", b"\xff\x00"]


def test_a_filter_takes_items_away_after_they_were_read(ddb, people):
    answer = found(ddb, people, "id = :id", given={"id": "a", "odd": True}, FilterExpression="odd = :odd")
    assert numbers(answer) == [1, 3, 5, 7, 9]
    assert (answer["Count"], answer["ScannedCount"]) == (5, 10)

    page = found(ddb, people, "id = :id", given={"id": "a", "odd": True}, FilterExpression="odd = :odd", Limit=3)

    # A page counts what is read, not what is left.
    assert (numbers(page), page["ScannedCount"]) == ([1], 3)
    assert page["LastEvaluatedKey"] == item(id="a", nr=2)


def test_a_projection_picks_attributes(ddb, people):
    answer = found(ddb, people, "id = :id AND nr = :v", given={"id": "a", "v": 1}, ProjectionExpression="odd, gone")
    assert plain(answer["Items"]) == [{"odd": True}]
    answer = found(ddb, people, "id = :id AND nr = :v", given={"id": "a", "v": 1}, ProjectionExpression="odd",
                   Select="SPECIFIC_ATTRIBUTES")
    assert plain(answer["Items"]) == [{"odd": True}]


def test_counting_answers_without_items(ddb, people):
    answer = found(ddb, people, "id = :id", given={"id": "a", "odd": True}, FilterExpression="odd = :odd", Select="COUNT")
    assert (answer["Count"], answer["ScannedCount"]) == (5, 10)
    assert "Items" not in answer


@pytest.mark.parametrize("condition, given, parameters, message", [
    ("zz = :v", {"v": "a"}, {}, "Query condition missed key schema element: id"),
    ("id = :v AND zz = :v", {"v": "a"}, {}, "Query condition missed key schema element: nr"),
    ("id > :v", {"v": "a"}, {}, "Query key condition not supported"),
    ("id = :v", {"v": 1}, {}, INVALID + "Condition parameter type does not match schema type"),
    ("id = :v AND nr > :v", {"v": "a"}, {}, INVALID + "Condition parameter type does not match schema type"),
    ("id = :v OR nr = :v", {"v": "a"}, {}, "Invalid operator used in KeyConditionExpression: OR"),
    ("NOT id = :v", {"v": "a"}, {}, "Invalid operator used in KeyConditionExpression: NOT"),
    ("id <> :v", {"v": "a"}, {}, "Invalid operator used in KeyConditionExpression: <>"),
    ("id IN (:v)", {"v": "a"}, {}, "Invalid operator used in KeyConditionExpression: IN"),
    ("attribute_exists(id) AND id = :v", {"v": "a"}, {},
     "Invalid operator used in KeyConditionExpression: attribute_exists"),
    ("contains(id, :v)", {"v": "a"}, {}, "Invalid operator used in KeyConditionExpression: contains"),
    ("id = :v AND id = :v", {"v": "a"}, {}, "KeyConditionExpressions must only contain one condition per key"),
    ("id.x = :v", {"v": "a"}, {}, "KeyConditionExpressions cannot have conditions on nested attributes"),
    ("size(id) = :v", {"v": 1}, {}, "KeyConditionExpressions cannot contain nested operations"),
    ("", {"v": 1}, {}, KEY + "The expression can not be empty;"),
    ("id =", {"v": 1}, {}, KEY + 'Syntax error; token: "<EOF>", near: "="'),
    ("id = :v", {"v": "a"}, {"FilterExpression": "nr > :v"},
     "Filter Expression can only contain non-primary key attributes: Primary key attribute: nr"),
    ("id = :v", {"v": "a"}, {"IndexName": "nothing"}, "The table does not have the specified index: nothing"),
    ("id = :v", {"v": "a"}, {"ExclusiveStartKey": item(id="a")}, "The provided starting key is invalid"),
    ("id = :v", {"v": "a"}, {"ExclusiveStartKey": item(id="b", nr=1)},
     "The provided starting key is outside query boundaries based on provided conditions"),
    ("id = :v", {"v": "a"}, {"Select": "ALL_PROJECTED_ATTRIBUTES"},
     INVALID + "ALL_PROJECTED_ATTRIBUTES can be used only when Querying using an IndexName"),
    ("id = :v", {"v": "a"}, {"Select": "COUNT", "ProjectionExpression": "x"},
     INVALID + "Cannot specify the ProjectionExpression when choosing to get only the Count"),
    ("id = :v", {"v": "a"}, {"Limit": 0}, "1 validation error detected: Value '0' at 'limit' failed to satisfy "
     "constraint: Member must have value greater than or equal to 1"),
])
def test_what_cannot_be_queried_is_refused(raw, people, condition, given, parameters, message):
    with invalid(message):
        found(raw, people, condition, given=given, **parameters)


def test_a_query_needs_a_condition(raw, people):
    with invalid("Either the KeyConditions or KeyConditionExpression parameter must be specified in the request."):
        raw.query(TableName=people)


def test_tables_without_sort_key_have_one_item_for_a_key(ddb, table):
    name = table("id:S")
    fill(ddb, name, [{"id": "a"}, {"id": "b"}])

    assert found(ddb, name, "id = :id", given={"id": "a"})["Items"] == [item(id="a")]
    with invalid("Query key condition not supported"):
        found(ddb, name, "id = :id AND nr = :id", given={"id": "a"})


def test_tables_that_are_not_there_are_not_found(ddb):
    with refused("ResourceNotFoundException", "Requested resource not found"):
        found(ddb, "none-of-these", "id = :id", given={"id": "a"})


EMPTY = "One or more parameter values are not valid. "


def test_keys_are_not_compared_with_nothing(ddb, table):
    name = table("id:S", "sort:S", indexes={"byTag": ("tag:B", "KEYS_ONLY")})
    for condition, given, key in (
            ("id = :a", {"a": ""}, "id"),
            ("id = :a AND sort = :b", {"a": "x", "b": ""}, "sort"),
            ("id = :a AND begins_with(sort, :b)", {"a": "x", "b": ""}, "sort"),
            ("id = :a AND sort BETWEEN :b AND :c", {"a": "x", "b": "", "c": "y"}, "sort")):
        with invalid(f"{EMPTY}The AttributeValue for a key attribute cannot contain an empty string value. Key: {key}"):
            found(ddb, name, condition, given=given)
    with invalid(EMPTY + "A value specified for a secondary index key is not supported. The AttributeValue for a key "
                 "attribute cannot contain an empty binary value. IndexName: byTag, IndexKey: tag"):
        found(ddb, name, "tag = :a", given={"a": b""}, IndexName="byTag")
