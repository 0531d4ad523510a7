"""Runs the examples in Markdown files against a host of their own, and follows their links.

Each file gets a folder like a fresh checkout after tools/build, a host that serves it on free ports, and one shell: what an
example exports or writes, the next one finds. An example is a fenced block; the words after the fence say what it is:

    sh            commands; they have to succeed
    sh fails      commands whose last one has to fail
    sh norun      shown, not run
    sh background commands that go on in another terminal, the last of them `brasa dev`; from then on its host is the one that
                  8080 and 4566 stand for
    text shows    what that writes from the last such block on; waited for
    python        a script for python3
    text, json    what the last sh or python block prints on standard output
    console       lines after "$ " are commands, the others what they print; statuses do not count
    LANG FILE     a file the reader is meant to write; anything with a second word that contains a dot
    yaml          part of a configuration: it has to keep to the schema in runtime-config/schema
    c, cpp, swift a function library, when it includes or imports Brasa's: it has to compile

In expected output "..." stands for any text in a line, and alone in a line for any lines. The ports 8080 and 4566 of the
loopback stand for those of the host.
"""

import contextlib
import dataclasses
import json
import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request

import jsonschema
import yaml

ROOT = pathlib.Path(__file__).resolve().parents[2]
GATEWAY, CONTROL = "127.0.0.1:8080", "127.0.0.1:4566"
SECONDS = 300
# As tools/build: fixtures are for tests alone.
SHIPPED = re.compile(r'\.library\(name: "([^"]+)(?<!-fixture)", type: \.dynamic')
FENCE = re.compile(r"^```(?P<info>[^\n`]*)\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\[[^\]\n]+\]\((?P<target>[^)\s]+)\)")


KINDS = ("sh", "python", "text", "json", "console", "yaml", "c", "cpp", "swift")


@dataclasses.dataclass
class Block:
    line: int
    words: list
    text: str

    @property
    def kind(self):
        return self.words[0] if self.words else ""

    @property
    def file(self):
        return self.words[1] if len(self.words) > 1 and "." in self.words[1] else None


class Failure(Exception):
    pass


class Host:
    """`brasa serve` in a folder, on free ports."""

    def __init__(self, folder):
        self.folder = folder
        self.log = open(folder / "host.log", "wb")
        self.process = subprocess.Popen(
            [ROOT / ".build/release/brasa", "serve", "--gateway-port", "0", "--control-port", "0", "--json"],
            cwd=folder, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=self.log, start_new_session=True)
        line = self.process.stdout.readline()
        if not line:
            self.stop()
            raise Failure("the host does not start: " + (folder / "host.log").read_text())
        ready = json.loads(line)
        self.ports = {GATEWAY: ready["gateway"]["port"], CONTROL: ready["control"]["port"]}

    def real(self, text):
        """With the host's ports in place of the documented ones."""
        for documented, port in self.ports.items():
            text = text.replace(documented, f"127.0.0.1:{port}")
        return text

    def documented(self, text):
        for documented, port in self.ports.items():
            text = text.replace(f"127.0.0.1:{port}", documented)
        return text

    def wait_for_functions(self):
        """Waits until what folder and configuration name is served, as a reader's next command would find it."""
        configured = yaml.safe_load((self.folder / "runtime-config/serverless.yml").read_text()) or {}
        wanted = {path.stem for path in (self.folder / "functions").glob("[!.]*.so")} | set(configured.get("functions") or {})
        url = f"http://127.0.0.1:{self.ports[CONTROL]}/2015-03-31/functions/"
        deadline = time.monotonic() + 60
        while wanted and time.monotonic() < deadline:
            with urllib.request.urlopen(url, timeout=60) as answer:
                functions = json.load(answer)["Functions"]
            if wanted <= {function["FunctionName"] for function in functions if function["State"] == "Active"}:
                return
            time.sleep(0.02)

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(40)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.process.stdout.close()
        self.log.close()


