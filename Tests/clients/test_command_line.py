"""The AWS command line: the README's lines as they stand there, and a function's whole life."""

import base64
import json
import pathlib
import re
import shutil
import subprocess
import sys

import pytest

from brasa_host import ARN, ROLE
from conftest import REPOSITORY, zipped

def command_lines():
    """The `aws` installed for tests, which is version 1, and the machine's own where that is version 2."""
    yield str(pathlib.Path(sys.executable).with_name("aws"))
    installed = shutil.which("aws")
    if installed:
        version = subprocess.run([installed, "--version"], capture_output=True, text=True, timeout=60, check=False)
        if version.stdout.startswith("aws-cli/2"):
            yield installed


@pytest.fixture(params=list(command_lines()))
def aws(request, host, run, tmp_path):
    """Runs `aws lambda …` against the shared host and returns what it printed; it must succeed unless `fails`."""

    def call(*arguments, fails=False):
        ran = run([request.param, "lambda", *arguments], environment=host.environment(), folder=tmp_path)
        if fails:
            assert ran.returncode != 0, ran.stdout
            return ran.stderr.strip()
        assert ran.returncode == 0, ran.stderr
        return json.loads(ran.stdout) if ran.stdout.strip().startswith(("{", "[", '"')) else ran.stdout

    call.program = request.param
    return call


def readme_examples():
    """The README's shell block that calls `aws lambda`, and what it says the block prints."""
    blocks = re.findall(r"^```(\w*)\n(.*?)^```$", (REPOSITORY / "README.md").read_text(), re.MULTILINE | re.DOTALL)
    for (kind, text), (_, printed) in zip(blocks, blocks[1:]):
        if kind == "sh" and re.search("^aws lambda ", text, re.MULTILINE):
            yield text, printed


def test_lines_of_the_readme_answer(new_host, library, compiled, run, tmp_path, aws):
    host = new_host(libraries={"hello-c": compiled((REPOSITORY / "Plugins/HelloC/hello.c").read_text())})
    examples = list(readme_examples())
    environment = {key: value for key, value in host.environment().items() if not key.startswith("AWS_")}
    environment["PATH"] = f"{pathlib.Path(aws.program).parent}:{environment['PATH']}"
    environment |= {"AWS_CONFIG_FILE": "/dev/null", "AWS_SHARED_CREDENTIALS_FILE": "/dev/null", "AWS_PAGER": ""}

    assert len(examples) == 1
    for text, printed in examples:
        ran = run(["bash", "-e"], text=text.replace("http://127.0.0.1:4566", host.endpoint), environment=environment,
                  folder=tmp_path)
        assert (ran.returncode, ran.stdout) == (0, printed.rstrip("\n")), ran.stderr


