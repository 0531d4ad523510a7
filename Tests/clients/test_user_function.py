"""The shipped function `users`, as it is configured in runtime-config: over HTTP, beside SDKs that look into its tables."""

import concurrent.futures
import json
import random
import shutil
import string
import sys
import threading
import urllib.parse

import boto3
import botocore.config
import pytest

from brasa_host import REGION, BrasaHost
from conftest import REPOSITORY

SHIPPED = ("hello-c", "hello-cpp", "hello-swift", "users")
JSON = {"content-type": "application/json"}


@pytest.fixture(scope="module")
def service(build):
    """A host with the shipped configuration and functions."""
    service = Service(BrasaHost(build))
    yield service
    service.host.stop()


class Service:
    """The user API of one host."""

    def __init__(self, host):
        self.host = host
        shutil.copy(REPOSITORY / "runtime-config/serverless.yml", host.config)
        for name in SHIPPED:
            shutil.copy(host.build / f"lib{name}.so", host.functions / f"{name}.so")
        self.start()

    def start(self):
        self.host.start()
        self.tables = boto3.client(
            "dynamodb", endpoint_url=self.host.endpoint, region_name=REGION, aws_access_key_id="test",
            aws_secret_access_key="test", config=botocore.config.Config(retries={"total_max_attempts": 1}))

    def send(self, method, path="", body=None, headers=None):
        if isinstance(body, dict):
            body = json.dumps(body)
        if headers is None:
            headers = {} if body is None else JSON
        return self.host.request(method, f"/users{path}", body, headers, port=self.host.gateway_port)

    def create(self, email, name="Ada", **members):
        reply = self.send("POST", body={"email": email, "name": name, **members})
        assert reply.status == 201, reply
        return reply.json

    def at_once(self, calls):
        """The answers to requests that are all sent at the same moment."""
        start = threading.Barrier(len(calls))

        def call(arguments):
            start.wait(30)
            return self.send(*arguments)

        with concurrent.futures.ThreadPoolExecutor(len(calls)) as pool:
            return list(pool.map(call, calls))

    def rows(self, table):
        pages = self.tables.get_paginator("scan").paginate(TableName=table)
        return [{name: next(iter(value.values())) for name, value in item.items()} for page in pages for item in page["Items"]]

    def check_claims(self):
        """Each user has the claim of the own address, and there are no others."""
        users = {user["email"].lower(): user["id"] for user in self.rows("users")}
        assert users == {claim["email"]: claim["user"] for claim in self.rows("user-emails")}


NUMBERS = iter(range(1, 1_000_000))


@pytest.fixture
def email():
    return f"user{next(NUMBERS)}@example.org"


def test_user_is_created_read_changed_and_deleted(service, email):
    created = service.send("POST", body={"email": email, "name": "Ada"})
    path = created.headers["location"].removeprefix("/users")
    read = service.send("GET", path)
    changed = service.send("PUT", path, {"email": email, "name": "Ada King", "status": "suspended", "version": 1})
    stale = service.send("PUT", path, {"email": email, "name": "Eve", "version": 1})
    deleted = service.send("DELETE", path)

    assert (created.status, created.headers["etag"], created.headers["content-type"]) == (201, '"1"', "application/json")
    assert (read.status, read.json) == (200, created.json)
    assert (changed.status, changed.headers["etag"]) == (200, '"2"')
    assert {**created.json, **changed.json} == changed.json
    assert changed.json["updatedAt"] > changed.json["createdAt"] == created.json["createdAt"]
    assert (stale.status, stale.json["code"]) == (409, "stale-version")
    assert stale.headers["content-type"] == "application/problem+json"
    assert (deleted.status, deleted.body) == (204, b"")
    assert [service.send(method, path).status for method in ("GET", "DELETE")] == [404, 404]


def test_rows_are_what_sdks_see(service, email, run):
    user = service.create(email, "Ada é 👩‍🚀")

    row = service.tables.get_item(TableName="users", Key={"id": {"S": user["id"]}})["Item"]
    claim = service.tables.get_item(TableName="user-emails", Key={"email": {"S": email}})["Item"]
    scanned = run(
        [sys.executable, "-m", "awscli", "dynamodb", "scan", "--table-name", "users", "--query", "Items[].email.S"],
        environment=service.host.environment())

    assert set(row) == {"id", "email", "name", "status", "version", "createdAt", "updatedAt"}
    assert (row["email"], row["name"], row["version"]) == ({"S": email}, {"S": "Ada é 👩‍🚀"}, {"N": "1"})
    assert claim == {"email": {"S": email}, "user": {"S": user["id"]}}
    assert email in json.loads(scanned.stdout), scanned.stderr


