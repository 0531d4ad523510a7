"""Events nobody waits for: how they are retried, and that none is lost."""

import contextlib
import json
import pathlib
import sqlite3
import time

import pytest
from botocore.exceptions import ClientError

from brasa_host import ARN, wait_until
from conftest import waited
from test_invoke import error, logged
from test_versions import change, publish

# Appends the event and the attempt to the file that FILE names; fails when the event says so, and waits for the file that "until"
# of the event names.
RECORDS = """
#include "fixture.h"
static brasa_status invoke(UNUSED void *state, brasa_invocation *invocation) {
    char line[256];
    long ms = event_number(invocation, "ms", 0);
    if (ms) sleep_ms(ms);
    wait_until(invocation);
    int length = snprintf(line, sizeof line, "%ld %u %.*s %.*s\\n", event_number(invocation, "n", -1),
                          invocation->attempt, (int)invocation->request_id.len, (const char *)invocation->request_id.ptr,
                          (int)invocation->function_version.len, (const char *)invocation->function_version.ptr);
    int file = open(getenv("FILE"), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
    if (file < 0 || write(file, line, (size_t)length) != length) return BRASA_INTERNAL;
    close(file);
    if (event_has(invocation, "fail")) return host->fail(invocation, BRASA_FUNCTION_ERROR, bytes_of("E"), bytes_of("e"));
    return reply_text(invocation, "null");
}
FIXTURE("records", invoke)
"""


@pytest.fixture
def recorder(compiled, tmp_path):
    """A library that records the events it gets, the settings for it, and what it has recorded."""
    # Functions may run as another user than the host.
    for folder in (tmp_path, *list(tmp_path.parents)[:2]):
        folder.chmod(0o777)
    path = tmp_path / "events"

    class Recorder:
        library = compiled(RECORDS)
        functions = {"records": {"handler": "records.so", "timeout": 120, "environment": {"FILE": str(path)}}}

        @staticmethod
        def lines():
            return [line.split() for line in path.read_text().splitlines()] if path.exists() else []

        def numbers(self):
            return [int(line[0]) for line in self.lines()]

    return Recorder()


def send(host, name="records", **event):
    answer = host.aws.invoke(
        FunctionName=name, InvocationType="Event", Payload=json.dumps(event), **(
            {"Qualifier": event.pop("qualifier")} if "qualifier" in event else {}))
    assert answer["StatusCode"] == 202
    return answer["ResponseMetadata"]["RequestId"]


def test_events_survive_a_killed_host(new_host, recorder, gate):
    """Accepted while the only instance is busy, so that they wait in the host when it is killed."""
    host = new_host(functions={**recorder.functions, "records": {**recorder.functions["records"],
                                                                 "reservedConcurrency": 1}},
                    libraries={"records": recorder.library})
    send(host, n=0, until=str(gate.path))
    wait_until(lambda: "busy" if busy_now(host) else None, what="the first event did not start")
    ids = {send(host, n=number): number for number in range(1, 21)}

    host.kill()
    assert recorder.numbers() == []
    gate.open()
    host.start()
    # One at a time they would be refused and tried again for minutes.
    host.aws.delete_function_concurrency(FunctionName="records")

    wait_until(lambda: set(recorder.numbers()) >= set(range(1, 21)), 120, "accepted events were lost")
    assert {line[2]: int(line[0]) for line in recorder.lines() if int(line[0]) > 0} == ids


def busy_now(host):
    functions = host.request("GET", "/_brasa/functions").json["functions"]
    return functions[0]["instances"].get("busy", 0)


def test_finished_events_do_not_come_again_after_a_restart(new_host, recorder):
    host = new_host(functions=recorder.functions, libraries={"records": recorder.library})
    for number in range(5):
        send(host, n=number)
    wait_until(lambda: len(recorder.numbers()) == 5, what="the events did not run")
    wait_until(lambda: stored_events(host) == 0, what="the events were not settled")

    host.kill()
    host.start()
    send(host, n=99)

    wait_until(lambda: 99 in recorder.numbers(), what="the event after the restart did not run")
    assert sorted(recorder.numbers()) == [0, 1, 2, 3, 4, 99]


def stored_events(host):
    """How many events the host's file has."""
    path = pathlib.Path(host.state, "async.sqlite").as_uri()
    with contextlib.closing(sqlite3.connect(f"{path}?mode=ro", uri=True)) as database:
        return database.execute("SELECT count(*) FROM event").fetchone()[0]


