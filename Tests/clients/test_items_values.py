"""Attribute values: the ten types, numbers of 38 digits, empty ones, and how large an item may be."""

import decimal

import pytest

from tables import INVALID, invalid, item

TEN = {
    "s": {"S": "text"},
    "n": {"N": "-12.5"},
    "b": {"B": bytes(range(256))},
    "bool": {"BOOL": False},
    "null": {"NULL": True},
    "ss": {"SS": ["a", "b", "ü"]},
    "ns": {"NS": ["1", "2.5", "-3"]},
    "bs": {"BS": [b"", b"\x00", b"\xff\xfe"]},
    "l": {"L": [{"S": "x"}, {"N": "1"}, {"L": []}, {"M": {}}, {"NULL": True}, {"BS": [b"1"]}]},
    "m": {"M": {"": {"S": "an empty name inside a map"}, "a.b": {"M": {"deep": {"BOOL": True}}}, "ü": {"B": b"1"}}},
}


def returned(ddb, name, **given):
    """The attributes given, after they were stored."""
    ddb.put_item(TableName=name, Item={"id": {"S": "a"}, **given})
    found = ddb.get_item(TableName=name, Key=item(id="a"))["Item"]
    assert found.pop("id") == {"S": "a"}
    return found


def test_all_ten_types_come_back(ddb, table):
    found = returned(ddb, table(), **TEN)

    # The order in a set means nothing.
    for kind in ("SS", "NS", "BS"):
        assert sorted(found[kind.lower()][kind]) == sorted(TEN[kind.lower()][kind])
        found[kind.lower()] = TEN[kind.lower()]
    assert found == TEN


@pytest.mark.parametrize("empty", [{"S": ""}, {"B": b""}, {"L": []}, {"M": {}}, {"L": [{"S": ""}]}])
def test_values_may_be_empty_where_they_are_no_keys(ddb, table, empty):
    assert returned(ddb, table(), x=empty) == {"x": empty}


@pytest.mark.parametrize("given, kept", [
    ("0", "0"), ("-0", "0"), ("0.000", "0"), ("007", "7"), ("1.50", "1.5"), ("100", "100"), ("+3", "3"), (".5", "0.5"),
    ("1E2", "100"), ("12e-1", "1.2"), ("-1.0e+1", "-10"),
    ("12345678901234567890123456789012345678", "12345678901234567890123456789012345678"),
    ("-0.12345678901234567890123456789012345678", "-0.12345678901234567890123456789012345678"),
    ("1234567890123456789.0123456789012345678", "1234567890123456789.0123456789012345678"),
])
def test_numbers_keep_38_digits(ddb, table, given, kept):
    assert returned(ddb, table(), x={"N": given}) == {"x": {"N": kept}}


@pytest.mark.parametrize("given", ["1E125", "9.9999999999999999999999999999999999999E+125", "1E-130", "-1E-130",
                                   "-9.9999999999999999999999999999999999999E+125"])
def test_numbers_reach_from_minus_130_to_125(ddb, table, given):
    found = returned(ddb, table(), x={"N": given})
    assert decimal.Decimal(found["x"]["N"]) == decimal.Decimal(given)


@pytest.mark.parametrize("given, message", [
    ("1E126", "Number overflow. Attempting to store a number with magnitude larger than supported range"),
    ("-1E126", "Number overflow. Attempting to store a number with magnitude larger than supported range"),
    ("1E99999999999", "Number overflow. Attempting to store a number with magnitude larger than supported range"),
    ("0E126", "Number overflow. Attempting to store a number with magnitude larger than supported range"),
    ("1E-99999999999", "Number underflow. Attempting to store a number with magnitude smaller than supported range"),
    ("1E9223372036854775808", "The parameter cannot be converted to a numeric value: 1E9223372036854775808"),
    ("1E-131", "Number underflow. Attempting to store a number with magnitude smaller than supported range"),
    ("123456789012345678901234567890123456789",
     "Attempting to store more than 38 significant digits in a Number"),
    ("one", "The parameter cannot be converted to a numeric value: one"),
    ("1 ", "The parameter cannot be converted to a numeric value: 1 "),
    ("0x1", "The parameter cannot be converted to a numeric value: 0x1"),
    ("NaN", "The parameter cannot be converted to a numeric value: NaN"),
    ("", "The parameter cannot be converted to a numeric value"),
])
def test_what_is_no_number_is_refused(ddb, table, given, message):
    name = table()
    for value in ({"N": given}, {"NS": [given]}, {"L": [{"M": {"deep": {"N": given}}}]}):
        with invalid(message):
            ddb.put_item(TableName=name, Item={"id": {"S": "a"}, "x": value})


@pytest.mark.parametrize("value, message", [
    ({}, "Supplied AttributeValue is empty, must contain exactly one of the supported datatypes"),
    ({"S": "a", "N": "1"},
     "Supplied AttributeValue has more than one datatypes set, must contain exactly one of the supported datatypes"),
    ({"NULL": False}, INVALID + "Null attribute value types must have the value of true"),
    ({"SS": []}, INVALID + "An string set  may not be empty"),
    ({"NS": []}, INVALID + "An number set  may not be empty"),
    ({"BS": []}, INVALID + "Binary sets should not be empty"),
    ({"SS": ["a", "b", "a"]}, INVALID + "Input collection [a, b, a] contains duplicates."),
    ({"NS": ["1", "2", "1.0"]}, "Input collection contains duplicates"),
    ({"BS": [b"a", b"a"]}, INVALID + "Input collection [YQ==, YQ==]of type BS contains duplicates."),
])
def test_what_is_no_value_is_refused(raw, table, value, message):
    with invalid(message):
        raw.put_item(TableName=table(), Item={"id": {"S": "a"}, "x": value})


def test_maps_and_lists_nest_32_deep(ddb, table):
    name = table()

    def nested(levels):
        value = {"S": "deep"}
        for number in range(levels):
            value = {"L": [value]} if number % 2 else {"M": {"x": value}}
        return value

    # The attribute itself is the first level.
    assert returned(ddb, name, x=nested(31)) == {"x": nested(31)}
    with invalid("Nesting Levels have exceeded supported limits: "
                 "Attributes in the item have nested levels beyond supported limit"):
        ddb.put_item(TableName=name, Item={"id": {"S": "a"}, "x": nested(33)})


def test_items_have_400_kilobytes(ddb, table):
    name = table()
    # With the names "id" and "x" and the key "a".
    largest = 400 * 1024 - 4
    assert returned(ddb, name, x={"S": "x" * largest}) == {"x": {"S": "x" * largest}}
    with invalid("Item size has exceeded the maximum allowed size"):
        ddb.put_item(TableName=name, Item=item(id="a", x="x" * (largest + 1)))
    with invalid("Item size to update has exceeded the maximum allowed size"):
        ddb.update_item(
            TableName=name, Key=item(id="a"), UpdateExpression="SET y = :y", ExpressionAttributeValues={":y": {"S": "1"}})


def test_names_of_attributes_are_any_text(ddb, table):
    given = {"a b.c[0]#:": {"S": "1"}, "ü": {"S": "2"}, "x" * 65535: {"S": "3"}, "\"\\\n\u2028": {"S": "4"}}
    assert returned(ddb, table(), **given) == given


def test_strings_are_any_unicode(ddb, table):
    given = {"x": {"S": "\u0000\u001f\"\\/\u007f\u2028\ufffd\U0001f600 é e\u0301"}}
    assert returned(ddb, table(), **given) == given
