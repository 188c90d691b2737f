"""What a text or an object stands for, and how each kind of target is reached."""

import asyncio
import json
import os
import sys
from pathlib import Path

import pytest
from mcp.server import MCPServer, Server

from mcp_proof.cli import main
from mcp_proof.errors import UsageError
from mcp_proof.events import PeerFound, RunEvent, VerdictReached
from mcp_proof.gate import Gate
from mcp_proof.runner import Verification, VerifyOptions
from mcp_proof.targets import (
    AsgiTarget,
    CassetteTarget,
    CommandTarget,
    MemoryTarget,
    ServerObjectTarget,
    Target,
    UrlTarget,
    target_of,
)
from mcp_proof.targets.desktop_config import desktop_targets
from mcp_proof.testing import ErrorAnswerError
from mcp_proof.testing.shared_servers import SharedServers
from mcp_proof_contracts.revision import Revision
from mcp_proof_contracts.rule import Outcome
from mcp_proof_mocks.asgi import asgi_app
from mcp_proof_mocks.server import MockServer

URL = "http://localhost:1/mcp"
MOCK = [sys.executable, "-m", "mcp_proof_mocks", "everything"]


def verify(target: Target, *only: str, transcript: Path | None = None) -> list[RunEvent]:
    """Run a verification to its end; return what it told."""

    async def run() -> list[RunEvent]:
        options = VerifyOptions(only=only, transcript=transcript, timeout=10)
        async with asyncio.timeout(60):
            return [event async for event in Verification(target, options).events()]

    return asyncio.run(run())


def outcomes(events: list[RunEvent]) -> dict[str, Outcome]:
    return {
        event.verdict.rule.id: event.verdict.outcome
        for event in events
        if isinstance(event, VerdictReached)
    }


def found(events: list[RunEvent]) -> PeerFound:
    return next(event for event in events if isinstance(event, PeerFound))


@pytest.mark.parametrize(
    ("value", "kind", "label"),
    [
        ("http://localhost:3001/mcp", UrlTarget, "http://localhost:3001/mcp"),
        ("npx -y 'my server'", CommandTarget, "npx -y 'my server'"),
        (["npx", "-y", "my server"], CommandTarget, "npx -y 'my server'"),
        ((sys.executable, Path("server.py")), CommandTarget, f"{sys.executable} server.py"),
        (MockServer("everything"), MemoryTarget, "mock everything 1.0.0"),
        (asgi_app(MockServer()), AsgiTarget, "ASGI application at /mcp"),
        (MCPServer("weather"), ServerObjectTarget, "MCPServer weather"),
        (Server("low"), ServerObjectTarget, "Server low"),
        (UrlTarget("http://localhost:1/mcp"), UrlTarget, "http://localhost:1/mcp"),
    ],
)
def test_a_value_stands_for_a_target(value: object, kind: type, label: str):
    target = target_of(value)
    assert (type(target), target.label) == (kind, label)


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (3, "a int is no target; expected a URL"),
        (object(), "a object is no target"),
        ("", "an empty text is no target"),
        ("npx 'unclosed", "No closing quotation"),
        ("npx --token topsecret-123456 'x", "--token .hidden. 'x\": No closing quotation"),
        ("http://", "is no http or https URL"),
        ([], "no command"),
        (["npx", 3], "3 is none"),
        ("image:", "an empty name is no image"),
        ("absent.ndjson", "absent.ndjson: No such file"),
        ("absent.json#weather", "absent.json: No such file"),
    ],
)
def test_a_value_that_stands_for_none_is_told(value: object, said: str):
    with pytest.raises(UsageError, match=said):
        target_of(value)


def test_a_server_object_of_the_sdk_is_verified_as_its_clients_meet_it():
    server = MCPServer("weather")
    server.add_tool(str.upper, "shout")
    for _ in range(2):  # each run starts it anew
        events = verify(target_of(server), "tools-list", "http-")
        assert (found(events).name, found(events).transport) == ("weather", "http")
        assert events[0].peer == "MCPServer weather"
        assert Outcome.PASSED in outcomes(events).values()


def test_a_low_level_server_of_the_sdk_is_verified_too():
    assert found(verify(target_of(Server("low")), "ping-", "discover-")).name == "low"


# Desktop configurations


def desktop(folder: Path, servers: object) -> Path:
    file = folder / "claude_desktop_config.json"
    file.write_text(json.dumps({"mcpServers": servers}))
    return file


