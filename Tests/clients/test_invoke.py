"""Invoke: what comes back, from whom, and which kinds of errors there are."""

import base64
import concurrent.futures
import json

import pytest
from botocore.exceptions import ClientError

from brasa_host import ARN, wait_until
from conftest import waited

LIMIT = 6 * 1024 * 1024


def invoke(host, name, payload=b"{}", **parameters):
    """Answer, payload and log of a call."""
    answer = host.aws.invoke(FunctionName=name, Payload=payload, **parameters)
    return answer, answer["Payload"].read()


def error(raised):
    """Status, type and message of a refused call."""
    response = raised.value.response
    return (response["ResponseMetadata"]["HTTPStatusCode"], response["Error"]["Code"], response["Error"]["Message"])


def test_reply_comes_back_with_the_version_that_ran(host, create):
    name = create("echo")

    answer, payload = invoke(host, name, json.dumps({"text": "Grüße"}).encode())

    assert answer["StatusCode"] == 200
    assert answer["ExecutedVersion"] == "$LATEST"
    assert "FunctionError" not in answer
    assert "LogResult" not in answer
    assert json.loads(payload) == {"text": "Grüße"}
    request_id = answer["ResponseMetadata"]["RequestId"]
    assert len(request_id) == 36 and request_id.count("-") == 4
    assert answer["ResponseMetadata"]["HTTPHeaders"]["content-type"] == "application/json"


def test_function_sees_who_calls(host, create):
    name = create("identity")

    answer, payload = invoke(host, name)

    seen = json.loads(payload)
    assert seen["requestId"] == answer["ResponseMetadata"]["RequestId"]
    assert seen["function"] == name
    assert seen["version"] == "$LATEST"
    assert seen["trigger"] == "invoke"
    assert seen["attempt"] == 1


def test_function_without_an_answer_replies_null(host, create):
    assert invoke(host, create("never_replies"))[1] == b"null"


@pytest.mark.parametrize("form", ["{name}", "{name}:$LATEST", "000000000000:function:{name}", f"{ARN}:{{name}}",
                                  f"{ARN}:{{name}}:$LATEST", "us-east-1:000000000000:function:{name}"])
def test_names_have_every_documented_form(host, create, form):
    name = create("echo")

    answer, payload = invoke(host, form.format(name=name), b'"x"')

    assert (answer["StatusCode"], payload) == (200, b'"x"')


def test_empty_payload_is_an_empty_object(host, create):
    assert host.request("POST", f"/2015-03-31/functions/{create('echo')}/invocations").body == b"{}"


def test_dry_run_does_not_run(host, create):
    name = create("counter")

    answer, payload = invoke(host, name, InvocationType="DryRun")
    after, count = invoke(host, name)

    assert (answer["StatusCode"], payload) == (204, b"")
    assert "ExecutedVersion" not in answer
    assert json.loads(count)["count"] == 1


def test_event_is_accepted_and_runs_later(host, create):
    name = create("prints")

    answer, payload = invoke(host, name, InvocationType="Event")

    assert (answer["StatusCode"], payload) == (202, b"")
    assert "ExecutedVersion" not in answer and "FunctionError" not in answer
    request_id = answer["ResponseMetadata"]["RequestId"]
    wait_until(lambda: f"END RequestId: {request_id}" in logged(host, name), what="the event did not run")


def test_invoke_async_is_accepted(host, create):
    name = create("prints")

    answer = host.aws.invoke_async(FunctionName=name, InvokeArgs=b'{"a":1}')

    assert answer["Status"] == 202
    wait_until(lambda: "END RequestId: " in logged(host, name), what="the event did not run")


def logged(host, name):
    lines = host.request("GET", f"/_brasa/logs/{name}").json["lines"]
    return "\n".join(line["text"] if "text" in line else line["message"] for line in lines)


def test_log_tail_holds_what_the_invocation_wrote(host, create):
    name = create("prints", MemorySize=256)

    answer, _ = invoke(host, name, LogType="Tail")

    log = base64.b64decode(answer["LogResult"]).decode()
    request_id = answer["ResponseMetadata"]["RequestId"]
    lines = log.splitlines()
    assert f"START RequestId: {request_id} Version: $LATEST" in lines
    assert f"END RequestId: {request_id}" in lines
    report = next(line for line in lines if line.startswith(f"REPORT RequestId: {request_id}\tDuration: "))
    assert "\tMemory Size: 256 MB\t" in report
    for written in ("out one", "out two", "err one", "log one", "out without end", "err without end"):
        assert written in log, log
    assert "LogResult" not in invoke(host, name, LogType="None")[0]


