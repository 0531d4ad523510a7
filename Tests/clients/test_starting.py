"""Hosts that cannot start, or lose what they stand on: each says what, where and what can be done."""

import json
import os
import pathlib
import shutil
import signal
import subprocess
import tempfile

import pytest

from brasa_host import wait_until
from test_invoke import invoke
from test_users import AS_NOBODY, NOBODY

needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="takes root: another user, or a file system of its own")


@pytest.fixture
def folder():
    """An empty folder that other users can get at, unlike pytest's own."""
    with tempfile.TemporaryDirectory(prefix="brasa-start-") as path:
        os.chmod(path, 0o755)
        yield pathlib.Path(path)


@pytest.fixture
def serve(build, run, folder):
    """Runs `brasa serve` on free ports in an empty folder, expects that it does not start, and returns what it said."""

    def refused(*arguments, settings=None, command=(), programs=build):
        configuration = folder / "runtime-config"
        configuration.mkdir(exist_ok=True)
        (configuration / "host.yml").write_text(json.dumps(settings or {}))
        ran = run([*command, programs / "brasa", "serve", "--gateway-port", "0", "--control-port", "0", *arguments],
                  folder=folder)
        assert (ran.returncode, ran.stdout) == (1, "")
        said = [line for line in ran.stderr.splitlines() if line.startswith("error: ")]
        assert len(said) == 1, ran.stderr
        return said[0]

    return refused


@pytest.mark.parametrize("key", ["gateway", "control"])
def test_port_that_is_taken(host, serve, key):
    port = getattr(host, f"{key}_port")

    said = serve(f"--{key}-port", str(port))

    assert said == (
        f"error: Cannot listen on 127.0.0.1:{port} ({key}.host, {key}.port): Address already in use. Another process does. "
        f"Choose another port with --{key}-port; 0 takes a free one.")


def test_address_of_another_machine(serve):
    assert serve(settings={"gateway": {"host": "192.0.2.1"}}) == (
        "error: Cannot listen on 192.0.2.1:0 (gateway.host, gateway.port): Cannot assign requested address. "
        "This machine does not have the address. Change gateway.host in host.yml.")


def test_name_that_nobody_knows(serve):
    assert serve(settings={"gateway": {"host": "nowhere.invalid"}}) == (
        "error: Cannot listen on nowhere.invalid:0 (gateway.host, gateway.port): nowhere.invalid is no address of this "
        "machine, and no name of one. Change gateway.host in host.yml.")


def test_state_of_another_host(host, serve):
    assert serve("--state", host.state) == (
        f"error: The state directory {host.state} is in use by another host (process {host.process.pid}). "
        "Stop that host, or give this one a state directory of its own.")


def test_state_that_is_a_file(serve, folder):
    (folder / "file").touch()

    assert serve("--state", "file") == f"error: The state directory {folder}/file is a file, not a directory."


def test_state_that_cannot_be_made(serve):
    assert serve("--state", "/proc/brasa") == (
        "error: The state directory /proc/brasa cannot be made: No such file or directory. The host keeps all that "
        f"survives a restart there, and its user ({os.geteuid()}) has to own it; state in host.yml or --state names "
        "another place.")


@needs_root
def test_state_of_another_user(serve, folder, build):
    shutil.copytree(build, folder / "bin", ignore=lambda _, names: set(names) - {"brasa", "brasa-worker"})
    (folder / "state").mkdir(mode=0o755)

    said = serve("--state", "state", command=AS_NOBODY, programs=folder / "bin")

    assert said == (
        f"error: The lock file {folder}/state/host.lock cannot be opened: Permission denied. The host keeps all that "
        f"survives a restart there, and its user ({NOBODY}) has to own it; state in host.yml or --state names another place.")


@needs_root
def test_port_of_root(serve, folder, build):
    shutil.copytree(build, folder / "bin", ignore=lambda _, names: set(names) - {"brasa", "brasa-worker"})
    (folder / "state").mkdir()
    os.chown(folder / "state", NOBODY, NOBODY)

    said = serve("--state", "state", "--gateway-port", "1", command=AS_NOBODY, programs=folder / "bin")

    assert said == (
        "error: Cannot listen on 127.0.0.1:1 (gateway.host, gateway.port): Permission denied. "
        "Ports below 1024 take root or CAP_NET_BIND_SERVICE; --gateway-port names another one.")


def has_cgroup2():
    for root in ("/sys/fs/cgroup", "/sys/fs/cgroup/unified"):
        controllers = pathlib.Path(root, "cgroup.controllers")
        if controllers.exists() and "memory" in controllers.read_text().split():
            return True
    return False


