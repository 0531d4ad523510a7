"""TransactWriteItems and TransactGetItems: all or nothing, why not, and that a repeated request counts once."""

import concurrent.futures
import threading
import uuid

import pytest

from tables import fill, invalid, item, plain, refused, stored, values

CANCELLED = "Transaction cancelled, please refer cancellation reasons for specific reasons [{}]"
STOPPED = "The conditional request failed"


def put(table, condition=None, **given):
    return {"Put": {"TableName": table, "Item": item(**given), **({"ConditionExpression": condition} if condition else {})}}


def delete(table, **key):
    return {"Delete": {"TableName": table, "Key": item(**key)}}


def update(table, key, expression, condition=None, **given):
    action = {"TableName": table, "Key": item(id=key), "UpdateExpression": expression}
    if given:
        action["ExpressionAttributeValues"] = values(**given)
    if condition:
        action["ConditionExpression"] = condition
    return {"Update": action}


def check(table, key, condition, **given):
    action = {"TableName": table, "Key": item(id=key), "ConditionExpression": condition}
    if given:
        action["ExpressionAttributeValues"] = values(**given)
    return {"ConditionCheck": action}


def contents(ddb, table):
    return sorted(plain(ddb.scan(TableName=table)["Items"]), key=lambda each: each["id"])


def test_all_actions_are_done_at_once(ddb, table):
    one, two = table(), table()
    fill(ddb, one, [{"id": "a", "x": 1}, {"id": "b"}, {"id": "c", "x": 5}])

    answer = ddb.transact_write_items(TransactItems=[
        update(one, "a", "SET x = x + :v", v=1), delete(one, id="b"), check(one, "c", "x = :v", v=5),
        put(two, "attribute_not_exists(id)", id="new")])

    assert "ConsumedCapacity" not in answer
    assert contents(ddb, one) == [{"id": "a", "x": 2}, {"id": "c", "x": 5}]
    assert contents(ddb, two) == [{"id": "new"}]


def test_nothing_is_done_when_one_condition_fails(ddb, table):
    name = table()
    fill(ddb, name, [{"id": "a", "x": 1}])
    before = contents(ddb, name)

    with refused("TransactionCanceledException", CANCELLED.format("None, ConditionalCheckFailed, None")) as caught:
        ddb.transact_write_items(TransactItems=[
            put(name, id="b"), put(name, "attribute_not_exists(id)", id="a", x=9), update(name, "c", "SET x = :v", v=1)])

    assert caught.value.response["CancellationReasons"] == [
        {"Code": "None"}, {"Code": "ConditionalCheckFailed", "Message": STOPPED}, {"Code": "None"}]
    assert contents(ddb, name) == before


def test_a_reason_shows_the_item_on_request(ddb, table):
    name = table()
    fill(ddb, name, [{"id": "a", "x": 1}])
    wanted = check(name, "a", "x > :v", v=5)
    wanted["ConditionCheck"]["ReturnValuesOnConditionCheckFailure"] = "ALL_OLD"
    with refused("TransactionCanceledException", CANCELLED.format("ConditionalCheckFailed, ConditionalCheckFailed")) as caught:
        ddb.transact_write_items(TransactItems=[wanted, check(name, "b", "attribute_exists(id)")])
    assert caught.value.response["CancellationReasons"] == [
        {"Code": "ConditionalCheckFailed", "Message": STOPPED, "Item": item(id="a", x=1)},
        {"Code": "ConditionalCheckFailed", "Message": STOPPED}]


def test_an_update_that_cannot_be_done_cancels_too(ddb, table):
    name = table()
    fill(ddb, name, [{"id": "a", "x": "text"}])
    with refused("TransactionCanceledException", CANCELLED.format("None, ValidationError")) as caught:
        ddb.transact_write_items(TransactItems=[put(name, id="b"), update(name, "a", "SET x = x + :v", v=1)])
    assert caught.value.response["CancellationReasons"] == [
        {"Code": "None"},
        {"Code": "ValidationError", "Message": "An operand in the update expression has an incorrect data type"}]
    assert contents(ddb, name) == [{"id": "a", "x": "text"}]


