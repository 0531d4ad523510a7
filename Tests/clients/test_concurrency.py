"""Reserved and provisioned concurrency, and what a caller over a limit is told."""

import concurrent.futures
import json
import threading
import time

import pytest
from botocore.exceptions import ClientError

from brasa_host import ARN, ROLE, wait_until
from conftest import waited, zipped
from test_functions import busy
from test_invoke import busy_instances, error, invoke
from test_versions import publish

UNPUBLISHED = "Provisioned Concurrency Configs cannot be applied to unpublished function versions."
NOT_PROVISIONABLE = "The function resource provided must be an alias or a published version."


def test_reserved_concurrency_is_set_read_and_taken_back(host, create):
    name = create("echo")
    aws = host.aws

    def concurrency():
        answer = aws.get_function_concurrency(FunctionName=name)
        del answer["ResponseMetadata"]
        return answer

    assert concurrency() == {}
    assert host.request("GET", f"/2019-09-30/functions/{name}/concurrency").body == b"{}"
    put = aws.put_function_concurrency(FunctionName=name, ReservedConcurrentExecutions=5)
    assert (put["ReservedConcurrentExecutions"], put["ResponseMetadata"]["HTTPStatusCode"]) == (5, 200)
    assert concurrency() == {"ReservedConcurrentExecutions": 5}
    assert aws.get_function(FunctionName=name)["Concurrency"] == {"ReservedConcurrentExecutions": 5}
    assert aws.delete_function_concurrency(FunctionName=name)["ResponseMetadata"]["HTTPStatusCode"] == 204
    assert concurrency() == {}
    assert aws.delete_function_concurrency(FunctionName=name)["ResponseMetadata"]["HTTPStatusCode"] == 204


def test_zero_switches_a_function_off(host, create):
    name = create("echo")
    host.aws.put_function_concurrency(FunctionName=name, ReservedConcurrentExecutions=0)

    with pytest.raises(host.aws.exceptions.TooManyRequestsException) as raised:
        host.aws.invoke(FunctionName=name)
    stream = host.request("POST", f"/2021-11-15/functions/{name}/response-streaming-invocations", b"{}")
    host.aws.delete_function_concurrency(FunctionName=name)

    assert error(raised) == (429, "TooManyRequestsException", "Rate Exceeded.")
    assert stream.error == (429, "TooManyRequestsException", "Rate Exceeded.")
    assert invoke(host, name)[0]["StatusCode"] == 200


def occupied(host, name, gate, count=1):
    """Calls that keep `count` instances busy; ends when the result is called."""
    threads = concurrent.futures.ThreadPoolExecutor(count)
    calls = [threads.submit(lambda: invoke(host, name, gate.event(ms=0))) for _ in range(count)]
    wait_until(lambda: busy(host, name) >= count, what="the instances did not become busy")

    def finish():
        gate.open()
        replies = [call.result(120) for call in calls]
        threads.shutdown()
        return replies

    return finish


def test_callers_over_the_reserved_limit_are_told_why_and_when(host, create, gate):
    name = create("slow", Timeout=60)
    host.aws.put_function_concurrency(FunctionName=name, ReservedConcurrentExecutions=1)

    finish = occupied(host, name, gate)
    with pytest.raises(host.aws.exceptions.TooManyRequestsException) as raised:
        host.aws.invoke(FunctionName=name)
    reply = host.request("POST", f"/2015-03-31/functions/{name}/invocations", b"{}")
    http = host.request("GET", f"/{name}", port=host.gateway_port)
    replies = finish()

    response = raised.value.response
    assert error(raised) == (429, "TooManyRequestsException", "Rate Exceeded.")
    assert response["Reason"] == "ReservedFunctionConcurrentInvocationLimitExceeded"
    assert response["Type"] == "User"
    assert int(response["ResponseMetadata"]["HTTPHeaders"]["retry-after"]) >= 1
    assert reply.json == {
        "Reason": "ReservedFunctionConcurrentInvocationLimitExceeded", "Type": "User", "message": "Rate Exceeded."}
    assert (http.status, http.json["reason"]) == (429, "ReservedFunctionConcurrentInvocationLimitExceeded")
    assert int(http.headers["retry-after"]) >= 1
    assert [payload for _, payload in replies] == [b'{"ms":0}']
    assert invoke(host, name, b'{"ms":1}')[1] == b'{"ms":1}'


