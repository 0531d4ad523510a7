"""Versions and aliases."""

import collections
import concurrent.futures
import json

import pytest
from botocore.exceptions import ClientError

from brasa_host import ARN
from conftest import waited, zipped
from test_functions import STALE, sha256
from test_invoke import error, invoke

WEIGHTS = "1 validation error detected: Value '{}' at 'routingConfig.additionalVersionWeights' failed to satisfy constraint: "


def publish(host, name, **parameters):
    version = host.aws.publish_version(FunctionName=name, **parameters)
    waited(host.aws.get_waiter("published_version_active"), FunctionName=name, Qualifier=version["Version"])
    return version


def change(host, name, **parameters):
    host.aws.update_function_configuration(FunctionName=name, **parameters)
    waited(host.aws.get_waiter("function_updated_v2"), FunctionName=name)


@pytest.fixture
def three(host, create):
    """A function with versions 1, 2 and 3."""
    name = create("identity")
    for number in (1, 2, 3):
        change(host, name, Description=f"number {number}")
        publish(host, name)
    return name


def test_versions_are_numbered_and_stay(host, create):
    name = create("identity")
    first = publish(host, name, Description="one")
    change(host, name, Timeout=7)
    second = publish(host, name)

    assert first["ResponseMetadata"]["HTTPStatusCode"] == 201
    assert (first["Version"], second["Version"]) == ("1", "2")
    assert first["FunctionArn"] == f"{ARN}:{name}:1"
    assert first["Description"] == "one"
    kept = host.aws.get_function_configuration(FunctionName=name, Qualifier="1")
    assert (kept["Timeout"], kept["Description"], kept["State"]) == (3, "one", "Active")
    for version in ("1", "2", "$LATEST"):
        answer, payload = invoke(host, name, Qualifier=version)
        assert answer["ExecutedVersion"] == json.loads(payload)["version"] == version


def test_publishing_the_same_gives_the_same_version(host, create):
    name = create("identity")
    first = publish(host, name, Description="one")

    again = publish(host, name, Description="other")
    change(host, name, Timeout=8)
    change(host, name, Timeout=3)
    back = publish(host, name)

    assert (again["Version"], again["Description"], again["RevisionId"]) == ("1", "one", first["RevisionId"])
    assert back["Version"] == "1"


def test_numbers_are_not_used_twice(host, three):
    host.aws.delete_function(FunctionName=three, Qualifier="3")
    change(host, three, Timeout=9)

    assert publish(host, three)["Version"] == "4"


def test_create_and_update_may_publish_at_once(host, create, library):
    name = create("identity", Publish=True)
    package = zipped({"identity.so": library("identity").read_bytes(), "two": b""})

    second = host.aws.update_function_code(FunctionName=name, ZipFile=package, Publish=True)

    assert (second["Version"], second["FunctionArn"]) == ("2", f"{ARN}:{name}:2")


def test_code_hash_guards_publishing(host, create, library):
    name = create("echo")
    package = zipped({"echo.so": library("echo").read_bytes()})

    with pytest.raises(host.aws.exceptions.InvalidParameterValueException) as raised:
        host.aws.publish_version(FunctionName=name, CodeSha256="other")
    right = publish(host, name, CodeSha256=sha256(package))

    assert error(raised) == (
        400, "InvalidParameterValueException",
        f"CodeSHA256 (other) is different from current CodeSHA256 in $LATEST ({sha256(package)}). "
        "Please try again with the CodeSHA256 in $LATEST.")
    assert right["Version"] == "1"


def test_versions_are_listed_in_pages(host, three):
    first = host.aws.list_versions_by_function(FunctionName=three, MaxItems=3)
    pages = list(host.aws.get_paginator("list_versions_by_function").paginate(
        FunctionName=three, PaginationConfig={"PageSize": 3}))

    assert [version["Version"] for version in first["Versions"]] == ["$LATEST", "1", "2"]
    assert first["Versions"][1]["FunctionArn"] == f"{ARN}:{three}:1"
    assert [[version["Version"] for version in page["Versions"]] for page in pages] == [["$LATEST", "1", "2"], ["3"]]


def test_versions_are_deleted_one_by_one(host, three):
    deleted = host.aws.delete_function(FunctionName=three, Qualifier="2")
    again = host.aws.delete_function(FunctionName=three, Qualifier="2")

    assert deleted["ResponseMetadata"]["HTTPStatusCode"] == again["ResponseMetadata"]["HTTPStatusCode"] == 204
    with pytest.raises(host.aws.exceptions.ResourceNotFoundException) as raised:
        host.aws.invoke(FunctionName=three, Qualifier="2")
    assert error(raised)[2] == f"Function not found: {ARN}:{three}:2"
    assert invoke(host, three, Qualifier="1")[0]["ExecutedVersion"] == "1"