def test_an_item_that_does_not_fit_its_table_cancels(ddb, table):
    name = table()
    with refused("TransactionCanceledException", CANCELLED.format("None, ValidationError")) as caught:
        ddb.transact_write_items(TransactItems=[put(name, id="b"), put(name, nr=1)])
    assert caught.value.response["CancellationReasons"][1] == {
        "Code": "ValidationError", "Message": "One or more parameter values were invalid: Missing the key id in the item"}
    assert contents(ddb, name) == []


def test_a_token_makes_a_request_count_once(ddb, table):
    name = table()
    token = str(uuid.uuid4())
    counting = [update(name, "a", "ADD x :v", v=1)]
    for _ in range(3):
        ddb.transact_write_items(TransactItems=counting, ClientRequestToken=token)
    assert stored(ddb, name, id="a")["x"] == 1

    with pytest.raises(ddb.exceptions.IdempotentParameterMismatchException):
        ddb.transact_write_items(TransactItems=[update(name, "a", "ADD x :v", v=2)], ClientRequestToken=token)

    ddb.transact_write_items(TransactItems=counting, ClientRequestToken=str(uuid.uuid4()))
    assert stored(ddb, name, id="a")["x"] == 2


def test_the_token_of_a_cancelled_request_is_free(ddb, table):
    name = table()
    token = str(uuid.uuid4())
    guarded = [update(name, "a", "ADD x :v", "attribute_exists(id)", v=1)]
    for _ in range(2):
        with pytest.raises(ddb.exceptions.TransactionCanceledException):
            ddb.transact_write_items(TransactItems=guarded, ClientRequestToken=token)
    fill(ddb, name, [{"id": "a"}])
    ddb.transact_write_items(TransactItems=guarded, ClientRequestToken=token)
    assert stored(ddb, name, id="a")["x"] == 1


def test_a_token_is_used_by_many_at_once_and_counts_once(ddb, table):
    name = table()
    token = str(uuid.uuid4())

    def count(_):
        try:
            ddb.transact_write_items(TransactItems=[update(name, "a", "ADD x :v", v=1)], ClientRequestToken=token)
            return True
        except ddb.exceptions.TransactionInProgressException:
            return False

    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        assert any(pool.map(count, range(16)))
    assert stored(ddb, name, id="a")["x"] == 1


def test_a_transaction_reads_items_in_the_order_asked(ddb, table):
    name = table()
    fill(ddb, name, [{"id": "a", "x": 1, "y": 2}, {"id": "b", "x": 3}])

    def get(key, **more):
        return {"Get": {"TableName": name, "Key": item(id=key), **more}}

    answer = ddb.transact_get_items(TransactItems=[
        get("b"), get("gone"),
        get("a", ProjectionExpression="#y", ExpressionAttributeNames={"#y": "y"})])

    assert answer["Responses"] == [{"Item": item(id="b", x=3)}, {}, {"Item": item(y=2)}]


def test_readers_see_all_of_a_transaction_or_nothing(ddb, table):
    name = table()
    fill(ddb, name, [{"id": "a", "x": 0}, {"id": "b", "x": 0}])
    done = threading.Event()
    seen = []

    def read():
        while not done.is_set():
            found = ddb.transact_get_items(TransactItems=[
                {"Get": {"TableName": name, "Key": item(id=key)}} for key in ("a", "b")])["Responses"]
            seen.append(tuple(plain(each["Item"])["x"] for each in found))

    reader = threading.Thread(target=read)
    reader.start()
    try:
        for number in range(1, 60):
            ddb.transact_write_items(TransactItems=[update(name, key, "SET x = :v", v=number) for key in ("a", "b")])
    finally:
        done.set()
        reader.join()

    assert seen and all(left == right for left, right in seen)


