"""The schemas that editors use, read by a validator of somebody else's: they have to say what `brasa validate` says."""

import json
import shutil

import jsonschema
import pytest
import yaml

from conftest import REPOSITORY

CONFIGURATION = REPOSITORY / "runtime-config"


def schema(name):
    schema = json.loads((CONFIGURATION / f"schema/{name}.schema.json").read_text())
    jsonschema.Draft7Validator.check_schema(schema)
    return jsonschema.Draft7Validator(schema)


VALIDATORS = {name: schema(name) for name in ("host", "serverless")}

TABLE = "Type: 'AWS::DynamoDB::Table', Properties: {BillingMode: PAY_PER_REQUEST"
KEYS = "KeySchema: [{AttributeName: id, KeyType: HASH}], AttributeDefinitions: [{AttributeName: id, AttributeType: S}]"

RIGHT = [
    ("host", ""),
    ("host", "gateway: {port: 0}\ncontrol: {host: '::1', port: 4567}"),
    ("host", "gateway: {port: '${env:PORT, 8080}'}"),
    ("host", "limits: {profile: aws, payloadSize: 6MiB, asyncPayloadSize: 1048576, queue: {depth: 0, wait: 500ms}}"),
    ("host", "limits: {drainTimeout: 1.5, idleTimeout: 2m}\ndefaults: {memorySize: 256, timeout: 1500ms}"),
    ("host", "log: {level: trace}\naccount: '123456789012'\nregion: eu-central-1"),
    ("serverless", "service: shop"),
    ("serverless", "functions:"),
    ("serverless", "functions: {a: {handler: hello-c.so, timeout: 29, memorySize: 1024}}"),
    ("serverless", "functions: {a: {handler: hello-c.so#echo, description: A, tags: {team: fire}, reservedConcurrency: 5}}"),
    ("serverless", "functions: {a: {handler: hello-c.so, brasa: {isolation: exec, spare: 0, retireAfter: {age: 1h}}}}"),
    ("serverless", "functions: {a: {handler: hello-c.so, provisionedConcurrency: 2, brasa: {provisionedSchedules: "
                   "[{days: [mon, fri], from: '08:00', until: '24:00', timeZone: Europe/Berlin, concurrency: 3}]}}}"),
    ("serverless", "provider: {name: aws, stage: '${opt:stage, ''dev''}', environment: {TABLE: users}}\ncustom: {any: [1]}"),
    ("serverless", "functions: {a: {handler: hello-c.so, environment: {NAME: '${self:service, ''x''}', EMPTY: ''}}}"),
    # Known to the Serverless Framework and not served here: a warning, and no red line in the editor.
    ("serverless", "functions: {a: {handler: hello-c.so, events: [{httpApi: '*'}]}}\nresources: {Resources: {}}"),
    ("serverless", "resources: {Resources: {Queue: {Type: 'AWS::SQS::Queue', Properties: {VisibilityTimeout: 60}}}}"),
    ("serverless", f"resources: {{Outputs: {{}}, Resources: {{Tab: {{{TABLE}, {KEYS}}}}}}}}}"),
    ("serverless", f"resources: {{Resources: {{T: {{{TABLE}, TableName: 'a-${{sls:stage}}', {KEYS}, "
                   "StreamSpecification: {StreamViewType: NEW_IMAGE}, DeletionProtectionEnabled: true, "
                   "TimeToLiveSpecification: {AttributeName: t, Enabled: false}, Tags: [{Key: a, Value: b}], "
                   "SSESpecification: {SSEEnabled: true}}}}}"),
]

WRONG = [
    ("host", "gatewai: {port: 1}"),
    ("host", "gateway: {port: 65536}"),
    ("host", "gateway: {port: -1}"),
    ("host", "gateway: {port: many}"),
    ("host", "gateway: {host: [1]}"),
    ("host", "control: 4566"),
    ("host", "account: '12'"),
    ("host", "limits: {profile: azure}"),
    ("host", "limits: {accountConcurrency: 0}"),
    ("host", "limits: {queue: 5}"),
    ("host", "limits: {queue: {depht: 5}}"),
    ("host", "limits: {drainTimeout: soon}"),
    ("host", "limits: {memoryBackend: cgroup3}"),
    ("host", "log: {level: loud}"),
    ("host", "- gateway"),
    ("serverless", "service: a b"),
    ("serverless", "evnts: 1"),
    ("serverless", "functions: [a]"),
    ("serverless", "functions: {a: {handler: hello-c.so, memorySiz: 128}}"),
    ("serverless", "functions: {a: {handler: hello-c.so, memorySize: 1}}"),
    ("serverless", "functions: {a: {handler: hello-c.so, timeout: 0}}"),
    ("serverless", "functions: {a: {handler: hello-c.so, timeout: 901}}"),
    ("serverless", "functions: {a: {handler: hello-c.so, reservedConcurrency: -1}}"),
    ("serverless", "functions: {a: {handler: hello-c.so, maximumRetryAttempts: 3}}"),
    ("serverless", "functions: {a: {handler: hello-c.so, brasa: {isolation: vm}}}"),
    ("serverless", "functions: {a: {handler: hello-c.so, brasa: {spare: 17}}}"),
    ("serverless", "functions: {a: {handler: hello-c.so, brasa: {retireAfter: {invocation: 1}}}}"),
    ("serverless", "functions: {a: {handler: hello-c.so, brasa: {provisionedSchedules: [{from: '8', until: '9'}]}}}"),
    ("serverless", "functions: {a: {handler: hello-c.so, description: [text]}}"),
    ("serverless", "functions: {'a b': {handler: hello-c.so}}"),
    ("serverless", "resources: {Resources: [a]}"),
    ("serverless", "resources: {Resorces: {}}"),
    ("serverless", "resources: {Resources: {T: {Properties: {}}}}"),
    ("serverless", "resources: {Resources: {T-1: {Type: 'AWS::SQS::Queue'}}}"),
    ("serverless", "resources: {Resources: {T: {Type: 'AWS::DynamoDB::Table'}}}"),
    ("serverless", f"resources: {{Resources: {{T: {{{TABLE}}}}}}}}}"),
    ("serverless", f"resources: {{Resources: {{T: {{{TABLE}, TableNam: users, {KEYS}}}}}}}}}"),
    ("serverless", f"resources: {{Resources: {{T: {{{TABLE}, TableName: a b, {KEYS}}}}}}}}}"),
    ("serverless", f"resources: {{Resources: {{T: {{{TABLE}, {KEYS.replace('HASH', 'SORT')}}}}}}}}}"),
    ("serverless", f"resources: {{Resources: {{T: {{{TABLE}, {KEYS}, DeletionProtectionEnabled: 1}}}}}}}}"),
    ("serverless", f"resources: {{Resources: {{T: {{{TABLE}, {KEYS}, StreamSpecification: {{StreamViewType: ALL}}}}}}}}}}"),
]