def test_callers_over_the_account_limit_are_told(new_host, library, gate):
    host = new_host({"limits": {"accountConcurrency": 2, "unreservedFloor": 0}},
                    functions={"slow": {"handler": "slow.so", "timeout": 60}},
                    libraries={"slow": library("slow"), "echo": library("echo")})

    finish = occupied(host, "slow", gate, 2)
    with pytest.raises(host.aws.exceptions.TooManyRequestsException) as raised:
        host.aws.invoke(FunctionName="echo")
    finish()

    assert raised.value.response["Reason"] == "ConcurrentInvocationLimitExceeded"


def test_reserved_instances_stay_free_for_their_function(new_host, library, gate):
    host = new_host({"limits": {"accountConcurrency": 2, "unreservedFloor": 0}},
                    functions={"slow": {"handler": "slow.so", "timeout": 60}},
                    libraries={"slow": library("slow"), "echo": library("echo")})
    host.aws.put_function_concurrency(FunctionName="echo", ReservedConcurrentExecutions=1)

    finish = occupied(host, "slow", gate)
    with pytest.raises(host.aws.exceptions.TooManyRequestsException) as raised:
        host.aws.invoke(FunctionName="slow")
    assert invoke(host, "echo", b"1")[1] == b"1"
    finish()

    assert raised.value.response["Reason"] == "ConcurrentInvocationLimitExceeded"


def test_sdks_try_again_until_there_is_room(host, create, gate):
    import boto3
    import botocore.config

    name = create("slow", Timeout=60)
    host.aws.put_function_concurrency(FunctionName=name, ReservedConcurrentExecutions=1)
    client = boto3.client(
        "lambda", endpoint_url=host.endpoint, region_name="us-east-1", aws_access_key_id="t", aws_secret_access_key="t",
        config=botocore.config.Config(retries={"mode": "standard", "total_max_attempts": 8}))

    def throttles():
        return sum(float(line.split()[-1]) for line in host.request("GET", "/metrics").body.decode().splitlines()
                   if line.startswith("brasa_throttles_total") and f'"{name}"' in line)

    finish = occupied(host, name, gate)
    with concurrent.futures.ThreadPoolExecutor(1) as threads:
        call = threads.submit(lambda: client.invoke(FunctionName=name, Payload=b'{"ms":1}'))
        wait_until(lambda: throttles() >= 1, what="the call was not refused")
        finish()
        answer = call.result(120)

    assert answer["Payload"].read() == b'{"ms":1}'
    assert answer["ResponseMetadata"]["RetryAttempts"] >= 1


def test_bad_reservations_are_refused(host, create):
    name = create("echo", Publish=True)
    aws = host.client(validates=False)
    cases = [
        (lambda: aws.put_function_concurrency(FunctionName=name, ReservedConcurrentExecutions=901),
         (400, "InvalidParameterValueException",
          "Specified ReservedConcurrentExecutions for function decreases account's UnreservedConcurrentExecution below "
          "its minimum value of [100].")),
        (lambda: aws.put_function_concurrency(FunctionName=name, ReservedConcurrentExecutions=-1),
         (400, "ValidationException",
          "1 validation error detected: Value '-1' at 'reservedConcurrentExecutions' failed to satisfy constraint: Member "
          "must have value greater than or equal to 0")),
        (lambda: aws.put_function_concurrency(FunctionName=name),
         (400, "ValidationException",
          "1 validation error detected: Value null at 'reservedConcurrentExecutions' failed to satisfy constraint: Member "
          "must not be null")),
        (lambda: aws.put_function_concurrency(FunctionName=f"{name}:1", ReservedConcurrentExecutions=1),
         (400, "InvalidParameterValueException",
          "This operation is permitted on Lambda functions only. Aliases and versions do not support this operation. "
          "Please specify either a function name or an unqualified function ARN.")),
        (lambda: aws.put_function_concurrency(FunctionName="missing", ReservedConcurrentExecutions=1),
         (404, "ResourceNotFoundException", f"Function not found: {ARN}:missing:$LATEST")),
        (lambda: aws.delete_function_concurrency(FunctionName="missing"),
         (404, "ResourceNotFoundException", f"Function not found: {ARN}:missing")),
    ]

    for call, expected in cases:
        with pytest.raises(ClientError) as raised:
            call()
        assert error(raised) == expected
    assert "ReservedConcurrentExecutions" not in host.aws.get_function_concurrency(FunctionName=name)