def test_money_is_neither_made_nor_lost(ddb, table):
    name = table()
    fill(ddb, name, ({"id": f"account-{number}", "x": 100} for number in range(4)))

    def transfer(number):
        source, target = f"account-{number % 4}", f"account-{(number * 3 + 1) % 4}"
        if source == target:
            return
        try:
            ddb.transact_write_items(TransactItems=[
                update(name, source, "SET x = x - :v", "x >= :v", v=30), update(name, target, "SET x = x + :v", v=30)])
        except ddb.exceptions.TransactionCanceledException as error:
            codes = {reason["Code"] for reason in error.response["CancellationReasons"]}
            assert codes <= {"None", "ConditionalCheckFailed", "TransactionConflict"}

    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        list(pool.map(transfer, range(80)))

    balances = [each["x"] for each in contents(ddb, name)]
    assert sum(balances) == 400 and min(balances) >= 0


def test_a_transaction_has_100_actions(ddb, raw, table):
    name = table()
    ddb.transact_write_items(TransactItems=[put(name, id=f"{number:03}") for number in range(100)])
    assert ddb.scan(TableName=name)["Count"] == 100
    gets = [{"Get": {"TableName": name, "Key": item(id=f"{number:03}")}} for number in range(101)]
    assert len(ddb.transact_get_items(TransactItems=gets[:100])["Responses"]) == 100
    for operation, actions in [(raw.transact_write_items, [put(name, id=str(number)) for number in range(101)]),
                               (raw.transact_get_items, gets)]:
        with refused("ValidationException") as caught:
            operation(TransactItems=actions)
        assert "at 'transactItems' failed to satisfy constraint: Member must have length less than or equal to 100" in str(
            caught.value)


def test_a_transaction_has_4_megabytes(ddb, table):
    name = table()
    large = "x" * 380_000
    ddb.transact_write_items(TransactItems=[put(name, id=str(number), x=large) for number in range(11)])
    with invalid("Collection size of items in the transaction request size cannot exceed 4 MB"):
        ddb.transact_write_items(TransactItems=[put(name, id=f"n{number}", x=large) for number in range(12)])
    assert ddb.scan(TableName=name, Select="COUNT")["Count"] <= 11


def test_what_updates_make_counts_towards_4_megabytes(ddb, table):
    name = table()

    def updates(count, expression, **given):
        return [update(name, str(number), expression, **given) for number in range(count)]

    too_large = "Collection size of items in the transaction request size cannot exceed 4 MB"
    with invalid(too_large):
        ddb.transact_write_items(TransactItems=updates(12, "SET x = :x", x="x" * 380_000))
    assert contents(ddb, name) == []
    ddb.transact_write_items(TransactItems=updates(11, "SET x = :x", x="x" * 200_000))
    # A request of a few bytes that doubles them.
    with invalid(too_large):
        ddb.transact_write_items(TransactItems=updates(11, "SET y = x"))
    assert all("y" not in each for each in contents(ddb, name))
    # What goes counts with its key.
    ddb.transact_write_items(TransactItems=updates(10, "SET y = x") + [delete(name, id="10")])


def test_a_repeated_transaction_tells_what_it_has_read(ddb, table):
    name = table()
    request = {"TransactItems": [put(name, id="a", x="x" * 5_000), delete(name, id="none")],
               "ReturnConsumedCapacity": "TOTAL", "ClientRequestToken": str(uuid.uuid4())}
    assert ddb.transact_write_items(**request)["ConsumedCapacity"] == [
        {"TableName": name, "CapacityUnits": 12.0, "WriteCapacityUnits": 12.0}]
    assert ddb.transact_write_items(**request)["ConsumedCapacity"] == [
        {"TableName": name, "CapacityUnits": 6.0, "ReadCapacityUnits": 6.0}]


