"""Fixtures: the build under test, hosts of it, libraries for their functions, and functions made of them."""

import io
import itertools
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import zipfile

import pytest

from brasa_host import ROLE, BrasaHost, waited

pytest.register_assert_rewrite("tables")
from tables import create_table

REPOSITORY = pathlib.Path(__file__).resolve().parents[2]


def pytest_addoption(parser):
    parser.addoption("--build", help="folder with brasa and brasa-worker", default=os.environ.get("BRASA_BUILD"))


@pytest.fixture(scope="session")
def build(request):
    """Folder of the build under test."""
    folder = pathlib.Path(request.config.getoption("--build") or REPOSITORY / ".build/debug").resolve()
    missing = [name for name in ("brasa", "brasa-worker") if not (folder / name).exists()]
    assert not missing, f"{folder} lacks {', '.join(missing)}: run tools/client-tests"
    return folder


@pytest.fixture(scope="session")
def host(build):
    """The host that tests share; each makes functions of its own."""
    host = BrasaHost(build).start()
    yield host
    host.stop()


@pytest.fixture
def new_host(build):
    """Makes hosts with settings of their own."""
    hosts = []

    def make(settings=None, functions=None, libraries=None):
        host = BrasaHost(build, settings, functions)
        for name, path in (libraries or {}).items():
            shutil.copy(path, host.functions / f"{name}.so")
        hosts.append(host)
        return host.start()

    yield make
    for host in hosts:
        host.stop()


@pytest.fixture(scope="session")
def compiled(tmp_path_factory):
    """Compiles C source to a library and returns its path."""
    numbers = itertools.count()

    def compile_source(source, *flags):
        folder = tmp_path_factory.mktemp(f"compiled{next(numbers)}")
        (folder / "source.c").write_text(source)
        return compile_c(folder / "source.c", folder / "library.so", *flags)

    return compile_source


@pytest.fixture(scope="session")
def library(tmp_path_factory):
    """Path of the library built from `Tests/Fixtures/<name>.c`; each is built once."""
    folder = tmp_path_factory.mktemp("libraries")

    def built(name):
        path = folder / f"{name}.so"
        return path if path.exists() else compile_c(REPOSITORY / f"Tests/Fixtures/{name}.c", path)

    return built


def compile_c(source, path, *flags):
    compiler = os.environ.get("CC") or shutil.which("cc") or shutil.which("clang")
    subprocess.run(
        [compiler, "-shared", "-fPIC", "-std=gnu17", "-O1", "-g", "-pthread", "-I", REPOSITORY / "Sources/CBrasa/include",
         "-I", REPOSITORY / "Tests/Fixtures", source, "-o", path, *flags],
        check=True)
    return path


def zipped(files, compression=zipfile.ZIP_DEFLATED):
    """A ZIP archive of names and contents."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", compression) as archive:
        for name, content in files.items():
            # A fixed time, so that equal files make equal archives.
            archive.writestr(zipfile.ZipInfo(name, (2026, 1, 1, 0, 0, 0)), content, compression)
    return out.getvalue()


NUMBERS = itertools.count(1)


@pytest.fixture
def name(request):
    """A function name that no other test uses."""
    return unique_name(request.node.originalname)


def unique_name(text):
    return f"{text.replace('test_', '')[:48]}-{next(NUMBERS)}"


@pytest.fixture
def create(host, library, name):
    """Creates a function from a fixture library, waits until it is active, and returns its name."""

    def make(fixture, function=None, on=None, **parameters):
        function = function or name
        aws = (on or host).aws
        created = aws.create_function(
            FunctionName=function, Role=ROLE, Runtime="provided.al2023", Handler=f"{fixture}.so",
            Code={"ZipFile": zipped({f"{fixture}.so": library(fixture).read_bytes()})}, **parameters)
        waited(aws.get_waiter("function_active_v2"), FunctionName=function)
        if parameters.get("Publish"):
            waited(aws.get_waiter("published_version_active"), FunctionName=function, Qualifier=created["Version"])
        return function

    return make


class Gate:
    """Holds calls of those fixtures back that take "until", until it is opened."""

    def __init__(self, folder):
        self.path = folder / "open"

    def event(self, **members):
        return json.dumps({**members, "until": str(self.path)}).encode()

    def open(self):
        self.path.touch()


@pytest.fixture
def gate():
    # Functions may run as another user than the host, who has to see it.
    with tempfile.TemporaryDirectory(prefix="brasa-gate-") as folder:
        os.chmod(folder, 0o755)
        yield Gate(pathlib.Path(folder))


@pytest.fixture(scope="session")
def run():
    """Runs a command line and returns what it did."""

    def run_command(command, *, environment=None, folder=None, text=None, seconds=120):
        return subprocess.run(
            [str(part) for part in command], env=environment, cwd=folder, input=text, capture_output=True,
            text=True, timeout=seconds, check=False)

    return run_command


@pytest.fixture
def awscli(host, run):
    """Runs `aws lambda …` against the shared host."""

    def call(*arguments, folder=None):
        return run([sys.executable, "-m", "awscli", "lambda", *arguments], environment=host.environment(), folder=folder)

    return call


@pytest.fixture(scope="session")
def ddb(host):
    """boto3's DynamoDB client of the shared host."""
    return host.client("dynamodb")


@pytest.fixture(scope="session")
def raw(host):
    """The same without boto3's own checks."""
    return host.client("dynamodb", validates=False)


@pytest.fixture
def table(ddb, name):
    """Creates a table from keys such as "id:S" and returns its name."""
    numbers = itertools.count()

    def make(*keys, **parameters):
        number = next(numbers)
        return create_table(ddb, name if number == 0 else f"{name}-{number}", *(keys or ("id:S",)), **parameters)

    return make
