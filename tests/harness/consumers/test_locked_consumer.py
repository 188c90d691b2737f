"""What a client needs, read from recordings of it: the smallest that explains them."""

import asyncio
import json
import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mcp_proof.approach import approach
from mcp_proof.recorder import Recorder
from mcp_proof.targets import MemoryTarget, header_of
from mcp_proof_contracts.consumers.consumer import load_consumer
from mcp_proof_contracts.consumers.consumption import consumed
from mcp_proof_contracts.consumers.value_schema import either, schema_of, widened
from mcp_proof_contracts.revision import Revision
from mcp_proof_contracts.tool_schema import instance_problems
from mcp_proof_contracts.yaml_text import YamlText
from mcp_proof_mocks.server import MockServer

REVISION = Revision.R2025_11_25
WEATHER = {
    "info": {"name": "weather", "version": "1"},
    "announces": ["tools"],
    "tools": [
        {"name": "get_weather", "answer": {"text": "mild"}},
        {"name": "fail", "answer": {"error": "no"}},
        {"name": "grow", "steps": [{"announce": "tools"}], "answer": {"text": "grown"}},
    ],
    "prompts": [
        {
            "name": "greet",
            "arguments": [{"name": "who"}],
            "completions": {"who": ["Ada"]},
            "messages": [],
        }
    ],
    "resources": [{"uri": "memo://a", "text": "a"}],
}
PEER = [sys.executable, "-m", "mcp_proof", "mock", "--stdio", "everything", "--journal"]


def recording(*asked):
    """What was recorded of a client that asked this of a mock."""

    async def run():
        async with asyncio.timeout(30):
            target = MemoryTarget(MockServer(WEATHER))
            recorder = Recorder(header_of(target))
            driver = await approach(target, recorder, REVISION, 5)
            for method, params in asked:
                await driver.ask(method, params)
            await driver.close()
            return recorder.transcript

    return asyncio.run(run())


def call(tool, **arguments):
    return "tools/call", {"name": tool, "arguments": arguments}


def needs(*asked, before=None):
    return consumed(recording(*asked), REVISION, before or {"consumer": "app"})


def test_a_call_is_an_interaction_with_the_types_of_its_arguments_and_an_example():
    document = needs(call("get_weather", city="Oslo", days=3))
    assert document["speaks"] == ["2025-11-25"]
    assert document["interactions"] == [
        {
            "name": "get_weather",
            "tool": "get_weather",
            "arguments": {
                "type": "object",
                "properties": {"city": {"type": "string"}, "days": {"type": "integer"}},
                "required": ["city", "days"],
            },
            "examples": [{"city": "Oslo", "days": 3}],
        }
    ]


def test_what_is_secret_by_its_name_is_no_example():
    log_in = call("get_weather", city="Oslo", password="hunter2secret", db={"api_key": "k3y"})
    document = needs(log_in)
    (found,) = document["interactions"]
    hidden = {"city": "Oslo", "password": "[hidden]", "db": {"api_key": "[hidden]"}}
    assert found["examples"] == [hidden]
    assert needs(log_in, before=document) == document
    assert set(found["arguments"]["required"]) == {"city", "password", "db"}


def test_what_was_not_given_each_time_is_not_required():
    document = needs(call("get_weather", city="Oslo", days=3), call("get_weather", city="Rome"))
    arguments = document["interactions"][0]["arguments"]
    assert (arguments["required"], list(arguments["properties"])) == (["city"], ["city", "days"])


def test_a_call_that_failed_is_nothing_to_rely_on():
    assert needs(call("fail"), call("no_such_tool"))["interactions"] == []


def test_prompts_resources_and_capabilities_are_needs_too():
    completion = {
        "ref": {"type": "ref/prompt", "name": "greet"},
        "argument": {"name": "who", "value": ""},
    }
    document = needs(
        ("prompts/get", {"name": "greet", "arguments": {"who": "Ada"}}),
        ("resources/read", {"uri": "memo://a"}),
        ("completion/complete", completion),
        call("grow"),
    )
    kinds = {
        next(k for k in ("tool", "prompt", "resource") if k in i) for i in document["interactions"]
    }
    assert kinds == {"tool", "prompt", "resource"}
    assert document["capabilities"] == ["completions", "tools.listChanged"]


def test_a_second_recording_widens_what_the_first_showed_and_takes_nothing_away():
    first = needs(call("get_weather", city="Oslo"))
    both = needs(call("get_weather", city=7), call("grow"), before=first)
    weather = next(i for i in both["interactions"] if i["name"] == "get_weather")
    assert weather["arguments"]["properties"]["city"] == {"type": ["integer", "string"]}
    assert [i["name"] for i in both["interactions"]] == ["get_weather", "grow"]
    assert needs(call("grow"), before=both) == both