def test_the_servers_of_a_desktop_configuration_are_targets(tmp_path: Path):
    file = desktop(
        tmp_path,
        {
            "everything": {"command": MOCK[0], "args": [*MOCK[1:3], "${WHICH}"], "env": {"A": "b"}},
            "weather": {
                "type": "http",
                "url": "https://${HOST:-example.com}/mcp",
                "headers": {"Authorization": "Bearer ${TOKEN}"},
            },
        },
    )
    targets = desktop_targets(file, {"WHICH": "everything", "TOKEN": "for-the-weather"})
    assert list(targets) == ["everything", "weather"]
    assert targets["everything"] == CommandTarget(MOCK, env={"A": "b"})
    weather = targets["weather"]
    assert weather.label == "https://example.com/mcp"
    assert weather.secrets.headers == {"authorization"}
    assert "for-the-weather" in weather.secrets.values
    assert found(verify(targets["everything"], "discover-")).name == "everything"


def test_a_server_of_a_desktop_configuration_gets_its_variables_and_folder(tmp_path: Path):
    (tmp_path / "started_here.py").write_text(
        "import os, runpy, sys\n"
        "assert os.environ['GREETING'] == 'hello' and os.environ['PATH']\n"
        "sys.argv[1:] = ['everything']\n"
        "runpy.run_module('mcp_proof_mocks', run_name='__main__')\n"
    )
    entry = {
        "command": sys.executable,
        "args": ["started_here.py"],
        "env": {"GREETING": "hello"},
        "cwd": str(tmp_path),
    }
    file = desktop(tmp_path, {"here": entry})
    assert found(verify(target_of(f"{file}#here"), "discover-")).name == "everything"


@pytest.mark.parametrize(
    ("servers", "said"),
    [
        ({"weather": {"command": "npx"}}, "there is no server 'wether'; it has weather. Did you"),
        ({}, "mcpServers: expected an object with a server for each name"),
        ([], "mcpServers: expected an object"),
        ({"wether": "npx"}, "mcpServers.wether: expected an object, got 'npx'"),
        ({"wether": {"args": []}}, "mcpServers.wether: expected either `command` or `url`"),
        ({"wether": {"command": "a", "url": "b"}}, "either `command` or `url`"),
        (
            {"wether": {"command": "npx", "argz": []}},
            "wether.argz: unknown; allowed are command, args, env, cwd. Did you mean arg",
        ),
        ({"wether": {"command": "npx", "args": "x"}}, "wether.args: expected a list of texts"),
        ({"wether": {"command": "npx", "args": [1]}}, "wether.args: expected a text, got int 1"),
        ({"wether": {"command": ""}}, "wether.command: expected a text"),
        ({"wether": {"command": "${NONE:-}"}}, "wether.command: expected a text, got an empty one"),
        ({"wether": {"url": "ftp://host"}}, "wether.url: 'ftp://host' is no http or https URL"),
        ({"wether": {"url": URL, "headers": {"A b": "c"}}}, "wether.headers: 'A b' is no header n"),
        (
            {"wether": {"url": URL, "headers": {"A": "b\nC: d"}}},
            "wether.headers: the value of the header A has characters no header can",
        ),
        ({"wether": {"command": "npx", "env": []}}, "wether.env: expected an object of texts"),
        (
            {"wether": {"command": "npx", "env": {"KEY": "${TOKN}"}}},
            "wether.env.KEY: the environment variable TOKN is not set. Did you mean TOKEN",
        ),
    ],
)
def test_a_wrong_desktop_configuration_is_told_in_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, servers: object, said: str
):
    monkeypatch.setenv("TOKEN", "set")
    file = desktop(tmp_path, servers)
    with pytest.raises(UsageError) as failed:
        target_of(f"{file}#wether")
    assert said in str(failed.value)
    assert str(failed.value).startswith(f"{file}: mcpServers")
    assert "\n" not in str(failed.value)


def test_an_argument_need_not_be_utf_8(tmp_path: Path):
    script = (
        "import runpy, sys; sys.argv[1:] = ['everything']\n"
        "runpy.run_module('mcp_proof_mocks', run_name='__main__')"
    )
    target = CommandTarget([sys.executable, "-c", script, os.fsdecode(b"\xff")])
    assert target.label.endswith(r" '\udcff'")
    assert found(verify(target, "discover-", transcript=tmp_path / "t.ndjson")).name == "everything"