def test_rows_of_sdks_are_what_the_function_sees(service, email):
    user = service.create(email)
    service.tables.update_item(
        TableName="users", Key={"id": {"S": user["id"]}}, UpdateExpression="SET #n = :n ADD version :one",
        ExpressionAttributeNames={"#n": "name"}, ExpressionAttributeValues={":n": {"S": "Countess"}, ":one": {"N": "1"}})

    read = service.send("GET", f"/{user['id']}").json

    assert (read["name"], read["version"]) == ("Countess", 2)


def test_table_has_the_stream_that_is_configured(service):
    table = service.tables.describe_table(TableName="users")["Table"]

    assert table["StreamSpecification"] == {"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"}
    assert table["BillingModeSummary"]["BillingMode"] == "PAY_PER_REQUEST"


def test_pages_join_up(service):
    created = {service.create(f"page{number}@example.org")["id"] for number in range(25)}

    listed, token, sizes = [], "", []
    while token is not None:
        page = service.send("GET", f"?limit=7{token and '&next=' + token}").json
        listed += [user["id"] for user in page["users"]]
        sizes.append(len(page["users"]))
        token = page.get("next")

    assert len(listed) == len(set(listed)) and created <= set(listed)
    assert max(sizes) == 7 and all(size == 7 for size in sizes[:-2])


def test_one_of_many_gets_an_email_address(service, email):
    spellings = [email, email.upper(), email.title(), email.replace("user", "USER")]
    replies = service.at_once([("POST", "", {"email": spellings[n % 4], "name": f"N{n}"}) for n in range(32)])

    statuses = sorted(reply.status for reply in replies)
    assert statuses == [201] + [409] * 31
    assert {reply.json["code"] for reply in replies if reply.status == 409} == {"email-taken"}
    service.check_claims()


def test_one_of_many_changes_a_version(service, email):
    user = service.create(email)
    for version in range(1, 6):
        bodies = [
            {"email": email if n % 2 else f"{n}.{email}", "name": f"N{n}", "version": version} for n in range(24)]
        replies = service.at_once([("PUT", f"/{user['id']}", body) for body in bodies])

        assert sorted(reply.status for reply in replies) == [200] + [409] * 23
        assert {reply.json["code"] for reply in replies if reply.status == 409} == {"stale-version"}
        winner = next(reply.json for reply in replies if reply.status == 200)
        assert service.send("GET", f"/{user['id']}").json == winner
    service.check_claims()


def test_many_change_to_one_address(service, email):
    users = [service.create(f"{n}.{email}") for n in range(16)]

    replies = service.at_once([("PUT", f"/{user['id']}", {"email": email, "name": "A", "version": 1}) for user in users])

    assert sorted(reply.status for reply in replies) == [200] + [409] * 15
    service.check_claims()


def test_claims_stay_exact_whatever_happens_at_once(service):
    """Few addresses, many who create, change and delete: at the end the two tables say the same."""
    addresses = [f"shared{number}@example.org" for number in range(4)]

    def client(seed):
        dice, mine, statuses = random.Random(seed), [], set()
        for _ in range(40):
            what = dice.random()
            if what < 0.4 or not mine:
                reply = service.send("POST", body={"email": dice.choice(addresses), "name": f"S{seed}"})
                if reply.status == 201:
                    mine.append(reply.json)
            elif what < 0.7:
                user = mine[-1]
                body = {"email": dice.choice(addresses), "name": "B", "version": user["version"]}
                reply = service.send("PUT", f"/{user['id']}", body)
                if reply.status == 200:
                    mine[-1] = reply.json
            else:
                reply = service.send("DELETE", f"/{mine.pop()['id']}")
            statuses.add(reply.status)
        return statuses

    with concurrent.futures.ThreadPoolExecutor(12) as pool:
        statuses = set().union(*pool.map(client, range(12)))

    assert statuses <= {200, 201, 204, 409}
    service.check_claims()