def test_an_interaction_that_somebody_narrowed_or_named_keeps_what_it_admits():
    before = {
        "consumer": "app",
        "interactions": [
            {
                "name": "oslo",
                "tool": "get_weather",
                "given": "it rains",
                "arguments": {"const": {"city": "Oslo"}},
            },
            {
                "name": "any",
                "tool": "get_weather",
                "arguments": {"type": "object"},
                "examples": [{}],
            },
        ],
    }
    after = needs(call("get_weather", city="Rome"), before=before)
    assert after["interactions"][0] == before["interactions"][0]
    assert after["interactions"][1]["examples"] == [{}, {"city": "Rome"}]


values = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(-5, 5), st.floats(-1, 1), st.text(max_size=3)),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(st.sampled_from("abc"), inner, max_size=3)
    ),
    max_leaves=6,
)


@settings(max_examples=200, deadline=None)
@given(values, values, values)
def test_the_schema_of_values_admits_each_of_them(one, other, third):
    schema = widened(either(schema_of(one), schema_of(other)), third)
    for value in (one, other, third):
        assert instance_problems(schema, value) == []


# The command


def run(*arguments, cwd):
    command = [sys.executable, "-m", "mcp_proof", "lock", *arguments]
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True, timeout=60, check=False)


HELLO = {
    "protocolVersion": "2025-11-25",
    "capabilities": {},
    "clientInfo": {"name": "c", "version": "1"},
}
SAID = [
    {"id": 1, "method": "initialize", "params": HELLO},
    {"method": "notifications/initialized"},
    {"id": 2, "method": "tools/call", "params": {"name": "echo", "arguments": {"message": "hi"}}},
]


@pytest.fixture
def journal(tmp_path):
    """The journal of a mock to which a client has spoken."""
    lines = "".join(json.dumps({"jsonrpc": "2.0", **each}) + "\n" for each in SAID)
    command = [*PEER, str(tmp_path / "j.ndjson")]
    subprocess.run(command, input=lines, text=True, check=True, capture_output=True, timeout=60)
    return "j.ndjson"


def test_a_journal_becomes_a_file_that_is_kept_when_it_is_made_again(tmp_path, journal):
    done = run("--client", "My App", journal, "-o", "app.yaml", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "app.yaml: written\n" in done.stdout
    path = tmp_path / "app.yaml"
    consumer = load_consumer(path)
    assert consumer.name == "My App"
    assert "echo" in {each.target for each in consumer.interactions}
    text = path.read_text().replace(
        "    tool: echo\n", "    tool: echo   # ours\n    reads: [/content/0]\n"
    )
    path.write_text(text)
    done = run("--client", "My App", journal, journal, "-o", "app.yaml", cwd=tmp_path)
    assert (done.stdout, path.read_text()) == ("app.yaml: nothing changed\n", text)


def test_without_a_file_it_goes_to_standard_output(tmp_path, journal):
    assert YamlText(run("--client", "a", journal, cwd=tmp_path).stdout).value["consumer"] == "a"


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("consumer: [", "app.yaml:"),
        ("consumer: other\n", "it is the contract of 'other', not of 'app'"),
        ("consumer: app\ninteractions:\n  - name: x\n", "app.yaml:3: /interactions/0: says not"),
        (
            "consumer: app\ninteractions: [{name: x, tool: a, prompt: b}]\n",
            "app.yaml:2: /interactions/0: has `tool` and `prompt`: an interaction asks for one",
        ),
        (
            "consumer: app\ninteractions: [{name: x, tool: a}, {name: x, tool: b}]\n",
            "'x' is there twice",
        ),
        ("consumer: app\ninteractions: [{name: x, tool: a, reads: [temp]}]\n", "app.yaml:2:"),
        (
            "consumer: app\ninteractions: [{name: x, tool: a, arguments: {type: 3}}]\n",
            "no usable JSON Schema",
        ),
        ("consumer: app\nhook: rm\n", "hook"),
        ("x: !!python/object:os.system {}\n", "app.yaml:1"),
    ],
)
def test_a_wrong_file_is_named_with_its_line_and_left_alone(tmp_path, journal, text, why):
    path = tmp_path / "app.yaml"
    path.write_text(text)
    done = run("--client", "app", journal, "-o", "app.yaml", cwd=tmp_path)
    assert (done.returncode, why in done.stderr) == (2, True), done.stderr
    assert path.read_text() == text
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (None, "No such file"),
        (b"", "r.ndjson:"),
        (b"\x00\xff{}\n", "r.ndjson:"),
        (
            b'{"transcript":1,"peer":"x","side":"client","transport":"stdio","started":""}\n',
            "nothing",
        ),
    ],
)
def test_a_recording_that_shows_nothing_is_named(tmp_path, content, why):
    if content is not None:
        (tmp_path / "r.ndjson").write_bytes(content)
    done = run("--client", "app", "r.ndjson", "-o", "app.yaml", cwd=tmp_path)
    assert (done.returncode, why in done.stderr) == (2, True), done.stderr
    assert not (tmp_path / "app.yaml").exists()
    assert "Traceback" not in done.stderr
