"""Tables and items for tests, in boto3's words."""

import contextlib

import pytest
from boto3.dynamodb.types import TypeDeserializer, TypeSerializer
from botocore.exceptions import ClientError

from brasa_host import ACCOUNT, REGION, waited

TABLE_ARN = f"arn:aws:dynamodb:{REGION}:{ACCOUNT}:table"
INVALID = "One or more parameter values were invalid: "


def definition(name, *keys, local=None, indexes=None, **parameters):
    """What CreateTable takes for keys such as "id:S" and indexes such as {"byAge": ("id:S", "age:N", "KEYS_ONLY")}."""
    local = {index: parts(*given) for index, given in (local or {}).items()}
    indexes = {index: parts(*given) for index, given in (indexes or {}).items()}
    types = dict(key.split(":") for key in keys)
    for index_keys, _ in [*local.values(), *indexes.values()]:
        types |= dict(key.split(":") for key in index_keys)
    lists = {"LocalSecondaryIndexes": local, "GlobalSecondaryIndexes": indexes}
    return {
        "TableName": name,
        "AttributeDefinitions": attributes(types),
        "KeySchema": key_schema(*keys),
        **{list_name: [index_definition(index, *given) for index, given in found.items()]
           for list_name, found in lists.items() if found},
        **({} if "ProvisionedThroughput" in parameters else {"BillingMode": "PAY_PER_REQUEST"}),
        **parameters,
    }


def parts(*given):
    """Keys and projection of an index; the projection is everything when none is given."""
    keys = [text for text in given if isinstance(text, str) and ":" in text]
    rest = [other for other in given if other not in keys]
    return keys, rest[0] if rest else "ALL"


def index_definition(name, keys, projection="ALL"):
    shown = {"ProjectionType": projection}
    if not isinstance(projection, str):
        shown = {"ProjectionType": "INCLUDE", "NonKeyAttributes": list(projection)}
    return {"IndexName": name, "KeySchema": key_schema(*keys), "Projection": shown}


def attributes(types):
    return [{"AttributeName": name, "AttributeType": kind} for name, kind in types.items()]


def key_schema(*keys):
    return [{"AttributeName": key.split(":")[0], "KeyType": kind} for key, kind in zip(keys, ("HASH", "RANGE"))]


def item(**values):
    """An item, or values of expressions without their colons."""
    return {name: TypeSerializer().serialize(value) for name, value in values.items()}


def values(**given):
    """ExpressionAttributeValues: values(a=1) is {":a": {"N": "1"}}."""
    return {f":{name}": value for name, value in item(**given).items()}


def plain(found):
    """An item, or a list of them, in Python's own types."""
    if isinstance(found, list):
        return [plain(each) for each in found]
    return {name: TypeDeserializer().deserialize(value) for name, value in found.items()}


@contextlib.contextmanager
def refused(code, message=None):
    """The block raises boto3's error with this code, message and status 400."""
    with pytest.raises(ClientError) as caught:
        yield caught
    found = caught.value.response["Error"]
    assert (found["Code"], found["Message"] if message is not None else None) == (code, message)
    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == 400


def invalid(message):
    """The block is refused as invalid, in these words."""
    return refused("ValidationException", message)


def create_table(client, *definition_parts, **parameters):
    """Creates a table, waits until it is there, and returns its name."""
    wanted = definition(*definition_parts, **parameters)
    client.create_table(**wanted)
    waited(client.get_waiter("table_exists"), TableName=wanted["TableName"])
    return wanted["TableName"]


def fill(client, table, items):
    """Puts items 25 at a time."""
    items = list(items)
    for start in range(0, len(items), 25):
        puts = [{"PutRequest": {"Item": item(**each)}} for each in items[start:start + 25]]
        assert not client.batch_write_item(RequestItems={table: puts})["UnprocessedItems"]


def stored(client, table, **key):
    """An item as it is in a table now; None: there is none."""
    found = client.get_item(TableName=table, Key=item(**key), ConsistentRead=True).get("Item")
    return found and plain(found)