def test_log_tail_is_the_last_four_kilobytes(host, create):
    answer, _ = invoke(host, create("prints_much"), LogType="Tail")

    log = base64.b64decode(answer["LogResult"])
    assert 3000 < len(log) <= 4096
    assert b"REPORT RequestId: " in log


def test_client_context_reaches_the_function(host, create):
    name = create("metadata")
    context = base64.b64encode(b'{"custom":{"k":"v"}}').decode()

    _, payload = invoke(host, name, ClientContext=context)

    assert json.loads(payload)["client-context"] == '{"custom":{"k":"v"}}'


FAILURES = {
    ("fails", b"{}"): {"errorMessage": "There is no user 17.", "errorType": "UserNotFound", "requestId": "ID", "stackTrace": []},
    ("invoke_crashes", b'"crash"'): {
        "errorType": "Runtime.ExitError",
        "errorMessage": "RequestId: ID Error: Runtime exited with error: signal: segmentation fault (phase invoke)",
    },
    ("invoke_aborts", b'"abort"'): {
        "errorType": "Runtime.ExitError",
        "errorMessage": "RequestId: ID Error: Runtime exited with error: signal: aborted (phase invoke)",
    },
    ("invoke_hangs", b'"sleep"'): {
        "errorType": "Sandbox.Timedout", "errorMessage": "RequestId: ID Error: Task timed out after 1.00 seconds",
    },
    ("reply_too_large", b"{}"): {
        "errorMessage": "Response payload size exceeded maximum allowed payload size (6291556 bytes).",
        "errorType": "Function.ResponseSizeTooLarge",
    },
}


@pytest.mark.parametrize("fixture, event", FAILURES)
def test_failures_are_successes_of_the_service(host, create, fixture, event):
    name = create(fixture, Timeout=1 if fixture == "invoke_hangs" else 30)

    answer, payload = invoke(host, name, event, LogType="Tail")

    request_id = answer["ResponseMetadata"]["RequestId"]
    assert answer["StatusCode"] == 200
    assert answer["FunctionError"] == "Unhandled"
    assert answer["ExecutedVersion"] == "$LATEST"
    assert json.loads(payload.decode().replace(request_id, "ID")) == FAILURES[fixture, event]
    log = base64.b64decode(answer["LogResult"]).decode()
    assert f"REPORT RequestId: {request_id}" in log


def test_exit_and_memory_are_told_apart(host, create, name):
    exits, grows = create("invoke_exits", f"{name}-x"), create("invoke_allocates", f"{name}-m", MemorySize=128, Timeout=20)

    exited = json.loads(invoke(host, exits, b'"exit"')[1])
    answer, payload = invoke(host, grows, b'{"mb":400}')

    assert exited["errorType"] == "Runtime.ExitError"
    assert exited["errorMessage"].endswith(" Error: Runtime exited with error: exit status 3 (phase invoke)")
    assert answer["FunctionError"] == "Unhandled"
    told = json.loads(payload)
    if host.request("GET", "/health").json["memory_cap"] == "rlimit":
        # Without control groups malloc fails instead, which this function tells of itself.
        assert (told["errorType"], told["errorMessage"]) == ("NoMemory", "malloc gave NULL")
    else:
        assert told["errorType"] == "Runtime.OutOfMemory"
        assert "the memory limit of 128 MB was exceeded (phase invoke)" in told["errorMessage"]


def of_function(kind, message):
    return {"errorMessage": message, "errorType": kind, "requestId": "", "stackTrace": []}


def of_platform(kind, message):
    return {"errorType": kind, "errorMessage": f"RequestId: ID Error: {message}"}


INIT_FAILURES = {
    "init_fails": of_function(
        "Function.InitError",
        "init of module init_fails returned -1 (BRASA_FUNCTION_ERROR): cannot open users.db: No such file (phase init)"),
    "init_fails_silently": of_function(
        "Function.InitError", "init of module init_fails_silently returned -12 (BRASA_INTERNAL) (phase init)"),
    "freeze_fails": of_function(
        "Function.FreezeError", "freeze of module freeze_fails returned -5 (BRASA_CONFLICT) (phase freeze)"),
    "thaw_fails": of_function(
        "Function.ThawError", "thaw of module thaw_fails returned -6 (BRASA_DENIED) (phase thaw)"),
    "init_crashes": of_platform(
        "Runtime.ExitError", "Runtime exited with error: signal: segmentation fault (phase init)"),
    "init_exits": of_platform("Runtime.ExitError", "Runtime exited with error: exit status 7 (phase init)"),
    "thaw_crashes": of_platform(
        "Runtime.ExitError", "Runtime exited with error: signal: segmentation fault (phase thaw)"),
    "crash_in_constructor": of_platform(
        "Runtime.ExitError", "Runtime exited with error: signal: segmentation fault (phase load)"),
    "abi_major_mismatch": of_platform(
        "Runtime.InvalidEntrypoint",
        "abi_major_mismatch.so speaks ABI 2.0, this host speaks 1.0; build it with this host's brasa.h (phase load)"),
    "function_count_zero": of_platform(
        "Runtime.InvalidEntrypoint",
        "function_count_zero.so offers 0 functions; this host takes 1 to 1024 (phase load)"),
}