def test_failed_events_are_given_up_after_their_retries(new_host, recorder):
    host = new_host(functions=recorder.functions, libraries={"records": recorder.library})
    host.aws.put_function_event_invoke_config(FunctionName="records", MaximumRetryAttempts=0)

    request_id = send(host, n=1, fail=True)

    wait_until(lambda: f"END RequestId: {request_id}" in logged(host, "records"), what="the event did not run")
    send(host, n=2)
    wait_until(lambda: 2 in recorder.numbers(), what="the second event did not run")
    assert [line[:3] for line in recorder.lines()][0] == ["1", "1", request_id]
    assert recorder.numbers() == [1, 2]


def test_events_wait_for_room(new_host, recorder):
    """Throttled events are tried again; a throttle is no attempt."""
    host = new_host(functions={"records": {**recorder.functions["records"], "reservedConcurrency": 1}},
                    libraries={"records": recorder.library})

    for number in range(8):
        send(host, n=number, ms=50)

    wait_until(lambda: len(recorder.numbers()) == 8, what="throttled events were lost")
    assert {line[1] for line in recorder.lines()} == {"1"}


def test_events_of_an_alias_run_its_version(new_host, recorder):
    host = new_host(functions=recorder.functions, libraries={"records": recorder.library})
    publish(host, "records")
    host.aws.create_alias(FunctionName="records", Name="live", FunctionVersion="1")

    host.aws.invoke(FunctionName="records", Qualifier="live", InvocationType="Event", Payload=b'{"n":1}')

    wait_until(lambda: recorder.lines(), what="the event did not run")
    assert recorder.lines()[0][3] == "1"


def test_queued_events_run_on_the_new_version(new_host, recorder, gate):
    host = new_host(functions={"records": {**recorder.functions["records"], "reservedConcurrency": 1}},
                    libraries={"records": recorder.library})
    send(host, n=0, until=str(gate.path))
    wait_until(lambda: busy_now(host), what="the first event did not start")
    send(host, n=1)
    change(host, "records", Environment={"Variables": {"FILE": recorder.functions["records"]["environment"]["FILE"] + "2"}})
    gate.open()

    path = recorder.functions["records"]["environment"]["FILE"] + "2"
    wait_until(lambda: __import__("os").path.exists(path), what="the queued event did not run on the new version")
    assert open(path).read().split()[0] == "1"
    wait_until(lambda: recorder.numbers() == [0], what="the running event did not finish on the old version")


def test_event_invoke_configuration_comes_changes_and_goes(host, create):
    name = create("echo", Publish=True)
    aws = host.aws
    aws.create_alias(FunctionName=name, Name="live", FunctionVersion="1")

    put = aws.put_function_event_invoke_config(FunctionName=name, MaximumRetryAttempts=1, MaximumEventAgeInSeconds=60)
    updated = aws.update_function_event_invoke_config(FunctionName=name, MaximumRetryAttempts=0)
    got = aws.get_function_event_invoke_config(FunctionName=name)
    replaced = aws.put_function_event_invoke_config(FunctionName=name, MaximumRetryAttempts=2)
    aws.put_function_event_invoke_config(FunctionName=name, Qualifier="live", MaximumRetryAttempts=0)
    aws.put_function_event_invoke_config(FunctionName=f"{name}:1", MaximumEventAgeInSeconds=21600)
    pages = list(aws.get_paginator("list_function_event_invoke_configs").paginate(
        FunctionName=name, PaginationConfig={"PageSize": 2}))
    deleted = aws.delete_function_event_invoke_config(FunctionName=name, Qualifier="live")

    assert put["FunctionArn"] == f"{ARN}:{name}:$LATEST"
    assert (put["MaximumRetryAttempts"], put["MaximumEventAgeInSeconds"]) == (1, 60)
    assert put["DestinationConfig"] == {"OnSuccess": {}, "OnFailure": {}}
    assert abs(put["LastModified"].timestamp() - time.time()) < 60
    assert (updated["MaximumRetryAttempts"], updated["MaximumEventAgeInSeconds"]) == (0, 60)
    assert (got["MaximumRetryAttempts"], got["MaximumEventAgeInSeconds"]) == (0, 60)
    assert replaced["MaximumRetryAttempts"] == 2 and "MaximumEventAgeInSeconds" not in replaced
    configs = [config["FunctionArn"].rpartition(":")[2] for page in pages for config in page["FunctionEventInvokeConfigs"]]
    assert sorted(configs) == ["$LATEST", "1", "live"] and len(pages) == 2
    assert deleted["ResponseMetadata"]["HTTPStatusCode"] == 204
    with pytest.raises(aws.exceptions.ResourceNotFoundException) as raised:
        aws.get_function_event_invoke_config(FunctionName=name, Qualifier="live")
    assert error(raised) == (
        404, "ResourceNotFoundException", f"The function {ARN}:{name}:live doesn't have an EventInvokeConfig")