def test_function_lives_its_whole_life(aws, host, library, name, tmp_path):
    (tmp_path / "echo.zip").write_bytes(zipped({"echo.so": library("echo").read_bytes()}))
    (tmp_path / "counter.zip").write_bytes(zipped({"echo.so": library("counter").read_bytes()}))
    (tmp_path / "event.json").write_text('{"n": 1}')

    created = aws("create-function", "--function-name", name, "--runtime", "provided.al2023", "--role", ROLE,
                  "--handler", "echo.so", "--zip-file", "fileb://echo.zip", "--timeout", "5",
                  "--environment", "Variables={COLOUR=red}", "--tags", "team=fire")
    aws("wait", "function-active-v2", "--function-name", name)
    first = aws("publish-version", "--function-name", name)
    invoked = aws("invoke", "--function-name", name, "--payload", "fileb://event.json", "--log-type", "Tail", "reply.json")
    queued = aws("invoke", "--function-name", name, "--invocation-type", "Event", "--payload", "fileb://event.json", "none")
    dry = aws("invoke", "--function-name", name, "--invocation-type", "DryRun", "none")
    aws("update-function-code", "--function-name", name, "--zip-file", "fileb://counter.zip")
    aws("wait", "function-updated-v2", "--function-name", name)
    aws("update-function-configuration", "--function-name", name, "--memory-size", "256")
    aws("wait", "function-updated-v2", "--function-name", name)
    second = aws("publish-version", "--function-name", name)
    alias = aws("create-alias", "--function-name", name, "--name", "live", "--function-version", "1",
                "--routing-config", "AdditionalVersionWeights={2=0.5}")
    moved = aws("update-alias", "--function-name", name, "--name", "live", "--function-version", "2",
                "--routing-config", "AdditionalVersionWeights={}")
    aws("put-function-concurrency", "--function-name", name, "--reserved-concurrent-executions", "3")
    aws("put-provisioned-concurrency-config", "--function-name", name, "--qualifier", "live",
        "--provisioned-concurrent-executions", "1")
    got = aws("get-function", "--function-name", name)
    versions = aws("list-versions-by-function", "--function-name", name, "--query", "Versions[].Version")
    listed = aws("list-functions", "--query", f"Functions[?FunctionName=='{name}'].MemorySize")
    aws("delete-function", "--function-name", name)
    missing = aws("get-function", "--function-name", name, fails=True)

    assert (created["FunctionArn"], created["Environment"]) == (f"{ARN}:{name}", {"Variables": {"COLOUR": "red"}})
    assert (invoked["StatusCode"], invoked["ExecutedVersion"]) == (200, "$LATEST")
    assert "REPORT RequestId:" in base64.b64decode(invoked["LogResult"]).decode()
    assert json.loads((tmp_path / "reply.json").read_text()) == {"n": 1}
    assert (queued["StatusCode"], dry["StatusCode"]) == (202, 204)
    assert (first["Version"], second["Version"]) == ("1", "2")
    assert alias["RoutingConfig"] == {"AdditionalVersionWeights": {"2": 0.5}}
    assert moved["FunctionVersion"] == "2" and "RoutingConfig" not in moved
    assert got["Concurrency"] == {"ReservedConcurrentExecutions": 3} and got["Tags"] == {"team": "fire"}
    assert (versions, listed) == (["$LATEST", "1", "2"], [256])
    assert missing.endswith(
        f"(ResourceNotFoundException) when calling the GetFunction operation: Function not found: {ARN}:{name}")


def test_pages_follow_each_other(aws, new_host, library, run):
    host = new_host(libraries={f"page-{number}": library("echo") for number in range(5)})
    listed = run(
        [aws.program, "lambda", "list-functions", "--page-size", "2", "--query", "Functions[].FunctionName"],
        environment=host.environment())

    assert json.loads(listed.stdout) == [f"page-{number}" for number in range(5)]


def test_mistakes_are_told_in_the_services_words(aws, create, tmp_path):
    name = create("fails")
    (tmp_path / "half.json").write_text("{")
    cases = [
        (("invoke", "--function-name", "nobody", "none"),
         f"(ResourceNotFoundException) when calling the Invoke operation: Function not found: {ARN}:nobody"),
        (("invoke", "--function-name", name, "--payload", "fileb://half.json", "none"),
         "(InvalidRequestContentException) when calling the Invoke operation: Could not parse request body into json"),
        (("update-function-configuration", "--function-name", name, "--timeout", "901"),
         "Value '901' at 'timeout' failed to satisfy constraint: Member must have value less than or equal to 900"),
        (("create-alias", "--function-name", name, "--name", "live", "--function-version", "7"),
         "(ResourceNotFoundException) when calling the CreateAlias operation: Function not found"),
    ]

    for arguments, expected in cases:
        assert expected in aws(*arguments, fails=True)


def test_failed_functions_show(aws, create, tmp_path):
    name = create("fails")

    answer = aws("invoke", "--function-name", name, "--log-type", "Tail", "reply.json")

    assert answer["FunctionError"] == "Unhandled"
    assert json.loads((tmp_path / "reply.json").read_text())["errorType"] == "UserNotFound"