class Background:
    """Commands that go on while the reader types others; the last of them is `brasa dev`."""

    def __init__(self, text, folder, shell):
        self.file = shell.scratch / "background"
        script = shell.scratch / "background.sh"
        # Free ports; all else is literal.
        script.write_text('brasa() { command brasa "$@" --gateway-port 0 --control-port 0; }\n' + text)
        environment = dict(shell.environment, PATH=shell.run('echo "$PATH"')[1].strip())
        with open(self.file, "wb") as out:
            self.process = subprocess.Popen(
                ["bash", "--norc", script], cwd=folder, env=environment, start_new_session=True,
                stdin=subprocess.DEVNULL, stdout=out, stderr=subprocess.STDOUT)
        self.seen = 0

    def output(self):
        return self.file.read_text(errors="replace")

    def wait(self, find, what):
        """Returns what `find` gives for the output, once it gives something."""
        deadline = time.monotonic() + SECONDS
        while time.monotonic() < deadline:
            found = find(self.output())
            if found:
                return found
            if self.process.poll() is not None:
                break
            time.sleep(0.05)
        raise Failure(f"does not come to {what}; it has written\n{self.output()}")

    def ports(self):
        pattern = re.compile(r"at http://127\.0\.0\.1:(\d+), control port at http://127\.0\.0\.1:(\d+)")
        match = self.wait(pattern.search, "say where its ports are")
        return {GATEWAY: int(match[1]), CONTROL: int(match[2])}

    def shows(self, expected):
        """Waits until lines as expected have come, behind those that were expected before."""
        pattern = re.compile("^" + lines_pattern(expected), re.MULTILINE)
        match = self.wait(lambda text: pattern.search(text[:text.rfind("\n") + 1], self.seen), f"show\n{expected}")
        self.seen = match.end()

    def stop(self):
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGINT)
        try:
            self.process.wait(40)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()


class Shell:
    """One bash that keeps its variables and folder from block to block."""

    def __init__(self, folder):
        self.scratch = folder.parent / "shell"
        self.scratch.mkdir()
        self.environment = environment = {key: value for key, value in os.environ.items() if not key.startswith("AWS_")}
        environment["PATH"] = f"{ROOT}/.build/python/bin:{environment['PATH']}"
        environment["PYTHONDONTWRITEBYTECODE"] = "1"
        environment["HOME"] = str(self.scratch)
        self.process = subprocess.Popen(
            ["bash", "--norc"], cwd=folder, env=environment, text=True, start_new_session=True,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)

    def run(self, text):
        """Returns status, standard output and standard error."""
        script, out, err = (self.scratch / name for name in ("script", "out", "err"))
        script.write_text(text)
        self.process.stdin.write(f". {script} </dev/null >{out} 2>{err}; echo $?\n")
        self.process.stdin.flush()
        with alarm(SECONDS, f"the commands take longer than {SECONDS} s"):
            status = self.process.stdout.readline().strip()
        if not status:
            raise Failure("the commands ended the shell")
        return int(status), out.read_text(errors="replace"), err.read_text(errors="replace")

    def stop(self):
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()


@contextlib.contextmanager
def alarm(seconds, message):
    def ring(*_):
        raise Failure(message)

    signal.signal(signal.SIGALRM, ring)
    signal.alarm(seconds)
    try:
        yield
    finally:
        signal.alarm(0)


def checkout(folder):
    """A folder in which the commands of the documentation find what they name."""
    folder.mkdir()
    shutil.copytree(ROOT / "runtime-config", folder / "runtime-config")
    # Only those that ship: a reader may have followed the README in this checkout before.
    (folder / "functions").mkdir()
    for name in SHIPPED.findall((ROOT / "Package.swift").read_text()):
        shutil.copy(ROOT / f"functions/{name}.so", folder / "functions")
    for name in ("Package.swift", "Plugins", "Sources", "tools"):
        (folder / name).symlink_to(ROOT / name)
    release = folder / ".build/release"
    release.mkdir(parents=True)
    for name in ("brasa", "brasa-worker"):
        (release / name).symlink_to(ROOT / f".build/release/{name}")


def blocks(text):
    return [
        Block(text.count("\n", 0, match.start()) + 1, match["info"].split(), match["text"])
        for match in FENCE.finditer(text)
    ]


def lines_pattern(expected):
    pattern = ""
    for line in expected.rstrip("\n").split("\n"):
        if line.strip() == "...":
            pattern += r"(?:.*\n)*?"
        else:
            pattern += r"[^\n]*?".join(re.escape(part) for part in line.rstrip().split("...")) + r"[ \t]*\n"
    return pattern


def matches(expected, actual):
    pattern = lines_pattern(expected)
    return re.fullmatch(pattern, actual.rstrip("\n") + "\n") is not None


def compare(expected, actual):
    if not matches(expected, actual):
        raise Failure(f"prints\n{actual}\nand not\n{expected}")


def console(text):
    """Commands of a console block with what each prints."""
    commands, continues = [], False
    for line in text.splitlines():
        if continues:
            commands[-1][0] += "\n" + line
        elif line.startswith("$ "):
            commands.append([line[2:], ""])
        elif commands:
            commands[-1][1] += line + "\n"
        continues = line.endswith("\\") and (continues or line.startswith("$ "))
    return commands


def check_yaml(text):
    content = yaml.safe_load(text)
    if not isinstance(content, dict):
        raise Failure("is no part of a configuration; mark what is not with norun")
    name = "serverless" if {"functions", "provider", "service", "custom"} & set(content) else "host"
    schema = json.loads((ROOT / f"runtime-config/schema/{name}.schema.json").read_text())
    mistakes = [f"{error.json_path}: {error.message}" for error in jsonschema.Draft7Validator(schema).iter_errors(content)]
    if mistakes:
        raise Failure("does not keep to the schema: " + "; ".join(mistakes))