def test_latest_and_versions_in_use_cannot_be_deleted(host, three):
    host.aws.create_alias(FunctionName=three, Name="live", FunctionVersion="1",
                          RoutingConfig={"AdditionalVersionWeights": {"2": 0.5}})

    with pytest.raises(host.aws.exceptions.InvalidParameterValueException) as latest:
        host.aws.delete_function(FunctionName=three, Qualifier="$LATEST")
    for version in ("1", "2"):
        with pytest.raises(host.aws.exceptions.ResourceConflictException) as raised:
            host.aws.delete_function(FunctionName=three, Qualifier=version)
        assert error(raised)[:2] == (409, "ResourceConflictException")
        assert f"Version {version} of function {ARN}:{three} cannot be deleted" in error(raised)[2]

    assert error(latest) == (
        400, "InvalidParameterValueException", "$LATEST version cannot be deleted without deleting the function.")


def test_alias_comes_changes_and_goes(host, three):
    aws = host.aws
    created = aws.create_alias(FunctionName=three, Name="live", FunctionVersion="1", Description="first")
    got = aws.get_alias(FunctionName=three, Name="live")
    updated = aws.update_alias(FunctionName=three, Name="live", FunctionVersion="2")
    deleted = aws.delete_alias(FunctionName=three, Name="live")
    again = aws.delete_alias(FunctionName=three, Name="live")

    assert created["ResponseMetadata"]["HTTPStatusCode"] == 201
    for answer in (created, got, updated):
        del answer["ResponseMetadata"]
    assert created == got == {
        "AliasArn": f"{ARN}:{three}:live", "Name": "live", "FunctionVersion": "1", "Description": "first",
        "RevisionId": created["RevisionId"]}
    assert updated == {**created, "FunctionVersion": "2", "RevisionId": updated["RevisionId"]}
    assert updated["RevisionId"] != created["RevisionId"]
    assert deleted["ResponseMetadata"]["HTTPStatusCode"] == again["ResponseMetadata"]["HTTPStatusCode"] == 204
    with pytest.raises(aws.exceptions.ResourceNotFoundException) as raised:
        aws.get_alias(FunctionName=three, Name="live")
    assert error(raised) == (404, "ResourceNotFoundException", f"Cannot find alias arn: {ARN}:{three}:live")


def test_alias_moves_calls_at_once(host, three):
    host.aws.create_alias(FunctionName=three, Name="live", FunctionVersion="1")
    assert invoke(host, f"{three}:live")[0]["ExecutedVersion"] == "1"

    host.aws.update_alias(FunctionName=three, Name="live", FunctionVersion="3")

    assert invoke(host, three, Qualifier="live")[0]["ExecutedVersion"] == "3"
    host.aws.update_alias(FunctionName=three, Name="live", FunctionVersion="$LATEST")
    assert invoke(host, three, Qualifier="live")[0]["ExecutedVersion"] == "$LATEST"


def test_aliases_are_listed(host, three):
    for index, name in enumerate(["a", "b", "c"]):
        host.aws.create_alias(FunctionName=three, Name=name, FunctionVersion=str(index % 2 + 1))

    pages = list(host.aws.get_paginator("list_aliases").paginate(FunctionName=three, PaginationConfig={"PageSize": 2}))
    of_first = host.aws.list_aliases(FunctionName=three, FunctionVersion="1")

    assert [[alias["Name"] for alias in page["Aliases"]] for page in pages] == [["a", "b"], ["c"]]
    assert [alias["Name"] for alias in of_first["Aliases"]] == ["a", "c"]


def test_revisions_guard_aliases(host, three):
    created = host.aws.create_alias(FunctionName=three, Name="live", FunctionVersion="1")

    with pytest.raises(host.aws.exceptions.PreconditionFailedException) as raised:
        host.aws.update_alias(FunctionName=three, Name="live", FunctionVersion="2", RevisionId="stale")
    moved = host.aws.update_alias(FunctionName=three, Name="live", FunctionVersion="2", RevisionId=created["RevisionId"])

    assert error(raised) == STALE
    assert moved["FunctionVersion"] == "2"


@pytest.mark.parametrize("weight", [0.0, 0.2, 0.5, 1.0])
def test_weights_share_calls(host, three, weight):
    host.aws.create_alias(FunctionName=three, Name="live", FunctionVersion="1",
                          RoutingConfig={"AdditionalVersionWeights": {"2": weight}})
    count = 400

    with concurrent.futures.ThreadPoolExecutor(4) as threads:
        path = f"/2015-03-31/functions/{three}:live/invocations"
        replies = list(threads.map(lambda _: host.request("POST", path, b"{}"), range(count)))
    versions = collections.Counter(reply.headers["x-amz-executed-version"] for reply in replies)

    assert {reply.headers["x-amz-executed-version"] for reply in replies if reply.json["version"] not in "12"} == set()
    assert all(reply.headers["x-amz-executed-version"] == reply.json["version"] for reply in replies)
    # Over five standard deviations away: once in millions of runs by chance, and at the ends never.
    margin = 5.5 * (count * weight * (1 - weight)) ** 0.5
    assert abs(versions["2"] - count * weight) <= margin
    assert set(versions) <= {"1", "2"}


