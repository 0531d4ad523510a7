"""InvokeWithResponseStream: frames, and errors before, in and after the stream."""

import base64
import http.client
import json

import pytest

from brasa_host import ARN, wait_until
from test_functions import busy
from test_invoke import error


def stream(host, name, payload=b"{}", **parameters):
    """Answer, chunks and the completion of a call."""
    answer = host.aws.invoke_with_response_stream(FunctionName=name, Payload=payload, **parameters)
    chunks, complete = [], None
    for event in answer["EventStream"]:
        assert complete is None, f"after the completion came {event}"
        if "PayloadChunk" in event:
            chunks.append(event["PayloadChunk"]["Payload"])
        else:
            complete = event["InvokeComplete"]
    return answer, chunks, complete


def test_chunks_come_as_they_are_written(host, create):
    answer, chunks, complete = stream(host, create("streams"), b'{"chunks":4,"size":5}')

    assert answer["StatusCode"] == 200
    assert answer["ExecutedVersion"] == "$LATEST"
    assert answer["ResponseStreamContentType"] == "application/vnd.amazon.eventstream"
    assert b"".join(chunks) == b"aaaaabbbbbcccccddddd"
    assert complete == {}


def test_first_chunk_is_there_before_the_function_ends(host, create, gate):
    name = create("streams", Timeout=60)

    answer = host.aws.invoke_with_response_stream(FunctionName=name, Payload=gate.event(chunks=3))
    events = iter(answer["EventStream"])
    first = next(events)
    gate.open()
    rest = list(events)

    assert first["PayloadChunk"]["Payload"] == b"a" * 10
    assert len(rest) == 3


def test_version_of_a_stream_is_that_of_the_alias(host, create):
    name = create("streams", Publish=True)
    host.aws.create_alias(FunctionName=name, Name="live", FunctionVersion="1")

    assert stream(host, name, Qualifier="live")[0]["ExecutedVersion"] == "1"


def test_buffered_reply_is_one_chunk(host, create):
    answer, chunks, complete = stream(host, create("echo"), b'{"a":1}')

    assert (chunks, complete, answer["ExecutedVersion"]) == ([b'{"a":1}'], {}, "$LATEST")


def test_log_tail_comes_with_the_completion(host, create):
    _, _, complete = stream(host, create("prints"), LogType="Tail")

    log = base64.b64decode(complete["LogResult"]).decode()
    assert "out one" in log and "REPORT RequestId: " in log


def test_megabytes_pass(host, create):
    _, chunks, complete = stream(host, create("streams", Timeout=30), b'{"chunks":40,"size":500000}')

    assert sum(map(len, chunks)) == 20_000_000
    assert complete == {}


ERRORS = {
    "before": (0, "StreamFailed", "failed before the first byte"),
    "after": (1, "StreamFailed", "failed after the first byte"),
    "crash-after": (1, "Runtime.ExitError", "Runtime exited with error: signal: segmentation fault (phase invoke)"),
    "hang-after": (1, "Sandbox.Timedout", "Task timed out after 1.00 seconds"),
}


@pytest.mark.parametrize("case", ERRORS)
def test_errors_end_the_stream(host, create, case):
    count, kind, message = ERRORS[case]

    answer, chunks, complete = stream(
        host, create("streams", Timeout=1 if case == "hang-after" else 30), json.dumps(case).encode())

    assert answer["StatusCode"] == 200
    assert answer["ExecutedVersion"] == "$LATEST"
    assert chunks == [b"a" * 10] * count
    assert complete["ErrorCode"] == kind
    details = json.loads(complete["ErrorDetails"])
    assert details["errorType"] == kind
    assert details["errorMessage"].endswith(message)


def test_error_after_the_end_does_not_undo_the_stream(host, create):
    _, chunks, _ = stream(host, create("streams"), b'"end"')

    assert b"".join(chunks) == b"a" * 10 + b"b" * 10 + b"c" * 10