@pytest.fixture
def validated(build, run, library, tmp_path):
    """Whether `brasa validate` takes a file."""

    def validate(name, text):
        configuration, functions = tmp_path / "config", tmp_path / "functions"
        for folder in (configuration, functions):
            folder.mkdir()
        shutil.copy(library("echo"), functions / "hello-c.so")
        (configuration / f"{name}.yml").write_text(text)
        ran = run([build / "brasa", "validate", "--config", configuration, "--functions", functions, "--json"])
        answer = json.loads(ran.stdout)
        errors = [problem["message"] for problem in answer["problems"] if problem["severity"] == "error"]
        assert ran.returncode == (1 if errors else 0)
        return errors

    return validate


@pytest.mark.parametrize("name", VALIDATORS)
def test_shipped_files_keep_to_their_schema(name):
    text = (CONFIGURATION / f"{name}.yml").read_text()

    assert list(VALIDATORS[name].iter_errors(yaml.safe_load(text))) == []
    assert text.startswith(f"# yaml-language-server: $schema=schema/{name}.schema.json\n")


@pytest.mark.parametrize("name", VALIDATORS)
def test_every_key_is_described(name):
    def keys(schema, path=()):
        for key, value in schema.get("properties", {}).items():
            yield (*path, key), value
            yield from keys(value, (*path, key))

    bare = [".".join(path) for path, value in keys(VALIDATORS[name].schema) if not value.get("description")]

    assert bare == []


@pytest.mark.parametrize("name, text", RIGHT)
def test_what_is_right_is_taken_by_both(name, text, validated):
    assert [error.message for error in VALIDATORS[name].iter_errors(yaml.safe_load(text))] == []
    assert validated(name, text) == []


@pytest.mark.parametrize("name, text", WRONG)
def test_what_is_wrong_is_refused_by_both(name, text, validated):
    assert not VALIDATORS[name].is_valid(yaml.safe_load(text))
    assert validated(name, text) != []


# Maps whose keys are names of the user's choosing.
NAMED = (("functions",), ("resources", "Resources"))


def leaves(schema, path=()):
    """Keys that hold a value, as docs/configuration.md writes them, with their schemas."""
    for key, value in schema.get("properties", {}).items():
        yield from leaf(value, (*path, key))
    if isinstance(schema.get("additionalProperties"), dict) and path in NAMED:
        yield from leaves(schema["additionalProperties"], (*path, "NAME"))


def leaf(schema, path):
    items = schema.get("items")
    if isinstance(items, dict) and "properties" in items:
        yield from leaves(items, (*path[:-1], f"{path[-1]}[]"))
    elif "properties" in schema or isinstance(schema.get("additionalProperties"), dict) and path in NAMED:
        yield from leaves(schema, path)
    elif not any(words in schema["description"].lower() for words in ("not served by this version", "without effect")):
        yield ".".join(path), schema


@pytest.mark.parametrize("name", VALIDATORS)
def test_documentation_has_every_key_and_its_default(name):
    text = (REPOSITORY / "docs/configuration.md").read_text()
    section = text.split(f"\n## {name}.yml\n")[1].split("\n## ")[0]
    documented = {line.split("`")[1]: line for line in section.splitlines() if line.startswith("| `")}
    known = dict(leaves(VALIDATORS[name].schema))

    # A table further down explains variables.
    documented = {key: line for key, line in documented.items() if not key.startswith(("$", "\\"))}

    assert set(documented) == set(known)
    for key, schema in known.items():
        default = documented[key].split("|")[2].strip(" `")
        if "default" in schema and not default.startswith(("defaults.", "the ")):
            assert (key, default) == (key, f"{schema['default']}")