def provisioned(host, name, qualifier):
    answer = host.aws.get_provisioned_concurrency_config(FunctionName=name, Qualifier=qualifier)
    del answer["ResponseMetadata"]
    return answer


def ready(host, name, qualifier):
    return wait_until(
        lambda: (state := provisioned(host, name, qualifier))["Status"] != "IN_PROGRESS" and state,
        what="the provisioned concurrency did not become ready")


def test_provisioned_concurrency_becomes_ready(host, create):
    name = create("counter", Publish=True)
    aws = host.aws

    put = aws.put_provisioned_concurrency_config(FunctionName=name, Qualifier="1", ProvisionedConcurrentExecutions=3)
    state = ready(host, name, "1")

    assert put["ResponseMetadata"]["HTTPStatusCode"] == 202
    assert put["Status"] == "IN_PROGRESS"
    assert put["RequestedProvisionedConcurrentExecutions"] == 3
    assert put["AllocatedProvisionedConcurrentExecutions"] == put["AvailableProvisionedConcurrentExecutions"] == 0
    assert state == {
        "RequestedProvisionedConcurrentExecutions": 3, "AllocatedProvisionedConcurrentExecutions": 3,
        "AvailableProvisionedConcurrentExecutions": 3, "Status": "READY", "LastModified": put["LastModified"]}
    answer, _ = invoke(host, name, Qualifier="1", LogType="Tail")
    import base64

    assert "Init Duration" not in base64.b64decode(answer["LogResult"]).decode()


def test_available_instances_are_those_without_work(host, create, gate):
    name = create("slow", Publish=True, Timeout=60)
    host.aws.put_provisioned_concurrency_config(FunctionName=name, Qualifier="1", ProvisionedConcurrentExecutions=2)
    ready(host, name, "1")

    call = threading.Thread(target=lambda: invoke(host, name, gate.event(ms=0), Qualifier="1"))
    call.start()
    state = wait_until(
        lambda: (state := provisioned(host, name, "1"))["AvailableProvisionedConcurrentExecutions"] == 1 and state,
        what="no instance became busy")
    gate.open()
    call.join()

    assert state["AllocatedProvisionedConcurrentExecutions"] == 2
    wait_until(lambda: provisioned(host, name, "1")["AvailableProvisionedConcurrentExecutions"] == 2)


def test_provisioned_concurrency_changes_and_goes(host, create):
    name = create("counter", Publish=True)
    aws = host.aws
    for count in (3, 1, 2):
        aws.put_provisioned_concurrency_config(
            FunctionName=name, Qualifier="1", ProvisionedConcurrentExecutions=count)
        assert ready(host, name, "1")["AllocatedProvisionedConcurrentExecutions"] == count

    deleted = aws.delete_provisioned_concurrency_config(FunctionName=name, Qualifier="1")
    again = aws.delete_provisioned_concurrency_config(FunctionName=name, Qualifier="1")

    assert deleted["ResponseMetadata"]["HTTPStatusCode"] == again["ResponseMetadata"]["HTTPStatusCode"] == 204
    with pytest.raises(aws.exceptions.ProvisionedConcurrencyConfigNotFoundException) as raised:
        provisioned(host, name, "1")
    assert error(raised) == (
        404, "ProvisionedConcurrencyConfigNotFoundException", "No Provisioned Concurrency Config found for this function")