def test_weights_are_shown_and_taken_away(host, three):
    weights = {"AdditionalVersionWeights": {"2": 0.25}}
    created = host.aws.create_alias(FunctionName=three, Name="live", FunctionVersion="1", RoutingConfig=weights)
    kept = host.aws.update_alias(FunctionName=three, Name="live", Description="d")
    cleared = host.aws.update_alias(FunctionName=three, Name="live", RoutingConfig={"AdditionalVersionWeights": {}})

    assert created["RoutingConfig"] == kept["RoutingConfig"] == weights
    assert "RoutingConfig" not in cleared


BAD_ROUTES = {
    "two": ("1", {"2": 0.1, "3": 0.1}, "InvalidParameterValueException",
            "Number of items in AdditionalVersionWeights cannot be greater than 1"),
    "high": ("1", {"2": 2.0}, "ValidationException",
             WEIGHTS.format("{2=2.0}") + "Map value must satisfy constraint: [Member must have value less than or equal "
             "to 1.0, Member must have value greater than or equal to 0.0, Member must not be null]"),
    "negative": ("1", {"2": -1.0}, "ValidationException",
                 WEIGHTS.format("{2=-1.0}") + "Map value must satisfy constraint: [Member must have value less than or "
                 "equal to 1.0, Member must have value greater than or equal to 0.0, Member must not be null]"),
    "same": ("1", {"1": 0.5}, "InvalidParameterValueException",
             "Invalid function version 1. Function version 1 is already included in routing configuration."),
    "latest": ("$LATEST", {"1": 0.5}, "InvalidParameterValueException",
               "$LATEST is not supported for an alias pointing to more than 1 version"),
    "to latest": ("1", {"$LATEST": 0.5}, "ValidationException",
                  WEIGHTS.format("{$LATEST=0.5}") + "Map keys must satisfy constraint: [Member must have length less than "
                  "or equal to 1024, Member must have length greater than or equal to 1, Member must satisfy regular "
                  "expression pattern: [0-9]+]"),
    "missing": ("1", {"10": 0.5}, "ResourceNotFoundException", "Function not found: {arn}:10"),
    "from missing": ("10", {"1": 0.5}, "ResourceNotFoundException", "Function not found: {arn}:10"),
}


@pytest.mark.parametrize("case", BAD_ROUTES)
def test_bad_routes_are_refused(host, three, case):
    version, weights, code, message = BAD_ROUTES[case]

    with pytest.raises(ClientError) as raised:
        host.client(validates=False).create_alias(
            FunctionName=three, Name="live", FunctionVersion=version,
            RoutingConfig={"AdditionalVersionWeights": weights})

    assert error(raised)[1:] == (code, message.replace("{arn}", f"{ARN}:{three}"))
    assert host.aws.list_aliases(FunctionName=three)["Aliases"] == []


def test_bad_aliases_are_refused(host, three):
    aws = host.client(validates=False)
    aws.create_alias(FunctionName=three, Name="live", FunctionVersion="1")
    pattern = "failed to satisfy constraint: Member must satisfy regular expression pattern: (?!^[0-9]+$)([a-zA-Z0-9-_]+)"
    cases = [
        (lambda: aws.create_alias(FunctionName=three, Name="live", FunctionVersion="1"),
         (409, "ResourceConflictException", f"Alias already exists: {ARN}:{three}:live")),
        (lambda: aws.create_alias(FunctionName="missing", Name="live", FunctionVersion="1"),
         (404, "ResourceNotFoundException", f"Function not found: {ARN}:missing:1")),
        (lambda: aws.update_alias(FunctionName=three, Name="nobody", FunctionVersion="1"),
         (404, "ResourceNotFoundException", f"Alias not found: {ARN}:{three}:nobody")),
        (lambda: aws.get_alias(FunctionName=three, Name="nobody"),
         (404, "ResourceNotFoundException", f"Cannot find alias arn: {ARN}:{three}:nobody")),
        (lambda: aws.create_alias(FunctionName=three, Name="2024", FunctionVersion="1"),
         (400, "ValidationException", f"1 validation error detected: Value '2024' at 'name' {pattern}")),
        (lambda: aws.create_alias(FunctionName=three, Name="a b", FunctionVersion="1"),
         (400, "ValidationException", f"1 validation error detected: Value 'a b' at 'name' {pattern}")),
        (lambda: aws.create_alias(FunctionName=three, Name="x"),
         (400, "ValidationException",
          "1 validation error detected: Value null at 'functionVersion' failed to satisfy constraint: Member must not be "
          "null")),
    ]

    for call, expected in cases:
        with pytest.raises(ClientError) as raised:
            call()
        assert error(raised) == expected


def test_deleting_a_function_takes_its_aliases_along(host, create):
    name = create("identity", Publish=True)
    host.aws.create_alias(FunctionName=name, Name="live", FunctionVersion="1")

    host.aws.delete_function(FunctionName=name)
    create("identity", name)

    assert host.aws.list_aliases(FunctionName=name)["Aliases"] == []
    assert publish(host, name)["Version"] == "1"
