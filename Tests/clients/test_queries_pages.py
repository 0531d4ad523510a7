"""Pages of Query and Scan: limits, the megabyte, paginators, and scans in segments."""

import concurrent.futures

import pytest

from tables import INVALID, create_table, fill, invalid, item, plain, values
from conftest import unique_name


@pytest.fixture(scope="module")
def large(ddb):
    """A table with 30 items of 100 KB under one key."""
    name = create_table(ddb, unique_name("large"), "id:S", "nr:N")
    for number in range(30):
        ddb.put_item(TableName=name, Item=item(id="a", nr=number, x="x" * 100_000))
    return name


@pytest.fixture(scope="module")
def many(ddb):
    """A table with 500 small items of 100 keys."""
    name = create_table(ddb, unique_name("many"), "id:S", "nr:N")
    fill(ddb, name, ({"id": f"k{number % 100}", "nr": number, "third": number % 3 == 0} for number in range(500)))
    return name


def query(ddb, table, key="a", **parameters):
    return ddb.query(TableName=table, KeyConditionExpression="id = :id", ExpressionAttributeValues=values(id=key),
                     **parameters)


def test_a_page_ends_at_a_megabyte(ddb, large):
    answer = query(ddb, large)

    assert answer["Count"] == 11
    assert answer["LastEvaluatedKey"] == item(id="a", nr=10)
    answer = query(ddb, large, ExclusiveStartKey=answer["LastEvaluatedKey"])
    assert [int(each["nr"]) for each in plain(answer["Items"])] == list(range(11, 22))


def test_a_megabyte_is_read_whatever_is_shown_of_it(ddb, large):
    for parameters in ({"Select": "COUNT"}, {"ProjectionExpression": "nr"},
                       {"FilterExpression": "attribute_not_exists(nope)"}):
        assert query(ddb, large, **parameters)["Count"] == 11
        assert ddb.scan(TableName=large, **parameters)["Count"] == 11


def test_the_paginator_goes_through_all_pages(ddb, large):
    pages = list(ddb.get_paginator("query").paginate(
        TableName=large, KeyConditionExpression="id = :id", ExpressionAttributeValues=values(id="a")))

    assert [page["Count"] for page in pages] == [11, 11, 8]
    assert [int(each["nr"]) for page in pages for each in plain(page["Items"])] == list(range(30))


def test_the_paginator_goes_backward(ddb, large):
    pages = ddb.get_paginator("query").paginate(
        TableName=large, KeyConditionExpression="id = :id", ExpressionAttributeValues=values(id="a"), ScanIndexForward=False,
        ProjectionExpression="nr", PaginationConfig={"PageSize": 7})
    assert [int(each["nr"]) for page in pages for each in plain(page["Items"])] == list(range(29, -1, -1))


def test_a_page_that_is_full_has_a_next_one(ddb, many):
    # What comes after the last item is only known when it is asked for.
    page = query(ddb, many, "k1", Limit=5)
    assert page["Count"] == 5 and page["LastEvaluatedKey"] == item(id="k1", nr=401)

    page = query(ddb, many, "k1", Limit=5, ExclusiveStartKey=page["LastEvaluatedKey"])

    assert (page["Items"], page["Count"], page["ScannedCount"]) == ([], 0, 0)
    assert "LastEvaluatedKey" not in page
    assert "LastEvaluatedKey" not in query(ddb, many, "k1", Limit=6)


def test_a_page_begins_behind_a_key_that_is_not_there(ddb, many):
    page = query(ddb, many, "k1", ExclusiveStartKey=item(id="k1", nr=150))
    assert [int(each["nr"]) for each in plain(page["Items"])] == [201, 301, 401]


def test_a_scan_finds_every_item_once(ddb, many):
    for size in (1000, 77):
        pages = list(ddb.get_paginator("scan").paginate(TableName=many, PaginationConfig={"PageSize": size}))
        found = [int(each["nr"]) for page in pages for each in plain(page["Items"])]
        assert sorted(found) == list(range(500))
        assert all(page["ScannedCount"] <= size for page in pages)