def test_a_desktop_configuration_may_have_empty_texts_and_a_byte_order_mark(tmp_path: Path):
    server = {"command": "npx", "args": ["--prefix", ""], "env": {"PROXY": "", "KEY": "${NONE:-}"}}
    file = desktop(tmp_path, {"weather": server})
    file.write_bytes(file.read_text().encode("utf-8-sig"))
    expected = CommandTarget(["npx", "--prefix", ""], env={"PROXY": "", "KEY": ""})
    assert desktop_targets(file, {}) == {"weather": expected}


def test_a_desktop_configuration_without_a_server_named_asks_which(tmp_path: Path):
    with pytest.raises(UsageError, match="which of its servers"):
        target_of(desktop(tmp_path, {"weather": {"command": "npx"}}))


def test_a_desktop_configuration_that_is_no_json_is_told(tmp_path: Path):
    file = tmp_path / "claude_desktop_config.json"
    file.write_text("{")
    with pytest.raises(UsageError, match="this is no JSON"):
        target_of(f"{file}#weather")


# Cassettes


@pytest.fixture(scope="module")
def cassette(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A verification of a mock with one fault, recorded."""
    file = tmp_path_factory.mktemp("cassette") / "recorded.ndjson"
    verify(MemoryTarget(MockServer("everything", ["tools-name-unique"])), transcript=file)
    return file


def test_a_cassette_is_judged_as_the_server_was(cassette: Path):
    events = verify(target_of(str(cassette)))
    assert (found(events).name, found(events).spoken) == ("everything", Revision.R2026_07_28)
    live = outcomes(verify(MemoryTarget(MockServer("everything", ["tools-name-unique"]))))
    assert outcomes(events) == live
    assert [rule for rule, outcome in live.items() if outcome is Outcome.VIOLATED] == [
        "tools-name-unique"
    ]


def test_the_command_line_judges_a_cassette(cassette: Path, capsys: pytest.CaptureFixture[str]):
    assert main(["verify", str(cassette)]) == 0
    assert "1 violated (1 SHOULD)" in capsys.readouterr().out
    assert main(["verify", "--fail-on", "should", str(cassette)]) == 1


def test_a_cassette_is_judged_at_no_revision_but_its_own(
    cassette: Path, capsys: pytest.CaptureFixture[str]
):
    assert main(["verify", "--revision", "2025-11-25", str(cassette)]) == 3
    told = capsys.readouterr()
    assert "does not speak 2025-11-25: it was recorded at 2026-07-28." in told.err
    assert "violated" not in told.out
    assert main(["verify", "--revision", "all", "--quiet", str(cassette)]) == 0
    assert capsys.readouterr().out.count("- not spoken") == 4


def test_a_cassette_answers_again_what_it_was_asked(cassette: Path):
    with SharedServers.opened(VerifyOptions(), Gate()) as servers, servers.client(cassette) as one:
        assert one.server_info["name"] == "everything"
        assert "echo" in [tool["name"] for tool in one.list_tools()]
        assert one.call_tool("echo", {"message": "example"}).text == "example"
        with pytest.raises(ErrorAnswerError, match="the cassette has no answer to tools/call"):
            one.call_tool("echo", {"message": "never asked"})


def test_a_cassette_answers_ordinary_requests_with_what_ordinary_ones_were_told(cassette: Path):
    with SharedServers.opened(VerifyOptions(), Gate()) as servers, servers.client(cassette) as one:
        for _ in range(8):  # more often than any probe has asked
            one.ping()
            assert one.list_tools()


def test_a_cassette_that_tells_no_revision_asks_for_one(cassette: Path, tmp_path: Path):
    header = cassette.read_bytes().split(b"\n", 1)[0]
    file = tmp_path / "empty.ndjson"
    file.write_bytes(header + b"\n")
    with pytest.raises(UsageError, match="nothing in it tells which revision"):
        verify(CassetteTarget(file))


@pytest.mark.parametrize(
    ("text", "said"),
    [("{}", "not a transcript"), ('{"transcript": 99}', "transcript version 99")],
)
def test_a_file_that_is_no_cassette_is_told(tmp_path: Path, text: str, said: str):
    file = tmp_path / "odd.ndjson"
    file.write_text(text)
    with pytest.raises(UsageError, match=f"odd.ndjson: {said}"):
        target_of(str(file))


def test_the_transcript_of_a_client_is_no_server(tmp_path: Path, cassette: Path):
    header, rest = cassette.read_bytes().split(b"\n", 1)
    file = tmp_path / "client.ndjson"
    file.write_bytes(header.replace(b'"side":"server"', b'"side":"client"') + b"\n" + rest)
    with pytest.raises(UsageError, match="the transcript of a client"):
        target_of(str(file))
