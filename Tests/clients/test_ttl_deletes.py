"""What time to live deletes."""

import time

from brasa_host import wait_until
from tables import fill, item, plain, values


def switch_on(ddb, table):
    ddb.update_time_to_live(TableName=table, TimeToLiveSpecification={"AttributeName": "until", "Enabled": True})


def test_items_go_when_their_time_has_come(ddb, table):
    name = table("id:S", indexes={"byTown": ("town:S",)})
    now = int(time.time())
    switch_on(ddb, name)
    fill(ddb, name, [
        {"id": "past", "until": now - 60, "town": "Ulm"}, {"id": "soon", "until": now + 1, "town": "Ulm"},
        {"id": "later", "until": now + 3600, "town": "Ulm"}, {"id": "never", "town": "Ulm"},
        {"id": "text", "until": str(now - 60), "town": "Ulm"},
        # More than five years ago is taken for a mistake.
        {"id": "ancient", "until": 1, "town": "Ulm"},
    ])
    kept = ["ancient", "later", "never", "text"]

    wait_until(lambda: sorted(each["id"] for each in plain(ddb.scan(TableName=name)["Items"])) == kept,
               what="items that expired are still there")

    assert sorted(each["id"] for each in plain(ddb.scan(TableName=name, IndexName="byTown")["Items"])) == kept


def test_items_that_are_there_already_go_too(ddb, table):
    name = table()
    fill(ddb, name, [{"id": "past", "until": int(time.time()) - 60}, {"id": "never"}])

    switch_on(ddb, name)

    wait_until(lambda: ddb.scan(TableName=name)["Items"] == [item(id="never")], what="the item is still there")


def test_the_end_of_an_item_is_put_off(ddb, table):
    name = table()
    switch_on(ddb, name)
    now = int(time.time())
    # Far enough away to be put off in time.
    fill(ddb, name, [{"id": key, "until": now + 8} for key in ("later", "never", "gone")])
    ddb.update_item(TableName=name, Key=item(id="later"), UpdateExpression="SET #u = :later",
                    ExpressionAttributeNames={"#u": "until"}, ExpressionAttributeValues=values(later=now + 3600))
    ddb.update_item(TableName=name, Key=item(id="never"), UpdateExpression="REMOVE #u",
                    ExpressionAttributeNames={"#u": "until"})

    wait_until(lambda: ddb.scan(TableName=name)["Count"] == 2, what="the item that expired is still there")

    assert sorted(each["id"] for each in plain(ddb.scan(TableName=name)["Items"])) == ["later", "never"]