def test_provisioned_concurrency_moves_with_its_alias(host, create):
    name = create("counter", Publish=True)
    aws = host.aws
    aws.update_function_configuration(FunctionName=name, Timeout=9)
    waited(aws.get_waiter("function_updated_v2"), FunctionName=name)
    publish(host, name)
    aws.create_alias(FunctionName=name, Name="live", FunctionVersion="1")
    aws.put_provisioned_concurrency_config(FunctionName=name, Qualifier="live", ProvisionedConcurrentExecutions=2)
    ready(host, name, "live")

    aws.update_alias(FunctionName=name, Name="live", FunctionVersion="2")

    assert ready(host, name, "live")["AllocatedProvisionedConcurrentExecutions"] == 2
    aws.delete_alias(FunctionName=name, Name="live")
    assert aws.list_provisioned_concurrency_configs(FunctionName=name)["ProvisionedConcurrencyConfigs"] == []


def test_provisioned_concurrency_is_listed(host, create):
    name = create("counter", Publish=True)
    aws = host.aws
    for alias in ("a", "b", "c"):
        aws.create_alias(FunctionName=name, Name=alias, FunctionVersion="1")
        aws.put_provisioned_concurrency_config(FunctionName=name, Qualifier=alias, ProvisionedConcurrentExecutions=1)

    pages = list(aws.get_paginator("list_provisioned_concurrency_configs").paginate(
        FunctionName=name, PaginationConfig={"PageSize": 2}))

    arns = [[config["FunctionArn"] for config in page["ProvisionedConcurrencyConfigs"]] for page in pages]
    assert arns == [[f"{ARN}:{name}:a", f"{ARN}:{name}:b"], [f"{ARN}:{name}:c"]]


@pytest.mark.parametrize("fixture", ["init_fails", "init_crashes", "thaw_fails", "thaw_crashes"])
def test_failing_init_fails_provisioned_concurrency(host, create, fixture):
    name = create(fixture, Publish=True)

    host.aws.put_provisioned_concurrency_config(FunctionName=name, Qualifier="1", ProvisionedConcurrentExecutions=1)
    state = ready(host, name, "1")

    assert (state["Status"], state["StatusReason"]) == ("FAILED", "FUNCTION_ERROR_INIT_FAILURE")
    assert state["AllocatedProvisionedConcurrentExecutions"] == 0


def test_provisioned_concurrency_spills_over(host, create, gate):
    """More calls than provisioned instances: the rest run on demand."""
    name = create("counter", Publish=True, Timeout=60)
    host.aws.put_provisioned_concurrency_config(FunctionName=name, Qualifier="1", ProvisionedConcurrentExecutions=1)
    ready(host, name, "1")

    with concurrent.futures.ThreadPoolExecutor(4) as threads:
        replies = threads.map(lambda _: json.loads(invoke(host, name, gate.event(), Qualifier="1")[1]), range(4))
        wait_until(lambda: busy_instances(host, name) == 4, what="the calls did not run at the same time")
        gate.open()

        assert len({reply["pid"] for reply in replies}) == 4


