"""A `brasa serve` of the build under test, and what tests ask it with."""

import http.client
import json
import os
import pathlib
import select
import signal
import subprocess
import tempfile
import time

import boto3
import botocore.config

REGION = "us-east-1"
ACCOUNT = "000000000000"
ARN = f"arn:aws:lambda:{REGION}:{ACCOUNT}:function"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/tester"

# What clients need to start at all; the host checks no signatures.
CREDENTIALS = {
    "AWS_ACCESS_KEY_ID": "test",
    "AWS_SECRET_ACCESS_KEY": "test",
    "AWS_DEFAULT_REGION": REGION,
    "AWS_EC2_METADATA_DISABLED": "true",
    "AWS_CONFIG_FILE": "/dev/null",
    "AWS_SHARED_CREDENTIALS_FILE": "/dev/null",
    "AWS_PAGER": "",
}

READY_SECONDS = 120
# How long tests wait for what has to happen: long, as machines are busy and disks slow.
PATIENCE_SECONDS = 60


class Reply:
    """An HTTP answer read to its end."""

    def __init__(self, response, body):
        self.status = response.status
        self.headers = {name.lower(): value for name, value in response.getheaders()}
        self.body = body

    @property
    def json(self):
        return json.loads(self.body)

    @property
    def error(self):
        """Status, type and message of an error, as SDKs read them."""
        body = self.json
        return self.status, self.headers.get("x-amzn-errortype"), body.get("message") or body.get("Message")

    def __repr__(self):
        return f"{self.status} {self.headers} {self.body[:2000]!r}"


class BrasaHost:
    """One host in folders of its own. `stop` ends it and makes sure that none of its processes is left."""

    def __init__(self, build, settings=None, functions=None, command=()):
        """`command` goes before the program, such as one that gives it another user."""
        self.build = build
        self.command = command
        self.home = tempfile.TemporaryDirectory(prefix="brasa-clients-")
        home = pathlib.Path(self.home.name)
        self.config, self.functions, self.state = home / "config", home / "functions", home / "state"
        for folder in (self.config, self.functions, self.state):
            folder.mkdir()
        # JSON is YAML.
        (self.config / "host.yml").write_text(json.dumps({"functions": str(self.functions), **(settings or {})}))
        (self.config / "serverless.yml").write_text(json.dumps({"service": "clients", "functions": functions or {}}))
        self.log_path = home / "host.log"
        self.process = None
        self.clients = {}

    def start(self):
        with open(self.log_path, "ab") as log:
            self.process = subprocess.Popen(
                [*self.command, self.build / "brasa", "serve", "--json", "--config", self.config,
                 "--state", self.state, "--gateway-port", "0", "--control-port", "0"],
                stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=log, cwd=self.home.name)
        line = self._first_line()
        ready = json.loads(line)
        self.control_port, self.gateway_port = ready["control"]["port"], ready["gateway"]["port"]
        self.clients = {}
        return self

    def _first_line(self):
        readable, _, _ = select.select([self.process.stdout], [], [], READY_SECONDS)
        line = self.process.stdout.readline() if readable else b""
        if not line:
            self.kill()
            raise AssertionError(f"the host did not become ready:\n{self.log}")
        return line

    @property
    def log(self):
        return self.log_path.read_text(errors="replace")

    @property
    def endpoint(self):
        return f"http://127.0.0.1:{self.control_port}"

    @property
    def gateway(self):
        return f"http://127.0.0.1:{self.gateway_port}"

    # Processes

    def processes(self):
        """Ids of the host and everything below it."""
        children = {}
        for entry in pathlib.Path("/proc").iterdir():
            if not entry.name.isdigit():
                continue
            try:
                stat = (entry / "stat").read_text()
            except OSError:
                continue
            # The name is in parentheses and may hold anything.
            parent = int(stat.rpartition(")")[2].split()[1])
            children.setdefault(parent, []).append(int(entry.name))
        found = [self.process.pid]
        for pid in found:
            found += children.get(pid, [])
        return found

    def stop(self):
        """Ends the host by SIGTERM, within its drain time, and checks that all its processes went with it."""
        if self.process and self.process.poll() is None:
            started = {pid: start_time(pid) for pid in self.processes()}
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(PATIENCE_SECONDS)
            except subprocess.TimeoutExpired:
                self.kill()
                raise AssertionError(f"the host did not stop:\n{self.log}") from None
            finally:
                self.process.stdout.close()
            assert_gone(started)
        self.home.cleanup()

    def kill(self):
        """Ends the host by SIGKILL; the state stays."""
        started = {pid: start_time(pid) for pid in self.processes()}
        self.process.kill()
        self.process.wait()
        self.process.stdout.close()
        assert_gone(started)

    # Clients

    def client(self, service="lambda", validates=True, **config):
        """boto3's client of a service, without retries so that tests see each answer."""
        key = (service, validates, tuple(sorted(config.items())))
        if key not in self.clients:
            self.clients[key] = boto3.client(
                service, config=botocore.config.Config(
                    retries={"total_max_attempts": 1}, parameter_validation=validates, read_timeout=120, **config),
                **self.access)
        return self.clients[key]

    @property
    def access(self):
        """What boto3 needs to find this host."""
        return {"endpoint_url": self.endpoint, "region_name": REGION, "aws_access_key_id": "test",
                "aws_secret_access_key": "test"}

    @property
    def aws(self):
        return self.client()

    def request(self, method, path, body=None, headers=None, port=None):
        """A plain HTTP request to the control port, for what no SDK would send."""
        connection = http.client.HTTPConnection("127.0.0.1", port or self.control_port, timeout=120)
        try:
            connection.request(method, path, body=body, headers=headers or {})
            response = connection.getresponse()
            return Reply(response, response.read())
        finally:
            connection.close()

    def environment(self):
        """Environment of command lines that talk to this host."""
        return {**os.environ, **CREDENTIALS, "AWS_ENDPOINT_URL": self.endpoint}


def start_time(pid):
    try:
        return pathlib.Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[19]
    except OSError:
        return None


def is_running(pid, started):
    try:
        fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return False
    return fields[19] == started and fields[0] != "Z"


def assert_gone(started):
    """All these processes end; the kernel may need a moment to carry the death of the parent on."""
    left = [pid for pid, time in started.items() if time is not None]
    wait_until(lambda: not [pid for pid in left if is_running(pid, started[pid])], what="processes of the host are left")


def wait_until(condition, seconds=PATIENCE_SECONDS, what="it did not happen"):
    """Polls until `condition` gives something true, and returns that."""
    deadline = time.monotonic() + seconds
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > deadline:
            raise AssertionError(f"{what} within {seconds} s")
        time.sleep(0.01)


def waited(waiter, **parameters):
    """Waits without the minutes that the waiters' own pace would take in the worst case."""
    waiter.config.delay = 0.05
    waiter.config.max_attempts = PATIENCE_SECONDS * 20
    waiter.wait(**parameters)