def test_bad_event_invoke_configurations_are_refused(host, create):
    name = create("echo")
    aws = host.client(validates=False)
    none = (404, "ResourceNotFoundException", "The function doesn't exist.")

    def without(qualifier):
        return (404, "ResourceNotFoundException", f"The function {ARN}:{qualifier} doesn't have an EventInvokeConfig")

    def invalid(value, member, constraint):
        return (400, "ValidationException",
                f"1 validation error detected: Value '{value}' at '{member}' failed to satisfy constraint: Member must "
                f"have value {constraint}")

    cases = [
        (lambda: aws.put_function_event_invoke_config(FunctionName="missing", MaximumRetryAttempts=1), none),
        (lambda: aws.update_function_event_invoke_config(FunctionName="missing", MaximumRetryAttempts=1), none),
        (lambda: aws.list_function_event_invoke_configs(FunctionName="missing"), none),
        (lambda: aws.put_function_event_invoke_config(FunctionName=name, Qualifier="no", MaximumRetryAttempts=1), none),
        (lambda: aws.get_function_event_invoke_config(FunctionName="missing"), without("missing:$LATEST")),
        (lambda: aws.delete_function_event_invoke_config(FunctionName="missing"), without("missing:$LATEST")),
        (lambda: aws.get_function_event_invoke_config(FunctionName=name, Qualifier="no"), without(f"{name}:no")),
        (lambda: aws.update_function_event_invoke_config(FunctionName=name, MaximumRetryAttempts=1),
         without(f"{name}:$LATEST")),
        (lambda: aws.put_function_event_invoke_config(FunctionName=name),
         (400, "InvalidParameterValueException",
          "You must specify at least one of error handling or destination setting.")),
        (lambda: aws.put_function_event_invoke_config(FunctionName=name, MaximumRetryAttempts=3),
         invalid(3, "maximumRetryAttempts", "less than or equal to 2")),
        (lambda: aws.put_function_event_invoke_config(FunctionName=name, MaximumEventAgeInSeconds=59),
         invalid(59, "maximumEventAgeInSeconds", "greater than or equal to 60")),
        (lambda: aws.put_function_event_invoke_config(FunctionName=name, MaximumEventAgeInSeconds=21601),
         invalid(21601, "maximumEventAgeInSeconds", "less than or equal to 21600")),
        (lambda: aws.put_function_event_invoke_config(
            FunctionName=name, DestinationConfig={"OnFailure": {"Destination": "arn:aws:sqs:us-east-1:000000000000:q"}}),
         (400, "InvalidParameterValueException",
          "DestinationConfig is not offered by this version of Brasa: events that fail for good are not sent on.")),
    ]

    for call, expected in cases:
        with pytest.raises(ClientError) as raised:
            call()
        assert error(raised) == expected


def test_each_alias_has_its_own_retries(new_host, recorder):
    """As on AWS: what is set for the function is not for its aliases, and the other way round."""
    host = new_host(functions=recorder.functions, libraries={"records": recorder.library})
    publish(host, "records")
    host.aws.create_alias(FunctionName="records", Name="live", FunctionVersion="1")
    host.aws.put_function_event_invoke_config(FunctionName="records", Qualifier="live", MaximumRetryAttempts=0)

    host.aws.invoke(FunctionName="records", InvocationType="Event", Payload=b'{"n":1,"fail":1}')
    host.aws.invoke(FunctionName="records", Qualifier="live", InvocationType="Event", Payload=b'{"n":2,"fail":1}')
    wait_until(lambda: sorted(recorder.numbers()) == [1, 2], what="the events did not run")

    # The one of the alias has been given up; the other waits for its second attempt.
    wait_until(lambda: given_up(host, recorder), what="no event was given up")
    assert given_up(host, recorder) == [2]


def given_up(host, recorder):
    """Numbers of the recorded events that the host's log says were given up."""
    ids = {line[2]: int(line[0]) for line in recorder.lines()}
    lines = [line for line in host.log.splitlines() if "Gave up an asynchronous event." in line]
    return [number for request_id, number in ids.items() if any(request_id in line for line in lines)]
