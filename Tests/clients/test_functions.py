"""Functions from their creation to their end: settings, states, waiters, lists, revisions."""

import hashlib
import base64
import re
import urllib.request

import pytest
from botocore.exceptions import ClientError

from brasa_host import ARN, ROLE
from conftest import unique_name, waited, zipped
from test_invoke import error, invoke

STALE = (
    412, "PreconditionFailedException",
    "The Revision Id provided does not match the latest Revision Id. "
    "Call the GetFunction/GetAlias API to retrieve the latest Revision Id")


def sha256(content):
    return base64.b64encode(hashlib.sha256(content).digest()).decode()


def test_creation_answers_with_the_whole_configuration(host, library, name):
    package = zipped({"lib/users.so": library("echo").read_bytes(), "readme.txt": b"hello"})

    created = host.aws.create_function(
        FunctionName=name, Role=ROLE, Runtime="provided.al2023", Handler="users.so#echo", Code={"ZipFile": package},
        Description="Users.", MemorySize=256, Timeout=9, Environment={"Variables": {"TABLE": "users"}},
        Tags={"team": "a"}, Architectures=None or ["x86_64"], PackageType="Zip")

    answer = created.pop("ResponseMetadata")
    assert answer["HTTPStatusCode"] == 201
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+0000", created.pop("LastModified"))
    assert re.fullmatch(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", created.pop("RevisionId"))
    assert created == {
        "FunctionName": name, "FunctionArn": f"{ARN}:{name}", "Runtime": "provided.al2023", "Role": ROLE,
        "Handler": "users.so#echo", "CodeSize": len(package), "CodeSha256": sha256(package),
        "Description": "Users.", "Timeout": 9, "MemorySize": 256, "Version": "$LATEST",
        "Environment": {"Variables": {"TABLE": "users"}}, "TracingConfig": {"Mode": "PassThrough"},
        "State": "Pending", "StateReason": "The function is being created.", "StateReasonCode": "Creating",
        "PackageType": "Zip", "Architectures": ["x86_64"], "EphemeralStorage": {"Size": 512},
        "SnapStart": {"ApplyOn": "None", "OptimizationStatus": "Off"},
        "LoggingConfig": {"LogFormat": "Text", "LogGroup": f"/aws/lambda/{name}"},
    }


def test_waiters_see_a_function_come_and_change(host, library, name):
    aws = host.aws
    code = {"ZipFile": zipped({"slow_init.so": library("slow_init").read_bytes()})}
    aws.create_function(FunctionName=name, Role=ROLE, Code=code, Environment={"Variables": {"INIT_MS": "2500"}})
    pending = aws.get_function_configuration(FunctionName=name)

    for waiter in ("function_exists", "function_active", "function_active_v2"):
        waited(aws.get_waiter(waiter), FunctionName=name)
    active = aws.get_function_configuration(FunctionName=name)
    updating = aws.update_function_configuration(FunctionName=name, Timeout=5)
    for waiter in ("function_updated", "function_updated_v2"):
        waited(aws.get_waiter(waiter), FunctionName=name)
    updated = aws.get_function_configuration(FunctionName=name)
    published = aws.publish_version(FunctionName=name)
    waited(aws.get_waiter("published_version_active"), FunctionName=name, Qualifier=published["Version"])

    assert (pending["State"], pending["StateReasonCode"]) == ("Pending", "Creating")
    assert "LastUpdateStatus" not in pending
    assert (active["State"], active["LastUpdateStatus"]) == ("Active", "Successful")
    assert "StateReason" not in active and "StateReasonCode" not in active
    assert (updating["State"], updating["LastUpdateStatus"]) == ("Active", "InProgress")
    assert updating["LastUpdateStatusReason"] == "The function is being created."
    assert updating["LastUpdateStatusReasonCode"] == "Creating"
    assert (updated["LastUpdateStatus"], updated["Timeout"]) == ("Successful", 5)
    assert "LastUpdateStatusReason" not in updated and "LastUpdateStatusReasonCode" not in updated


def test_changes_wait_for_the_one_before(host, library, name):
    aws = host.aws
    code = {"ZipFile": zipped({"slow_init.so": library("slow_init").read_bytes()})}
    aws.create_function(FunctionName=name, Role=ROLE, Code=code, Environment={"Variables": {"INIT_MS": "3000"}})

    with pytest.raises(aws.exceptions.ResourceConflictException) as pending:
        aws.update_function_configuration(FunctionName=name, Timeout=5)
    with pytest.raises(aws.exceptions.ResourceConflictException) as invoked:
        aws.invoke(FunctionName=name)
    waited(aws.get_waiter("function_active_v2"), FunctionName=name)
    aws.update_function_configuration(FunctionName=name, Timeout=5)
    with pytest.raises(aws.exceptions.ResourceConflictException) as configuration:
        aws.update_function_configuration(FunctionName=name, Timeout=6)
    with pytest.raises(aws.exceptions.ResourceConflictException) as changed_code:
        aws.update_function_code(FunctionName=name, **code)
    with pytest.raises(aws.exceptions.ResourceConflictException) as published:
        aws.publish_version(FunctionName=name)

    begins = "The operation cannot be performed at this time. "
    state = (409, "ResourceConflictException", f"{begins}The function is currently in the following state: Pending")
    assert error(pending) == state
    assert error(invoked) == state
    update = (409, "ResourceConflictException", f"{begins}An update is in progress for resource: {ARN}:{name}")
    assert error(configuration) == error(changed_code) == error(published) == update


def test_names_are_taken_once(host, create, library):
    name = create("echo")

    with pytest.raises(host.aws.exceptions.ResourceConflictException) as raised:
        host.aws.create_function(
            FunctionName=name, Role=ROLE, Code={"ZipFile": zipped({"e.so": library("echo").read_bytes()})})

    assert error(raised) == (409, "ResourceConflictException", f"Function already exist: {name}")


def test_function_can_be_got_with_its_code(host, create, library):
    name = create("echo", Tags={"a": "b"})

    got = host.aws.get_function(FunctionName=name)

    assert got["Configuration"]["FunctionArn"] == f"{ARN}:{name}"
    assert got["Code"]["RepositoryType"] == "S3"
    assert got["Tags"] == {"a": "b"}
    assert "Concurrency" not in got
    with urllib.request.urlopen(got["Code"]["Location"]) as reply:
        assert reply.headers["content-type"] == "application/zip"
        assert reply.read() == zipped({"echo.so": library("echo").read_bytes()})


def test_qualifiers_show_in_arns(host, create):
    name = create("echo", Publish=True)
    host.aws.create_alias(FunctionName=name, Name="live", FunctionVersion="1")

    arns = {qualifier: host.aws.get_function_configuration(FunctionName=name, Qualifier=qualifier)["FunctionArn"]
            for qualifier in ("$LATEST", "1", "live")}

    assert arns == {qualifier: f"{ARN}:{name}:{qualifier}" for qualifier in arns}


@pytest.mark.parametrize("operation", ["get_function", "get_function_configuration", "delete_function",
                                       "get_function_concurrency", "update_function_configuration", "publish_version",
                                       "list_versions_by_function", "list_aliases"])
def test_functions_that_are_missing_are_not_found(host, operation):
    with pytest.raises(host.aws.exceptions.ResourceNotFoundException) as raised:
        getattr(host.aws, operation)(FunctionName="missing")

    assert error(raised) == (404, "ResourceNotFoundException", f"Function not found: {ARN}:missing")
    assert raised.value.response["Type"] == "User"


@pytest.mark.parametrize("operation", ["get_function", "get_function_configuration"])
def test_versions_that_are_missing_are_not_found(host, create, operation):
    name = create("echo")

    for qualifier in ("1221", "nobody"):
        with pytest.raises(host.aws.exceptions.ResourceNotFoundException) as raised:
            getattr(host.aws, operation)(FunctionName=name, Qualifier=qualifier)
        assert error(raised)[2] == f"Function not found: {ARN}:{name}:{qualifier}"


def test_functions_of_other_regions_are_not_reachable(host):
    with pytest.raises(host.aws.exceptions.ResourceNotFoundException) as raised:
        host.aws.get_function(FunctionName="arn:aws:lambda:eu-west-1:000000000000:function:f")

    assert error(raised)[2] == "Functions from 'eu-west-1' are not reachable in this region ('us-east-1')"


def test_code_changes_and_answers(host, create, library):
    name = create("echo")
    package = zipped({"identity.so": library("identity").read_bytes()})
    before = host.aws.get_function_configuration(FunctionName=name)

    with pytest.raises(host.aws.exceptions.InvalidParameterValueException) as raised:
        host.aws.update_function_code(FunctionName=name, ZipFile=package)
    host.aws.update_function_configuration(FunctionName=name, Handler="identity.so")
    waited(host.aws.get_waiter("function_updated_v2"), FunctionName=name)
    updated = host.aws.update_function_code(FunctionName=name, ZipFile=package)
    waited(host.aws.get_waiter("function_updated_v2"), FunctionName=name)

    assert error(raised)[2] == 'Handler names the file "echo.so", but the archive has 1 file: identity.so.'
    assert (updated["LastUpdateStatus"], updated["CodeSha256"]) == ("InProgress", sha256(package))
    assert updated["RevisionId"] != before["RevisionId"]
    assert b'"function"' in invoke(host, name)[1]


def test_dry_run_changes_nothing(host, create, library):
    name = create("echo")
    package = zipped({"echo.so": library("echo").read_bytes(), "more": b"1"})

    dry = host.aws.update_function_code(FunctionName=name, ZipFile=package, DryRun=True)
    after = host.aws.get_function_configuration(FunctionName=name)
    with pytest.raises(host.aws.exceptions.InvalidParameterValueException):
        host.aws.update_function_code(FunctionName=name, ZipFile=b"no zip", DryRun=True)

    assert dry["CodeSha256"] == sha256(package)
    assert after["CodeSha256"] != sha256(package)
    assert after["LastUpdateStatus"] == "Successful"


def test_settings_change_one_by_one(host, create):
    name = create("environment", Environment={"Variables": {"AA": "1"}}, Description="first", Timeout=7)

    def update(**change):
        updated = host.aws.update_function_configuration(FunctionName=name, **change)
        waited(host.aws.get_waiter("function_updated_v2"), FunctionName=name)
        return updated

    update(Description="second")
    settings = host.aws.get_function_configuration(FunctionName=name)
    assert (settings["Description"], settings["Timeout"], settings["Environment"]) == (
        "second", 7, {"Variables": {"AA": "1"}})
    update(Environment={"Variables": {"BB": "2"}}, MemorySize=512)
    assert b'"BB":"2"' in invoke(host, name)[1]
    assert b'"AA"' not in invoke(host, name)[1]
    assert b'"AWS_LAMBDA_FUNCTION_MEMORY_SIZE":"512"' in invoke(host, name)[1]
    update(Environment={"Variables": {}}, Description="")
    settings = host.aws.get_function_configuration(FunctionName=name)
    assert settings["Description"] == "" and not settings.get("Environment", {}).get("Variables")


def test_revisions_guard_changes(host, create, library):
    name = create("echo", Publish=True)
    aws = host.aws
    revision = aws.get_function_configuration(FunctionName=name)["RevisionId"]
    package = zipped({"echo.so": library("echo").read_bytes()})

    for change in (lambda: aws.update_function_configuration(FunctionName=name, Timeout=5, RevisionId="stale"),
                   lambda: aws.update_function_code(FunctionName=name, ZipFile=package, RevisionId="stale"),
                   lambda: aws.publish_version(FunctionName=name, RevisionId="stale")):
        with pytest.raises(aws.exceptions.PreconditionFailedException) as raised:
            change()
        assert error(raised) == STALE
    changed = aws.update_function_configuration(FunctionName=name, Timeout=5, RevisionId=revision)
    waited(aws.get_waiter("function_updated_v2"), FunctionName=name)
    with pytest.raises(aws.exceptions.PreconditionFailedException):
        aws.update_function_configuration(FunctionName=name, Timeout=6, RevisionId=revision)
    aws.update_function_configuration(FunctionName=name, Timeout=6, RevisionId=changed["RevisionId"])


def test_deleted_functions_are_gone(host, create, library):
    name = create("echo", Publish=True)

    deleted = host.aws.delete_function(FunctionName=name)

    assert deleted["ResponseMetadata"]["HTTPStatusCode"] == 204
    assert deleted.get("StatusCode", 204) == 204
    assert host.request("DELETE", f"/2015-03-31/functions/{create('echo')}").body == b""
    for again in (lambda: host.aws.delete_function(FunctionName=name),
                  lambda: host.aws.delete_function(FunctionName=name, Qualifier="1"),
                  lambda: host.aws.get_function(FunctionName=name), lambda: host.aws.invoke(FunctionName=name)):
        with pytest.raises(host.aws.exceptions.ResourceNotFoundException) as raised:
            again()
        assert error(raised)[2] == f"Function not found: {ARN}:{name}"
    create("identity", name)
    assert b'"version":"$LATEST"' in invoke(host, name)[1]


def test_deleting_a_function_lets_its_invocations_finish(host, create, gate):
    import concurrent.futures

    name = create("slow", Timeout=60)
    with concurrent.futures.ThreadPoolExecutor(1) as threads:
        running = threads.submit(lambda: invoke(host, name, gate.event(ms=0)))
        from brasa_host import wait_until

        wait_until(lambda: busy(host, name), what="the invocation did not start")
        host.aws.delete_function(FunctionName=name)
        gate.open()
        answer, payload = running.result(120)

    assert "FunctionError" not in answer
    assert payload == b'{"ms":0}'


def busy(host, name):
    functions = host.request("GET", "/_brasa/functions").json["functions"]
    return next(function for function in functions if function["name"] == name)["instances"].get("busy", 0)


def test_lists_go_on_where_they_stopped(new_host, library):
    host = new_host(libraries={f"f{index}": library("echo") for index in range(7)})

    first = host.aws.list_functions(MaxItems=3)
    second = host.aws.list_functions(MaxItems=3, Marker=first["NextMarker"])
    third = host.aws.list_functions(MaxItems=3, Marker=second["NextMarker"])
    pages = list(host.aws.get_paginator("list_functions").paginate(PaginationConfig={"PageSize": 2}))

    names = [[function["FunctionName"] for function in page["Functions"]] for page in (first, second, third)]
    assert names == [["f0", "f1", "f2"], ["f3", "f4", "f5"], ["f6"]]
    assert "NextMarker" not in third
    assert [len(page["Functions"]) for page in pages] == [2, 2, 2, 1]
    whole = host.aws.get_paginator("list_functions").paginate(PaginationConfig={"MaxItems": 5}).build_full_result()
    assert len(whole["Functions"]) == 5 and whole["NextToken"]


def test_lists_stay_right_while_functions_go(new_host, library):
    host = new_host(libraries={f"f{index}": library("echo") for index in range(4)})

    first = host.aws.list_functions(MaxItems=2)
    host.aws.delete_function(FunctionName="f1")
    host.aws.delete_function(FunctionName="f2")
    second = host.aws.list_functions(MaxItems=2, Marker=first["NextMarker"])

    assert [function["FunctionName"] for function in second["Functions"]] == ["f3"]


def test_list_of_all_versions(host, create):
    name = create("echo", Publish=True)

    pages = host.aws.get_paginator("list_functions").paginate(FunctionVersion="ALL")
    mine = [function for page in pages for function in page["Functions"] if function["FunctionName"] == name]

    assert [function["Version"] for function in mine] == ["$LATEST", "1"]
    assert [function["FunctionArn"] for function in mine] == [f"{ARN}:{name}:$LATEST", f"{ARN}:{name}:1"]


def test_bad_lists_are_refused(host):
    function = "1 validation error detected: Value '{}' at '{}' failed to satisfy constraint: Member must {}"

    for query, code, message in [
        ("MaxItems=0", "ValidationException",
         function.format("0", "maxItems", "have value greater than or equal to 1")),
        ("MaxItems=10001", "ValidationException",
         function.format("10001", "maxItems", "have value less than or equal to 10000")),
        ("FunctionVersion=invalid", "ValidationException",
         function.format("invalid", "functionVersion", "satisfy enum value set: [ALL]")),
        ("Marker=%25%25", "InvalidParameterValueException", 'The marker "%%" is not one that a list has given.'),
        ("MaxItems=many", "SerializationException", "The value \"many\" at 'MaxItems' is not a number."),
    ]:
        assert host.request("GET", f"/2015-03-31/functions?{query}").error == (400, code, message)


def test_tags_are_kept(host, create):
    name = create("echo", Tags={"a": "1"})
    aws, arn = host.aws, f"{ARN}:{name}"

    aws.tag_resource(Resource=arn, Tags={"b": "2", "c": "Grüße @ home"})
    aws.tag_resource(Resource=arn, Tags={"b": "3"})
    tagged = aws.list_tags(Resource=arn)["Tags"]
    untagged = aws.untag_resource(Resource=arn, TagKeys=["a", "b", "never"])

    assert tagged == {"a": "1", "b": "3", "c": "Grüße @ home"}
    assert untagged["ResponseMetadata"]["HTTPStatusCode"] == 204
    assert aws.get_function(FunctionName=name)["Tags"] == {"c": "Grüße @ home"}


def test_tags_have_their_limits(host, create, library):
    name = create("echo", Tags={"first": "1"})
    aws, arn = host.aws, f"{ARN}:{name}"
    limit = (400, "InvalidParameterValueException", "Number of tags exceeds resource tag limit.")

    with pytest.raises(aws.exceptions.InvalidParameterValueException) as more:
        aws.tag_resource(Resource=arn, Tags={f"k{index}": "v" for index in range(50)})
    with pytest.raises(aws.exceptions.InvalidParameterValueException) as created:
        aws.create_function(
            FunctionName=unique_name("tags"), Role=ROLE, Tags={f"k{index}": "v" for index in range(51)},
            Code={"ZipFile": zipped({"e.so": library("echo").read_bytes()})})

    assert error(more) == error(created) == limit
    assert aws.list_tags(Resource=arn)["Tags"] == {"first": "1"}


def test_only_functions_have_tags(host, create):
    name = create("echo", Publish=True)
    aws = host.aws

    with pytest.raises(aws.exceptions.InvalidParameterValueException) as version:
        aws.list_tags(Resource=f"{ARN}:{name}:1")
    with pytest.raises(aws.exceptions.ResourceNotFoundException) as missing:
        aws.tag_resource(Resource=f"{ARN}:missing", Tags={"a": "b"})
    with pytest.raises(ClientError) as other:
        aws.untag_resource(Resource=f"arn:aws:lambda:us-east-1:000000000000:foobar:{name}", TagKeys=["a"])

    assert error(version) == (
        400, "InvalidParameterValueException",
        "Tags on function aliases and versions are not supported. Please specify a function ARN.")
    assert error(missing) == (404, "ResourceNotFoundException", f"Function not found: {ARN}:missing")
    assert error(other)[:2] == (400, "ValidationException")
    assert error(other)[2].startswith(
        f"1 validation error detected: Value 'arn:aws:lambda:us-east-1:000000000000:foobar:{name}' at 'resource' failed "
        "to satisfy constraint: Member must satisfy regular expression pattern: arn:(aws[a-zA-Z-]*):lambda:")


def test_account_settings_count_functions(new_host, library):
    host = new_host({"limits": {"accountConcurrency": 400}}, libraries={"one": library("echo")})
    before = host.aws.get_account_settings()
    host.aws.put_function_concurrency(FunctionName="one", ReservedConcurrentExecutions=150)
    after = host.aws.get_account_settings()

    assert before["AccountLimit"] == {
        "TotalCodeSize": 80530636800, "CodeSizeUnzipped": 262144000, "CodeSizeZipped": 52428800,
        "ConcurrentExecutions": 400, "UnreservedConcurrentExecutions": 400}
    assert before["AccountUsage"] == {"FunctionCount": 1, "TotalCodeSize": library("echo").stat().st_size}
    assert after["AccountLimit"]["UnreservedConcurrentExecutions"] == 250


def test_what_the_api_made_survives_a_restart(new_host, library):
    host = new_host()
    package = zipped({"identity.so": library("identity").read_bytes()})
    host.aws.create_function(FunctionName="kept", Role=ROLE, Code={"ZipFile": package}, Publish=True, Tags={"a": "b"})
    waited(host.aws.get_waiter("function_active_v2"), FunctionName="kept")
    host.aws.create_alias(FunctionName="kept", Name="live", FunctionVersion="1")
    host.aws.put_function_concurrency(FunctionName="kept", ReservedConcurrentExecutions=3)
    before = host.aws.get_function(FunctionName="kept")

    host.kill()
    host.start()

    waited(host.aws.get_waiter("function_active_v2"), FunctionName="kept")
    after = host.aws.get_function(FunctionName="kept")
    assert after["Configuration"] == before["Configuration"]
    assert (after["Tags"], after["Concurrency"]) == ({"a": "b"}, {"ReservedConcurrentExecutions": 3})
    assert invoke(host, "kept", Qualifier="live")[0]["ExecutedVersion"] == "1"