COMPILERS = {
    "c": f"cc -fsyntax-only -Wall -Wextra -Werror -I {ROOT}/Sources/CBrasa/include",
    "cpp": f"c++ -std=c++17 -fsyntax-only -Wall -Wextra -Werror -I {ROOT}/Sources/CBrasa/include",
    "swift": f"swiftc -typecheck -warnings-as-errors -parse-as-library -swift-version 6 -I {ROOT}/.build/release/Modules "
             f"-Xcc -fmodule-map-file={ROOT}/Sources/CBrasa/include/module.modulemap",
}


def check_source(block, shell):
    if "include <brasa" not in block.text and "import BrasaFunction" not in block.text:
        return
    source = shell.scratch / f"example.{block.kind}"
    source.write_text(block.text)
    status, out, err = shell.run(f"{COMPILERS[block.kind]} {source}")
    if status != 0:
        raise Failure(f"does not compile\n{out}{err}")


class Document:
    def __init__(self, path):
        self.path = path
        self.text = path.read_text()
        self.passed = self.failed = 0
        self.last = None
        self.background = None

    def check(self, line, action):
        try:
            action()
        except Failure as failure:
            self.failed += 1
            print(f"FAILED {self.path.relative_to(ROOT)}:{line}: {failure}", flush=True)
        else:
            self.passed += 1

    def links(self):
        missing = []
        for match in LINK.finditer(FENCE.sub("", self.text)):
            target = match["target"].split("#")[0]
            if target and "://" not in target and not (self.path.parent / target).exists():
                missing.append(target)
        if missing:
            raise Failure("links to what is not there: " + ", ".join(missing))

    def run_block(self, block, folder, shell, host, stack):
        words, text = block.words, host.real(block.text)
        if block.file:
            path = folder / block.file
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(block.text)
            host.wait_for_functions()
        elif block.kind == "sh" and "background" in words:
            working = pathlib.Path(shell.run("pwd")[1].strip())
            self.background = Background(block.text, working, shell)
            stack.callback(self.background.stop)
            host.folder, host.ports = working, self.background.ports()
            shell.run(f"BRASA_ENDPOINT=http://127.0.0.1:{host.ports[CONTROL]}")
        elif block.kind == "text" and "shows" in words:
            self.background.shows(host.real(block.text))
        elif block.kind in ("sh", "python"):
            if block.kind == "python":
                (folder / ".example.py").write_text(text)
                text = "python3 .example.py"
            self.last = None
            status, out, err = shell.run(text)
            self.last = host.documented(out)
            host.wait_for_functions()
            if (status != 0) != ("fails" in words):
                raise Failure(f"ends with status {status}\n{out}{err}")
        elif block.kind == "yaml":
            check_yaml(block.text)
        elif block.kind in COMPILERS:
            check_source(block, shell)
        elif block.kind in ("text", "json") and self.last is not None:
            compare(block.text, self.last)
        elif block.kind == "console":
            for command, expected in console(text):
                _, out, err = shell.run(command)
                # As a terminal shows it, where the cursor stays behind a reply without a line's end.
                gap = "\n" if out and err and not out.endswith("\n") else ""
                compare(host.documented(expected), host.documented(out + gap + err))

    def run(self):
        self.check(1, self.links)
        runnable = [
            block for block in blocks(self.text)
            if (block.kind in KINDS or block.file) and "norun" not in block.words
        ]
        if not any(block.kind in ("sh", "python", "console", "yaml", *COMPILERS) for block in runnable):
            return
        with tempfile.TemporaryDirectory(prefix="brasa-docs-") as temporary, contextlib.ExitStack() as stack:
            folder = pathlib.Path(temporary).resolve() / "brasa"
            checkout(folder)
            host = Host(folder)
            stack.callback(host.stop)
            shell = Shell(folder)
            stack.callback(shell.stop)
            # brasa's commands ask this host where the documentation's would ask 4566.
            shell.run(
                'export PATH="$PWD/.build/release:$PATH" '
                f"BRASA_ENDPOINT=http://127.0.0.1:{host.ports[CONTROL]}")
            for block in runnable:
                self.check(block.line, lambda: self.run_block(block, folder, shell, host, stack))


def main(names):
    documents = [Document((pathlib.Path.cwd() / name).resolve()) for name in names]
    for document in documents:
        try:
            document.run()
        except Failure as failure:
            document.failed += 1
            print(f"FAILED {document.path.relative_to(ROOT)}: {failure}", flush=True)
    passed, failed = sum(d.passed for d in documents), sum(d.failed for d in documents)
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