def test_bad_provisioned_concurrency_is_refused(host, create):
    name = create("counter", Publish=True)
    aws = host.client(validates=False)
    aws.create_alias(FunctionName=name, Name="latest", FunctionVersion="$LATEST")
    aws.create_alias(FunctionName=name, Name="live", FunctionVersion="1")

    def put(qualifier, count=1, function=name):
        parameters = {"Qualifier": qualifier} if qualifier else {}
        return lambda: aws.put_provisioned_concurrency_config(
            FunctionName=function, ProvisionedConcurrentExecutions=count, **parameters)

    def get(qualifier, function=name):
        return lambda: aws.get_provisioned_concurrency_config(FunctionName=function, Qualifier=qualifier)

    def delete(qualifier, function=name):
        return lambda: aws.delete_provisioned_concurrency_config(FunctionName=function, Qualifier=qualifier)

    def bad(message):
        return 400, "InvalidParameterValueException", message

    def missing(message):
        return 404, "ResourceNotFoundException", message

    alias, function = f"Cannot find alias arn: {ARN}:", f"Function not found: {ARN}:"
    cases = [
        (put("$LATEST"), bad(UNPUBLISHED)), (put("latest"), bad(UNPUBLISHED)),
        (get("$LATEST"), bad(NOT_PROVISIONABLE)), (delete("$LATEST"), bad(NOT_PROVISIONABLE)),
        (put("nobody"), missing(f"{alias}{name}:nobody")), (get("nobody"), missing(f"{alias}{name}:nobody")),
        (delete("nobody"), missing(f"{alias}{name}:nobody")),
        (put("10"), missing(f"{function}{name}:10")), (get("10"), missing(f"{function}{name}:10")),
        (put("live", function="missing"), missing(f"{alias}missing:live")),
        (get("live", function="missing"), missing(f"{alias}missing:live")),
        (delete("1", function="missing"), missing(f"{function}missing:1")),
        (lambda: aws.list_provisioned_concurrency_configs(FunctionName="missing"), missing(f"{function}missing")),
        (put("1", 0), (400, "ValidationException",
                       "1 validation error detected: Value '0' at 'provisionedConcurrentExecutions' failed to satisfy "
                       "constraint: Member must have value greater than or equal to 1")),
        (put(None), (400, "ValidationException",
                     "1 validation error detected: Value null at 'qualifier' failed to satisfy constraint: Member must "
                     "not be null")),
        (put("1", 1001),
         bad("Specified ConcurrentExecutions for function is greater than account's unreserved concurrency [{left}].")),
        (put("1", 901),
         bad("Specified ConcurrentExecutions for function decreases account's UnreservedConcurrentExecution below its "
             "minimum value of [100].")),
    ]

    for call, expected in cases:
        with pytest.raises(ClientError) as raised:
            call()
        left = host.aws.get_account_settings()["AccountLimit"]["UnreservedConcurrentExecutions"]
        assert error(raised) == (*expected[:2], expected[2].replace("{left}", str(left)))


def test_provisioned_concurrency_keeps_to_the_reservation(host, create):
    name = create("counter", Publish=True)
    aws = host.aws
    aws.put_function_concurrency(FunctionName=name, ReservedConcurrentExecutions=2)
    with pytest.raises(aws.exceptions.InvalidParameterValueException) as more:
        aws.put_provisioned_concurrency_config(FunctionName=name, Qualifier="1", ProvisionedConcurrentExecutions=3)
    aws.put_provisioned_concurrency_config(FunctionName=name, Qualifier="1", ProvisionedConcurrentExecutions=2)
    with pytest.raises(aws.exceptions.InvalidParameterValueException) as less:
        aws.put_function_concurrency(FunctionName=name, ReservedConcurrentExecutions=1)

    assert error(more)[2] == (
        "Requested Provisioned Concurrency should not be greater than the reservedConcurrentExecution for function")
    assert error(less)[2] == (
        "ReservedConcurrentExecutions 1 should not be lower than function's total provisioned concurrency [2].")


def test_version_has_provisioned_concurrency_once(host, create):
    name = create("counter", Publish=True)
    aws = host.aws
    aws.create_alias(FunctionName=name, Name="live", FunctionVersion="1")
    aws.put_provisioned_concurrency_config(FunctionName=name, Qualifier="1", ProvisionedConcurrentExecutions=1)
    with pytest.raises(aws.exceptions.ResourceConflictException) as on_alias:
        aws.put_provisioned_concurrency_config(FunctionName=name, Qualifier="live", ProvisionedConcurrentExecutions=1)
    aws.delete_provisioned_concurrency_config(FunctionName=name, Qualifier="1")
    aws.put_provisioned_concurrency_config(FunctionName=name, Qualifier="live", ProvisionedConcurrentExecutions=1)
    with pytest.raises(aws.exceptions.ResourceConflictException) as on_version:
        aws.put_provisioned_concurrency_config(FunctionName=name, Qualifier="1", ProvisionedConcurrentExecutions=1)

    assert error(on_alias) == (
        409, "ResourceConflictException",
        "Alias can't be used for Provisioned Concurrency configuration on an already Provisioned version")
    assert error(on_version) == (
        409, "ResourceConflictException", "Version is pointed by a Provisioned Concurrency alias")
