"""Tables that come, go and change while others use them: nobody hears anything but what the API says."""

import concurrent.futures
import contextlib
import threading

from botocore.exceptions import ClientError

from brasa_host import wait_until, waited
from tables import attributes, create_table, definition, fill, index_definition, item, plain, values


@contextlib.contextmanager
def meanwhile(*actions):
    """Does the actions over and over, each on a thread of its own; yields the errors that they meet."""
    done = threading.Event()
    errors = []

    def repeat(action):
        while not done.is_set():
            try:
                action()
            except ClientError as error:
                errors.append((error.response["Error"]["Code"], error.response["Error"]["Message"]))

    with concurrent.futures.ThreadPoolExecutor(len(actions)) as pool:
        running = [pool.submit(repeat, action) for action in actions]
        try:
            yield errors
        finally:
            done.set()
            for each in running:
                each.result(60)


def test_one_of_many_creates_a_table(ddb, name):
    def create(_):
        try:
            ddb.create_table(**definition(name, "id:S"))
            return "created"
        except ddb.exceptions.ResourceInUseException as error:
            return error.response["Error"]["Message"]

    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        outcomes = list(pool.map(create, range(8)))

    assert sorted(outcomes) == sorted(["created", *[f"Table already exists: {name}"] * 7])


def test_a_table_is_used_while_it_is_deleted_and_made_again(ddb, table, name):
    table("id:S", indexes={"byTown": ("town:S",)})
    write = {"PutRequest": {"Item": item(id="b", town="Ulm")}}
    with meanwhile(
            lambda: ddb.put_item(TableName=name, Item=item(id="a", town="Ulm")),
            lambda: ddb.get_item(TableName=name, Key=item(id="a")),
            lambda: ddb.scan(TableName=name, IndexName="byTown"),
            lambda: ddb.batch_write_item(RequestItems={name: [write]}),
            lambda: ddb.transact_write_items(TransactItems=[{"Put": {"TableName": name, "Item": item(id="c", town="Bonn")}}]),
            lambda: ddb.describe_table(TableName=name)) as errors:
        for _ in range(25):
            ddb.delete_table(TableName=name)
            ddb.create_table(**definition(name, "id:S", indexes={"byTown": ("town:S",)}))

    assert {error for error in errors if error[0] != "ResourceNotFoundException"} == set()
    ids = {each["id"] for each in plain(ddb.scan(TableName=name)["Items"])}
    assert ids <= {"a", "b", "c"}
    ddb.put_item(TableName=name, Item=item(id="a", town="Ulm"))
    assert item(id="a", town="Ulm") in ddb.scan(TableName=name, IndexName="byTown")["Items"]


def test_indexes_come_and_go_while_they_are_asked(ddb, table):
    name = table("id:S")
    fill(ddb, name, ({"id": f"{number:03}", "town": f"t{number % 3}"} for number in range(300)))
    seen = set()

    def query():
        found = ddb.query(TableName=name, IndexName="byTown", KeyConditionExpression="town = :town",
                          ExpressionAttributeValues=values(town="t1"))
        seen.add(found["Count"])

    def move():
        # Out of the partition that is asked for, and back: never more than one is missing.
        for town in ("t2", "t1"):
            ddb.update_item(TableName=name, Key=item(id="001"), UpdateExpression="SET town = :town",
                            ExpressionAttributeValues=values(town=town))

    def indexes():
        return ddb.describe_table(TableName=name)["Table"].get("GlobalSecondaryIndexes", [])

    with meanwhile(query, query, move) as errors:
        for _ in range(6):
            ddb.update_table(TableName=name, AttributeDefinitions=attributes({"town": "S"}), GlobalSecondaryIndexUpdates=[
                {"Create": index_definition("byTown", ["town"])}])
            wait_until(lambda: [each["IndexStatus"] for each in indexes()] == ["ACTIVE"], what="the index is not active")
            query()
            ddb.update_table(TableName=name, GlobalSecondaryIndexUpdates=[{"Delete": {"IndexName": "byTown"}}])
            wait_until(lambda: indexes() == [], what="the index is not gone")

    assert seen <= {99, 100}
    assert set(errors) <= {
        ("ValidationException", "The table does not have the specified index: byTown"),
        ("ValidationException", "Cannot read from backfilling global secondary index: byTown")}


def test_many_tables_are_made_and_gone_at_once(ddb, name):
    def live(number):
        mine = create_table(ddb, f"{name}-{number}", "id:S", indexes={"byTown": ("town:S",)})
        fill(ddb, mine, [{"id": str(each), "town": "Ulm"} for each in range(10)])
        assert ddb.scan(TableName=mine, IndexName="byTown")["Count"] == 10
        ddb.delete_table(TableName=mine)
        waited(ddb.get_waiter("table_not_exists"), TableName=mine)

    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        list(pool.map(live, range(40)))

    assert not [each for page in ddb.get_paginator("list_tables").paginate() for each in page["TableNames"]
                if each.startswith(f"{name}-")]
