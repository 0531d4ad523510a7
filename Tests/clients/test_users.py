"""A host that is not root: what most people run."""

import os
import pathlib
import shutil
import subprocess

import pytest

from brasa_host import BrasaHost
from test_invoke import invoke

NOBODY = 65534
# What programs look like that run as somebody else, without capabilities and without a way back.
AS_NOBODY = ("setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups", "--no-new-privs")


@pytest.fixture
def unprivileged(build, library, tmp_path):
    """A host of a user who owns nothing but its folders; without root it is a host of whoever runs this test."""
    programs = build
    if os.geteuid() == 0:
        # Checkouts of root are closed to others.
        programs = tmp_path / "programs"
        shutil.copytree(build, programs, ignore=lambda _, names: set(names) - {"brasa", "brasa-worker"})
    host = BrasaHost(programs, command=AS_NOBODY if os.geteuid() == 0 else ())
    for name in ("echo", "slow", "invoke_crashes"):
        shutil.copy(library(name), host.functions / f"{name}.so")
    if os.geteuid() == 0:
        for folder in (*tmp_path.parents[:2], tmp_path, programs, host.state.parent):
            folder.chmod(0o755)
        os.chown(host.state, NOBODY, NOBODY)
    yield host.start()
    host.stop()


def test_host_needs_no_root(unprivileged, run):
    over_http = unprivileged.request("POST", "/echo", b"abc", port=unprivileged.gateway_port)
    answer, payload = invoke(unprivileged, "echo", b'{"n":1}')
    crash, _ = invoke(unprivileged, "invoke_crashes", b'"crash"')
    listed = run([unprivileged.build / "brasa", "list", "--control-port", unprivileged.control_port])

    assert over_http.status == 200
    assert (answer["StatusCode"], payload) == (200, b'{"n":1}')
    assert crash["FunctionError"] == "Unhandled"
    assert listed.returncode == 0 and "echo" in listed.stdout
    assert {owner(pid) for pid in unprivileged.processes()} == {NOBODY if os.geteuid() == 0 else os.geteuid()}


def owner(pid):
    return os.stat(f"/proc/{pid}").st_uid