@pytest.mark.parametrize("fixture", INIT_FAILURES)
def test_failing_init_is_a_function_error_that_names_the_phase(host, create, fixture):
    answer, payload = invoke(host, create(fixture))

    assert answer["StatusCode"] == 200
    assert answer["FunctionError"] == "Unhandled"
    assert answer["ExecutedVersion"] == "$LATEST"
    text = payload.decode().replace(answer["ResponseMetadata"]["RequestId"], "ID")
    assert json.loads(text) == INIT_FAILURES[fixture]


def test_init_that_hangs_is_cut_off_at_the_timeout_of_the_invocation(new_host, library, create):
    host = new_host({"defaults": {"initTimeout": "500ms"}}, libraries={"init_hangs": library("init_hangs")})
    host.aws.update_function_configuration(FunctionName="init_hangs", Timeout=1)
    waited(host.aws.get_waiter("function_updated_v2"), FunctionName="init_hangs")

    answer, payload = invoke(host, "init_hangs")

    body = json.loads(payload)
    assert answer["FunctionError"] == "Unhandled"
    assert body["errorType"] == "Sandbox.Timedout"
    assert body["errorMessage"].endswith(" Error: The function did not finish within 1000 ms (phase init)")


@pytest.mark.parametrize("qualifier", [None, "1", "live", "$LATEST"])
def test_unknown_function_is_not_found(host, qualifier):
    parameters = {"Qualifier": qualifier} if qualifier else {}

    with pytest.raises(host.aws.exceptions.ResourceNotFoundException) as raised:
        host.aws.invoke(FunctionName="missing", **parameters)

    arn = f"{ARN}:missing" + (f":{qualifier}" if qualifier else "")
    assert error(raised) == (404, "ResourceNotFoundException", f"Function not found: {arn}")
    assert raised.value.response["Type"] == "User"


@pytest.mark.parametrize("kind", ["Event", "DryRun"])
def test_unknown_function_is_not_found_by_those_who_do_not_wait(host, kind):
    with pytest.raises(host.aws.exceptions.ResourceNotFoundException) as raised:
        host.aws.invoke(FunctionName="missing", InvocationType=kind)

    assert error(raised)[2] == f"Function not found: {ARN}:missing"


def test_functions_of_other_regions_and_accounts_are_not_found(host, create):
    name = create("echo")

    for arn in (f"arn:aws:lambda:eu-west-1:000000000000:function:{name}",
                f"arn:aws:lambda:us-east-1:111111111111:function:{name}"):
        with pytest.raises(host.aws.exceptions.ResourceNotFoundException):
            host.aws.invoke(FunctionName=arn)


def test_qualifiers_that_differ_are_refused(host, create):
    name = create("echo")

    with pytest.raises(host.aws.exceptions.InvalidParameterValueException) as raised:
        host.aws.invoke(FunctionName=f"{name}:$LATEST", Qualifier="1")

    assert error(raised) == (
        400, "InvalidParameterValueException",
        "The derived qualifier from the function name does not match the specified qualifier.")


BAD_JSON = {
    b"{": "Unexpected end-of-input at byte 1",
    b"not json": "Unexpected character ('o' (code 111)) at byte 1",
    b"{} {}": "Unexpected character ('{' (code 123)) at byte 3",
    b"": None,
    b"{'a':1}": "Unexpected character (''' (code 39)) at byte 1",
    b"[1,]": "Unexpected character (']' (code 93)) at byte 3",
    b"01": "Unexpected character ('1' (code 49)) at byte 1",
}


@pytest.mark.parametrize("payload", [text for text, message in BAD_JSON.items() if message])
@pytest.mark.parametrize("kind", ["RequestResponse", "Event"])
def test_payload_that_is_no_json_is_refused(host, create, payload, kind):
    name = create("echo")

    with pytest.raises(host.aws.exceptions.InvalidRequestContentException) as raised:
        host.aws.invoke(FunctionName=name, Payload=payload, InvocationType=kind)

    assert error(raised) == (
        400, "InvalidRequestContentException",
        f"Could not parse request body into json: Could not parse payload into json: {BAD_JSON[payload]}")