def test_what_was_acknowledged_survives_a_kill(build):
    service = Service(BrasaHost(build))
    try:
        acknowledged, stop = [], threading.Event()

        def client(number):
            sent = 0
            while not stop.is_set():
                sent += 1
                try:
                    reply = service.send("POST", body={"email": f"u{sent}@c{number}.org", "name": "A"})
                    if reply.status == 201:
                        acknowledged.append(reply.json)
                except OSError:
                    return
                except Exception:
                    # An answer that broke off.
                    if not stop.is_set():
                        return

        threads = [threading.Thread(target=client, args=(number,)) for number in range(8)]
        for thread in threads:
            thread.start()
        while len(acknowledged) < 200:
            threads[0].join(0.01)
        service.host.kill()
        stop.set()
        for thread in threads:
            thread.join(60)
        service.start()

        users = {user["id"]: user for user in service.rows("users")}
        assert {user["id"] for user in acknowledged} <= set(users)
        service.check_claims()
        assert service.send("GET", f"/{acknowledged[-1]['id']}").json == acknowledged[-1]
    finally:
        service.host.stop()


@pytest.mark.parametrize("method, path, status", [
    ("PUT", "", 400), ("DELETE", "", 400), ("DELETE", "/", 400), ("GET", "/", 200), ("HEAD", "", 200),
    ("PATCH", "", 405), ("OPTIONS", "", 405), ("TRACE", "", 405), ("POST", "/x", 405), ("PATCH", "/x", 405),
    ("GET", "/x", 404), ("DELETE", "/x", 404), ("GET", "/a/b", 404), ("GET", "/a%2Fb", 404), ("GET", "/%2e%2e", 404),
    ("GET", "//", 404), ("GET", "/%00", 404), ("GET", "/%ff%fe", 404), ("GET", "/%zz", 404), ("GET", "/%", 404),
    ("GET", "/" + "x" * 256, 404), ("GET", "/" + "x" * 257, 404), ("GET", "/" + "%c3%a9" * 1_000, 404),
    ("GET", "?limit=0", 400), ("GET", "?limit=101", 400), ("GET", "?limit=", 400), ("GET", "?limit=1&limit=1", 400),
    ("GET", "?limit=%31", 200), ("GET", "?next=%00", 400), ("GET", "?next=" + "A" * 4_000, 400), ("GET", "?next=bm9ib2R5", 200),
    ("GET", "?other=1", 200),
])
def test_routes(service, method, path, status):
    reply = service.send(method, path)

    assert reply.status == status
    if status >= 400 and method != "HEAD":
        assert reply.headers["content-type"] == "application/problem+json"
        assert reply.json["status"] == status and reply.json["code"] and reply.json["detail"].endswith(".")
    if status == 405:
        assert reply.headers["allow"] == ("GET, HEAD, POST" if not path else "GET, HEAD, PUT, DELETE")


def test_encoded_ids_are_ids(service, email):
    user = service.create(email)
    encoded = "".join(f"%{byte:02x}" for byte in user["id"].encode())

    assert service.send("GET", f"/{encoded}").json == user
    assert service.send("GET", f"/{user['id']}%20").status == 404
    assert service.send("GET", f"/{user['id'].upper()}").status == 404
    # An id of another making, with a slash in it, is found by its encoded form and its plain one.
    row = service.tables.get_item(TableName="users", Key={"id": {"S": user["id"]}})["Item"]
    service.tables.put_item(TableName="users", Item={**row, "id": {"S": "a/b c"}})
    assert service.send("GET", "/a%2Fb%20c").json["id"] == service.send("GET", "/a/b%20c").json["id"] == "a/b c"
    service.tables.delete_item(TableName="users", Key={"id": {"S": "a/b c"}})