def test_transactions_tell_the_size_of_collections(ddb, table):
    one = table("id:S", "nr:N", local={"byAge": ("id:S", "age:N")})
    other = table()
    answer = ddb.transact_write_items(ReturnItemCollectionMetrics="SIZE", TransactItems=[
        put(one, id="a", nr=1), put(one, id="b", nr=1), put(other, id="a"),
        {"ConditionCheck": {"TableName": one, "Key": item(id="c", nr=1), "ConditionExpression": "attribute_not_exists(id)"}}])
    assert set(answer["ItemCollectionMetrics"]) == {one}
    assert [each["ItemCollectionKey"] for each in answer["ItemCollectionMetrics"][one]] == [item(id="a"), item(id="b")]


def test_refusals_tell_which_action_they_mean(raw, table):
    name = table()
    for action, member in (({"Update": {"TableName": name, "Key": item(id="a")}}, "update.updateExpression"),
                           ({"Put": {"TableName": name}}, "put.item"), ({"Delete": {"TableName": name}}, "delete.key"),
                           ({"ConditionCheck": {"TableName": name, "Key": item(id="a")}}, "conditionCheck.conditionExpression")):
        with invalid(f"1 validation error detected: Value null at 'transactItems.2.member.{member}' failed to satisfy "
                     "constraint: Member must not be null"):
            raw.transact_write_items(TransactItems=[put(name, id="b"), action])


def test_a_key_that_does_not_fit_cancels_a_read_too(ddb, table):
    name = table()

    def get(key):
        return {"Get": {"TableName": name, "Key": key}}

    with refused("TransactionCanceledException", CANCELLED.format("None, ValidationError")) as caught:
        ddb.transact_get_items(TransactItems=[get(item(id="a")), get(item(nr=1))])
    assert caught.value.response["CancellationReasons"] == [
        {"Code": "None"}, {"Code": "ValidationError", "Message": "The provided key element does not match the schema"}]
    with invalid("Transaction request cannot include multiple operations on one item"):
        ddb.transact_get_items(TransactItems=[get(item(id="a")), get(item(id="a"))])


def test_an_empty_key_makes_a_whole_transaction_invalid(ddb, table):
    name = table()
    message = "One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an empty " \
        "string value. Key: id"
    for action in (put(name, id=""), delete(name, id=""), update(name, "", "REMOVE x"), check(name, "", "attribute_exists(x)")):
        with invalid(message):
            ddb.transact_write_items(TransactItems=[action])
    with invalid(message):
        ddb.transact_get_items(TransactItems=[{"Get": {"TableName": name, "Key": item(id="")}}])


def test_what_is_no_transaction_is_refused(ddb, raw, table):
    name = table()
    with invalid("Transaction request cannot include multiple operations on one item"):
        ddb.transact_write_items(TransactItems=[put(name, id="a"), delete(name, id="a")])
    with refused("ResourceNotFoundException", "Requested resource not found"):
        ddb.transact_write_items(TransactItems=[put(name, id="a"), put("none-of-these", id="a")])
    with refused("ResourceNotFoundException", "Requested resource not found"):
        ddb.transact_get_items(TransactItems=[{"Get": {"TableName": "none-of-these", "Key": item(id="a")}}])
    with invalid("TransactItems can only contain one of Check, Put, Update or Delete"):
        raw.transact_write_items(TransactItems=[{**put(name, id="a"), **delete(name, id="b")}])
    with invalid("1 validation error detected: Value '[]' at 'transactItems' failed to satisfy constraint: Member must "
                 "have length greater than or equal to 1"):
        raw.transact_write_items(TransactItems=[])
    token = "x" * 37
    with invalid(f"1 validation error detected: Value '{token}' at 'clientRequestToken' failed to satisfy constraint: "
                 "Member must have length less than or equal to 36"):
        raw.transact_write_items(TransactItems=[put(name, id="a")], ClientRequestToken=token)
    assert contents(ddb, name) == []