NOT_UTF8 = {
    "lone start": b'"\xe4"', "lone continuation": b'"\x80"', "overlong": b'"\xc0\xaf"', "surrogate": b'"\xed\xa0\x80"',
    "too high": b'"\xf4\x90\x80\x80"', "cut off": b'"\xe2\x82"', "UTF-16": '"ä"'.encode("utf-16"),
    "outside a string": b"\xff{}", "key": b'{"\xe4":1}',
}


@pytest.mark.parametrize("case", NOT_UTF8)
def test_payload_that_is_not_utf8_is_refused(host, create, case):
    name = create("echo")

    with pytest.raises(host.aws.exceptions.InvalidRequestContentException) as raised:
        host.aws.invoke(FunctionName=name, Payload=NOT_UTF8[case])

    status, _, message = error(raised)
    assert status == 400
    assert message.startswith("Could not parse request body into json: "), message


def test_every_kind_of_utf8_passes(host, create):
    text = json.dumps("a\u00e4\u20ac\U0001f525\uffff\U0010ffff\x7f", ensure_ascii=False).encode()

    assert invoke(host, create("echo"), text)[1] == text


@pytest.mark.parametrize("kind, limit, operation", [("RequestResponse", LIMIT, "InvokeFunction"),
                                                    ("Event", 1024 * 1024, "InvokeFunction")])
def test_payload_over_the_limit_is_too_large(host, create, kind, limit, operation):
    name = create("slow", Timeout=10)

    fits = host.aws.invoke(FunctionName=name, Payload=json.dumps("x" * (limit - 2)), InvocationType=kind)
    with pytest.raises(host.aws.exceptions.RequestTooLargeException) as raised:
        host.aws.invoke(FunctionName=name, Payload=json.dumps("x" * (limit - 1)), InvocationType=kind)

    assert fits["StatusCode"] in (200, 202) and "FunctionError" not in fits
    assert error(raised) == (
        413, "RequestTooLargeException", f"Request must be smaller than {limit} bytes for the {operation} operation")


def test_reply_at_the_limit_fits(host, create):
    answer, payload = invoke(host, create("reply_sized", Timeout=10), b'{"bytes":6291556}')

    assert "FunctionError" not in answer
    assert len(payload) == 6291556


@pytest.mark.parametrize("headers, message", [
    ({"X-Amz-Invocation-Type": "Sometimes"},
     "1 validation error detected: Value 'Sometimes' at 'invocationType' failed to satisfy constraint: Member must "
     "satisfy enum value set: [Event, RequestResponse, DryRun]"),
    ({"X-Amz-Log-Type": "Head"},
     "1 validation error detected: Value 'Head' at 'logType' failed to satisfy constraint: Member must satisfy enum "
     "value set: [None, Tail]"),
])
def test_headers_out_of_range_are_validation_errors(host, create, headers, message):
    reply = host.request("POST", f"/2015-03-31/functions/{create('echo')}/invocations", b"{}", headers)

    assert reply.error == (400, "ValidationException", message)


@pytest.mark.parametrize("context", ["%%%", base64.b64encode(b"no json").decode(), "x" * 3584])
def test_bad_client_context_is_refused(host, create, context):
    reply = host.request(
        "POST", f"/2015-03-31/functions/{create('echo')}/invocations", b"{}", {"X-Amz-Client-Context": context})

    assert reply.error[:2] == (400, "InvalidRequestContentException")
    assert reply.error[2].startswith("Client context must be ")


def test_invocations_run_side_by_side(host, create, gate):
    name = create("counter", Timeout=60)

    with concurrent.futures.ThreadPoolExecutor(8) as threads:
        replies = threads.map(lambda _: json.loads(invoke(host, name, gate.event())[1]), range(8))
        wait_until(lambda: busy_instances(host, name) == 8, what="the calls did not run at the same time")
        gate.open()

        assert len({reply["pid"] for reply in replies}) == 8


def busy_instances(host, name):
    """How many instances of a function, of any version, have work."""
    lines = host.request("GET", "/metrics").body.decode().splitlines()
    return sum(float(line.split()[-1]) for line in lines
               if line.startswith("brasa_instances{") and f'"{name}"' in line and '"busy"' in line)


def test_stream_is_collected_for_callers_that_wait(host, create):
    answer, payload = invoke(host, create("streams"))

    assert payload == b"a" * 10 + b"b" * 10 + b"c" * 10
    assert "FunctionError" not in answer


def test_function_of_the_folder_answers_like_any_other(new_host, library):
    host = new_host(libraries={"dropped": library("echo")})

    answer, payload = invoke(host, "dropped", b"[1]")

    assert (answer["ExecutedVersion"], payload) == ("$LATEST", b"[1]")
    with pytest.raises(ClientError):
        host.aws.invoke(FunctionName="echo")