@pytest.mark.parametrize("body, headers, status", [
    (b"", JSON, 400), (b"{", JSON, 400), (b"[]", JSON, 400), (b"null", JSON, 400), (b"{}", JSON, 400),
    (b'{"email":"a@b.c","name":"\xff"}', JSON, 400), (b'{"email":"a@b.c","name":"\\ud800"}', JSON, 400),
    (b'{"email":"a@b.c","name":"a\x00b"}', JSON, 400), (b"\xff\xfe{\x00}\x00", JSON, 400), (b"[" * 16_000, JSON, 400),
    (b'{"a":' * 2_000 + b"1" + b"}" * 2_000, JSON, 400),
    (b'{"email":"a@b.c","name":"' + b"x" * 20_000 + b'"}', JSON, 413), (b" " * 16_385, JSON, 413),
    (b"x" * 6_000_000, JSON, 413), (b"\xff" * 4_000_000, JSON, 413), (b"x" * 7_000_000, JSON, 413),
    (b'{"email":"a@b.c","name":"A"}', {}, 415), (b'{"email":"a@b.c","name":"A"}', {"content-type": "text/json"}, 415),
    (b"<user/>", {"content-type": "application/xml"}, 415), (b"email=a", {"content-type": "application/x-www-form-urlencoded"}, 415),
])
def test_bodies(service, body, headers, status):
    before = len(service.rows("users"))

    reply = service.send("POST", "", body, headers)

    assert reply.status == status
    assert len(service.rows("users")) == before


def test_violations_are_listed_together(service):
    reply = service.send("POST", body={"email": "a b@c", "name": " \u0007", "status": 1, "x": None, "version": 3})

    assert reply.status == 400
    assert [(violation["field"], violation["rule"]) for violation in reply.json["violations"]] == [
        ("email", "characters"), ("email", "format"), ("name", "characters"), ("name", "format"), ("status", "type"),
        ("version", "unknown"), ("x", "unknown")]
    assert all(violation["message"].endswith(".") for violation in reply.json["violations"])


def test_email_addresses_of_any_script_are_unique_in_any_form(service):
    service.create("andré@exämple.org")

    again = service.send("POST", body={"email": "ANDRE\u0301@exa\u0308mple.org", "name": "A"})

    assert (again.status, again.json["code"]) == (409, "email-taken")
    assert service.create("用户@例子.中国")["email"] == "用户@例子.中国"


def test_versions_come_by_header_or_body(service, email):
    path = f"/{service.create(email)['id']}"
    body = {"email": email, "name": "B"}

    def put(tag, **members):
        return service.send("PUT", path, {**body, **members}, {**JSON, "if-match": tag})

    assert [put(tag).status for tag in ("*", "1", 'W/"1"', '"1", "2"', '"x"', '"99999999999999999999"')] == [400] * 6
    assert put('"2"').status == 409
    assert put('"1"', version=2).json["violations"][0]["field"] == "version"
    assert put('"1"').status == 200
    assert put('"2"', version=2).status == 200
    assert service.send("DELETE", path, headers={"if-match": '"2"'}).status == 409
    assert service.send("DELETE", path, headers={"if-match": '"3"'}).status == 204


def test_no_body_brings_the_function_down(service):
    """Mutations of a good request: each is answered by the function, none by the host in its place."""
    dice = random.Random(20261121)
    good = json.dumps({"email": "fuzz@example.org", "name": "Fuzz é", "status": "active"}, ensure_ascii=False).encode()

    for _ in range(400):
        body = bytearray(good)
        for _ in range(dice.randint(1, 6)):
            at = dice.randrange(len(body) + 1)
            what = dice.random()
            if what < 0.4:
                body[at:at + dice.randint(1, 8)] = b""
            elif what < 0.7:
                body[at:at] = dice.choice([b'"', b"\\", b"{", b"}", b"[", b",", b":", b"\\u0000", b"\\ud83d", b"1e999", b"null"])
            else:
                body[at:at] = bytes(dice.randrange(256) for _ in range(dice.randint(1, 4)))
        reply = service.send("POST", "", bytes(body), JSON)
        assert reply.status in (201, 400, 409), (bytes(body), reply)
    for _ in range(200):
        text = "".join(dice.choice(string.printable + "é\u0000\ud83d\ude00/%") for _ in range(dice.randint(1, 30)))
        quoted = urllib.parse.quote(text.encode("utf-16", "surrogatepass").decode("utf-16", "replace"), safe="")
        for path in (f"/{quoted}", f"?limit={quoted}", f"?next={quoted}"):
            reply = service.send("GET", path)
            assert reply.status in (200, 400, 404), (path, reply)
    service.check_claims()