def test_the_paginator_stops_where_it_is_told_to(ddb, many):
    first = ddb.get_paginator("scan").paginate(TableName=many, PaginationConfig={"MaxItems": 30, "PageSize": 20})
    result = first.build_full_result()
    assert len(result["Items"]) == 30
    rest = ddb.get_paginator("scan").paginate(TableName=many, PaginationConfig={"StartingToken": result["NextToken"]})
    found = plain(result["Items"]) + plain(rest.build_full_result()["Items"])
    assert sorted(int(each["nr"]) for each in found) == list(range(500))


@pytest.mark.parametrize("total", [1, 2, 7, 64])
def test_segments_have_every_item_once(ddb, many, total):
    def segment(number):
        pages = ddb.get_paginator("scan").paginate(
            TableName=many, Segment=number, TotalSegments=total, PaginationConfig={"PageSize": 50})
        return [int(each["nr"]) for page in pages for each in plain(page["Items"])]

    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        found = list(pool.map(segment, range(total)))

    assert sorted(number for part in found for number in part) == list(range(500))


def test_a_scan_has_filters_and_counts(ddb, many):
    condition = {"FilterExpression": "third = :yes", "ExpressionAttributeValues": values(yes=True)}
    answer = ddb.scan(TableName=many, **condition)
    assert (answer["Count"], answer["ScannedCount"], len(answer["Items"])) == (167, 500, 167)
    answer = ddb.scan(TableName=many, Select="COUNT", **condition)
    assert (answer["Count"], answer["ScannedCount"]) == (167, 500) and "Items" not in answer
    # A scan may filter by keys too.
    answer = ddb.scan(TableName=many, FilterExpression="id = :id AND nr > :nr",
                      ExpressionAttributeValues=values(id="k7", nr=200))
    assert sorted(int(each["nr"]) for each in plain(answer["Items"])) == [207, 307, 407]


@pytest.mark.parametrize("parameters, message", [
    ({"Segment": 1}, "The TotalSegments parameter is required but was not present in the request when Segment parameter "
     "is present"),
    ({"TotalSegments": 1}, "The Segment parameter is required but was not present in the request when parameter "
     "TotalSegments is present"),
    ({"TotalSegments": 2, "Segment": 2}, "The Segment parameter is zero-based and must be less than parameter "
     "TotalSegments: Segment: 2 is not less than TotalSegments: 2"),
    ({"TotalSegments": 1_000_001, "Segment": 0}, "1 validation error detected: Value '1000001' at 'totalSegments' failed "
     "to satisfy constraint: Member must have value less than or equal to 1000000"),
    ({"IndexName": "nothing"}, "The table does not have the specified index: nothing"),
    ({"ExclusiveStartKey": item(id="a")},
     "The provided starting key is invalid: The provided key element does not match the schema"),
    ({"Select": "SPECIFIC_ATTRIBUTES"}, INVALID + "Must specify the AttributesToGet or ProjectionExpression when choosing "
     "to get SPECIFIC_ATTRIBUTES"),
    ({"FilterExpression": "a ="}, 'Invalid FilterExpression: Syntax error; token: "<EOF>", near: "="'),
])
def test_what_cannot_be_scanned_is_refused(raw, many, parameters, message):
    with invalid(message):
        raw.scan(TableName=many, **parameters)


def test_a_scan_goes_on_in_its_segment(ddb, many):
    pages = [ddb.scan(TableName=many, Segment=number, TotalSegments=2, Limit=1) for number in range(2)]
    places = {number: page["LastEvaluatedKey"] for number, page in enumerate(pages) if "LastEvaluatedKey" in page}
    for number, start in places.items():
        assert "Items" in ddb.scan(TableName=many, Segment=number, TotalSegments=2, ExclusiveStartKey=start)
        with invalid("The provided starting key is invalid: Invalid ExclusiveStartKey. Please use ExclusiveStartKey with "
                     f"correct Segment. TotalSegments: 2 Segment: {1 - number}"):
            ddb.scan(TableName=many, Segment=1 - number, TotalSegments=2, ExclusiveStartKey=start)
    assert places