@pytest.mark.skipif(has_cgroup2(), reason="cgroup v2 works here")
def test_memory_backend_that_does_not_work(serve):
    said = serve(settings={"limits": {"memoryBackend": "cgroup2"}})

    assert said.startswith("error: limits.memoryBackend is cgroup2, which does not work here. ")


def test_functions_folder_that_is_a_file(serve, folder):
    (folder / "functions").touch()

    assert serve() == (
        f"error: The functions folder {folder}/functions cannot be read: it is a file. Let the host's user read it, or "
        "name another with functions in host.yml or --functions.")


def test_functions_folder_may_come_later(new_host, library):
    host = new_host()
    host.kill()
    shutil.rmtree(host.functions)
    host.start()

    host.functions.mkdir()
    shutil.copy(library("echo"), host.functions / ".echo.so")
    (host.functions / ".echo.so").rename(host.functions / "echo.so")

    assert f"warning: The functions folder {host.functions} does not exist; it is served once it does." in host.log
    wait_until(lambda: host.request("GET", "/echo", port=host.gateway_port).status == 200)


@needs_root
def test_functions_folder_that_cannot_be_read_any_more_goes_on(new_host, library, build, folder, tmp_path):
    """What cannot be seen may well be there: nothing is taken out for it."""
    from brasa_host import BrasaHost

    shutil.copytree(build, folder / "bin", ignore=lambda _, names: set(names) - {"brasa", "brasa-worker"})
    host = BrasaHost(folder / "bin", settings={"limits": {"removalDelay": 0}}, command=AS_NOBODY)
    host.state.parent.chmod(0o755)
    os.chown(host.state, NOBODY, NOBODY)
    shutil.copy(library("echo"), host.functions / "echo.so")
    host.start()
    try:
        host.functions.chmod(0o700)
        wait_until(lambda: "functions folder not read; what runs goes on" in host.log)
        assert invoke(host, "echo", b"1")[1] == b"1"
        host.functions.chmod(0o755)
        shutil.copy(library("echo"), host.functions / "other.so")
        wait_until(lambda: host.request("GET", "/other", port=host.gateway_port).status == 200)
    finally:
        host.stop()


def test_mistakes_are_told_all_at_once(build, run, folder):
    configuration = folder / "runtime-config"
    configuration.mkdir()
    (configuration / "host.yml").write_text("""gatewai: {port: 1}
gateway: {port: 65536, host: [1]}
control: {port: x}
limits: {profile: azure, queue: 5, accountConcurency: 5}
log: {level: loud}
""")
    (configuration / "serverless.yml").write_text("""service: a b
evnts: 1
functions:
  a: {handler: missing.so, memorySize: 1, brasa: {isolation: vm}}
""")

    ran = run([build / "brasa", "serve"], folder=folder)

    assert (ran.returncode, ran.stdout) == (1, "")
    lines = [line.split(" error: ")[0].removeprefix("runtime-config/") for line in ran.stderr.splitlines()[:-1]]
    assert lines == [
        "host.yml:1:1:", "host.yml:2:17:", "host.yml:2:30:", "host.yml:3:17:", "host.yml:4:19:", "host.yml:4:33:",
        "host.yml:4:36:", "host.yml:5:14:", "serverless.yml:1:10:", "serverless.yml:2:1:", "serverless.yml:4:16:",
        "serverless.yml:4:40:", "serverless.yml:4:62:"]
    assert ran.stderr.splitlines()[-1] == "error: The configuration in runtime-config has 13 errors."


@needs_root
def test_full_disk_refuses_what_has_to_be_stored_and_nothing_else(new_host, library, folder):
    host = new_host(libraries={"echo": library("echo")})
    host.kill()
    shutil.rmtree(host.state)
    host.state.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", host.state], check=False).returncode != 0:
        pytest.skip("no file system can be mounted here")
    try:
        host.start()
        # To the last byte: what is left of a page is enough for a small event.
        with open(host.state / "fill", "wb", buffering=0) as fill, pytest.raises(OSError):
            while fill.write(bytes(4096)):
                pass
        with pytest.raises(host.aws.exceptions.ServiceException) as raised:
            for _ in range(100):
                host.aws.invoke(FunctionName="echo", InvocationType="Event", Payload=b'"' + b"x" * 5000 + b'"')
        synchronous = invoke(host, "echo", b"1")[1]
        (host.state / "fill").unlink()
        accepted = host.aws.invoke(FunctionName="echo", InvocationType="Event", Payload=b"1")

        assert "database or disk is full" in raised.value.response["Error"]["Message"]
        assert f"{host.state}/async.sqlite" in raised.value.response["Error"]["Message"]
        assert (synchronous, accepted["StatusCode"]) == (b"1", 202)
    finally:
        host.process.send_signal(signal.SIGTERM)
        host.process.wait(60)
        subprocess.run(["umount", host.state], check=False)