def test_failing_init_ends_the_stream(host, create):
    answer, chunks, complete = stream(host, create("init_fails"))

    assert (answer["ExecutedVersion"], chunks) == ("$LATEST", [])
    assert complete["ErrorCode"] == "Function.InitError"
    assert "cannot open users.db" in json.loads(complete["ErrorDetails"])["errorMessage"]


def test_frames_carry_the_headers_and_checksums_of_the_format(host, create):
    """Decoded by botocore, which checks both CRCs; here the headers it does not show."""
    from botocore.eventstream import EventStreamBuffer

    reply = host.request("POST", f"/2021-11-15/functions/{create('streams')}/response-streaming-invocations", b"{}")
    buffer = EventStreamBuffer()
    buffer.add_data(reply.body)
    messages = list(buffer)

    assert reply.headers["content-type"] == "application/vnd.amazon.eventstream"
    assert [message.headers[":event-type"] for message in messages] == ["PayloadChunk"] * 3 + ["InvokeComplete"]
    assert {message.headers[":message-type"] for message in messages} == {"event"}
    assert messages[0].headers[":content-type"] == "application/octet-stream"
    assert messages[-1].headers[":content-type"] == "application/json"


def test_missing_function_is_an_error_and_no_stream(host):
    with pytest.raises(host.aws.exceptions.ResourceNotFoundException) as raised:
        host.aws.invoke_with_response_stream(FunctionName="missing")
    with pytest.raises(host.aws.exceptions.ResourceNotFoundException) as qualified:
        host.aws.invoke_with_response_stream(FunctionName="missing", Qualifier="7")

    assert error(raised) == (404, "ResourceNotFoundException", f"Function not found: {ARN}:missing")
    assert error(qualified)[2] == f"Function not found: {ARN}:missing:7"


def test_missing_version_is_an_error_and_no_stream(host, create):
    name = create("streams")

    with pytest.raises(host.aws.exceptions.ResourceNotFoundException) as raised:
        host.aws.invoke_with_response_stream(FunctionName=name, Qualifier="7")

    assert error(raised)[2] == f"Function not found: {ARN}:{name}:7"


def test_dry_run_answers_without_a_stream(host, create):
    reply = host.request("POST", f"/2021-11-15/functions/{create('streams')}/response-streaming-invocations", b"{}",
                         {"X-Amz-Invocation-Type": "DryRun"})

    assert (reply.status, reply.body) == (204, b"")


@pytest.mark.parametrize("payload, headers, expected", [
    (b"{", {}, (400, "InvalidRequestContentException",
                "Could not parse request body into json: Could not parse payload into json: "
                "Unexpected end-of-input at byte 1")),
    (b"{}", {"X-Amz-Invocation-Type": "Event"}, (
        400, "ValidationException",
        "1 validation error detected: Value 'Event' at 'invocationType' failed to satisfy constraint: Member must "
        "satisfy enum value set: [RequestResponse, DryRun]")),
    (b'"' + b"x" * (6 << 20) + b'"', {}, (
        413, "RequestTooLargeException",
        "Request must be smaller than 6291456 bytes for the InvokeWithResponseStream operation")),
])
def test_bad_requests_are_errors_and_no_stream(host, create, payload, headers, expected):
    reply = host.request("POST", f"/2021-11-15/functions/{create('streams')}/response-streaming-invocations",
                         payload, headers)

    assert reply.error == expected


def test_client_that_leaves_stops_the_function(host, create):
    # By itself it would end much later than is waited for.
    name = create("streams", Timeout=600)
    connection = http.client.HTTPConnection("127.0.0.1", host.control_port, timeout=120)
    connection.request("POST", f"/2021-11-15/functions/{name}/response-streaming-invocations",
                       b'{"chunks":100000,"size":100000}')
    connection.getresponse().read(1000)
    connection.close()

    wait_until(lambda: busy(host, name) == 0, what="the function did not stop")
    assert len(stream(host, name)[1]) == 3
