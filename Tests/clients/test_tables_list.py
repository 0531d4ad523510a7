"""ListTables with its pages, the waiters, and tags."""

import threading

import pytest
from botocore.exceptions import WaiterError

from brasa_host import waited
from tables import TABLE_ARN, create_table, definition, invalid, refused


@pytest.fixture
def five(ddb, name):
    """Five tables whose names follow each other."""
    return [create_table(ddb, f"{name}-{letter}", "id:S") for letter in "abcde"]


def test_tables_are_listed_by_name(ddb, five):
    before = five[0][:-1]

    found = ddb.list_tables(ExclusiveStartTableName=before)["TableNames"]

    assert found[:5] == five
    assert found == sorted(found)


def test_lists_have_pages(ddb, five):
    page = ddb.list_tables(ExclusiveStartTableName=five[0][:-1], Limit=2)
    assert (page["TableNames"], page["LastEvaluatedTableName"]) == (five[:2], five[1])
    page = ddb.list_tables(ExclusiveStartTableName=five[1], Limit=3)
    assert page["TableNames"] == five[2:]


def test_the_paginator_goes_through_all_tables(ddb, five):
    pages = list(ddb.get_paginator("list_tables").paginate(PaginationConfig={"PageSize": 2}))

    names = [name for page in pages for name in page["TableNames"]]
    assert all(len(page["TableNames"]) <= 2 for page in pages)
    assert [name for name in names if name in five] == five
    assert len(names) == len(set(names))
    assert "LastEvaluatedTableName" not in pages[-1]


def test_a_page_has_1_to_100_names(raw):
    constraint = "1 validation error detected: Value '{}' at 'limit' failed to satisfy constraint: Member must have value {}"
    with invalid(constraint.format(101, "less than or equal to 100")):
        raw.list_tables(Limit=101)
    with invalid(constraint.format(0, "greater than or equal to 1")):
        raw.list_tables(Limit=0)


def test_waiters_see_a_table_come_and_go(ddb, name):
    waiting = threading.Thread(target=lambda: waited(ddb.get_waiter("table_exists"), TableName=name))
    waiting.start()
    ddb.create_table(**definition(name, "id:S"))
    waiting.join(30)
    assert not waiting.is_alive()

    waiting = threading.Thread(target=lambda: waited(ddb.get_waiter("table_not_exists"), TableName=name))
    waiting.start()
    ddb.delete_table(TableName=name)
    waiting.join(30)
    assert not waiting.is_alive()


def test_waiters_give_up(ddb):
    with pytest.raises(WaiterError, match="Max attempts exceeded"):
        ddb.get_waiter("table_exists").wait(TableName="none-of-these", WaiterConfig={"Delay": 0, "MaxAttempts": 2})


def tags(ddb, name):
    found = ddb.list_tags_of_resource(ResourceArn=f"{TABLE_ARN}/{name}")["Tags"]
    return {tag["Key"]: tag["Value"] for tag in found}


def listed(**given):
    return [{"Key": key, "Value": value} for key, value in given.items()]


def test_tables_have_tags(ddb, table):
    name = table(Tags=listed(team="one", stage=""))
    arn = f"{TABLE_ARN}/{name}"
    assert tags(ddb, name) == {"team": "one", "stage": ""}

    ddb.tag_resource(ResourceArn=arn, Tags=listed(team="two", cost="3"))
    assert tags(ddb, name) == {"team": "two", "stage": "", "cost": "3"}

    ddb.untag_resource(ResourceArn=arn, TagKeys=["team", "absent"])
    assert tags(ddb, name) == {"stage": "", "cost": "3"}


def test_tags_are_paginated(ddb, table):
    given = {f"key-{number:02}": str(number) for number in range(50)}
    name = table(Tags=listed(**given))
    pages = ddb.get_paginator("list_tags_of_resource").paginate(ResourceArn=f"{TABLE_ARN}/{name}")
    assert {tag["Key"]: tag["Value"] for page in pages for tag in page["Tags"]} == given


def test_a_table_has_50_tags(ddb, table):
    name = table(Tags=listed(**{f"key-{number:02}": "" for number in range(50)}))
    with invalid("Number of Tags exceed the current limit for the provided ResourceArn"):
        ddb.tag_resource(ResourceArn=f"{TABLE_ARN}/{name}", Tags=listed(one_more=""))
    assert len(tags(ddb, name)) == 50
    ddb.tag_resource(ResourceArn=f"{TABLE_ARN}/{name}", Tags=listed(**{"key-00": "other"}))
    assert tags(ddb, name)["key-00"] == "other"


def test_what_no_tag_can_be_is_refused(ddb, raw, table):
    arn = f"{TABLE_ARN}/{table()}"
    with invalid("Atleast one Tag needs to be provided as Input."):
        raw.tag_resource(ResourceArn=arn, Tags=[])
    with invalid("Atleast one Tag Key needs to be provided as Input."):
        raw.untag_resource(ResourceArn=arn, TagKeys=[])
    with invalid("Duplicate Tag Keys provided as input: Duplicate Tag Key found a"):
        raw.tag_resource(ResourceArn=arn, Tags=[*listed(a="1"), *listed(a="2")])
    with invalid("Tag Key cannot be prefixed with aws:, Key: aws:a"):
        raw.tag_resource(ResourceArn=arn, Tags=listed(**{"aws:a": "1"}))


def test_tags_of_tables_that_are_not_there_are_not_found(ddb, raw):
    arn = f"{TABLE_ARN}/none-of-these"
    message = f"Requested resource not found: ResourceArn: {arn} not found"
    with refused("ResourceNotFoundException", message):
        ddb.list_tags_of_resource(ResourceArn=arn)
    with refused("ResourceNotFoundException", message):
        ddb.tag_resource(ResourceArn=arn, Tags=listed(a="1"))
    with refused("ResourceNotFoundException", message):
        ddb.untag_resource(ResourceArn=arn, TagKeys=["a"])
    with invalid("Invalid TableArn: Invalid ResourceArn provided as input nothing"):
        raw.list_tags_of_resource(ResourceArn="nothing")
