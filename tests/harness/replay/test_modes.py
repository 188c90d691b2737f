"""Modes: who answers, and what becomes of the file."""

import os
import stat
from pathlib import Path
from typing import Any

import httpx2
import pytest

from mcp_proof.errors import SecretError, UsageError
from mcp_proof.replay import Mode, Replay, running_replay
from mcp_proof.replay.recording import appended
from mcp_proof.targets import MemoryTarget, Target
from mcp_proof_contracts.redaction import Redaction
from mcp_proof_contracts.redaction_rule import redaction_rule
from mcp_proof_contracts.secrets.mask import Mask
from mcp_proof_contracts.transcript import from_ndjson
from mcp_proof_mocks.server import MockServer

Json = dict[str, Any]
HELLO = {
    "protocolVersion": "2025-11-25",
    "capabilities": {},
    "clientInfo": {"name": "t", "version": "1"},
}
BOUND = 20
FOREIGN = Path(__file__).parent.parent / "record/foreign/recordings"


class Client:
    """One session over HTTP."""

    def __init__(self, url: str, http: httpx2.Client) -> None:
        self._http = http
        self._url = url
        self._headers: dict[str, str] = {"accept": "application/json, text/event-stream"}
        opened = self._post("initialize", HELLO)
        self._headers["mcp-session-id"] = opened.headers["mcp-session-id"]

    def call(self, name: str, **arguments: object) -> Json:
        return self._post("tools/call", {"name": name, "arguments": arguments}).json()

    def _post(self, method: str, params: Json) -> httpx2.Response:
        body = {"jsonrpc": "2.0", "id": 1, "method": method, "params": params}
        return self._http.post(self._url, json=body, headers=self._headers)


def target(said: str = "live") -> Target:
    """A real server, of sorts."""
    server = MockServer({"revisions": ["2025-11-25"]})
    server.register_mock_tool("say", lambda given: f"{said} {given['n']}")
    return MemoryTarget(server)


def said(replay: Replay, *numbers: int) -> list[str]:
    """What a client hears of a replayed tool."""
    with running_replay(replay) as (url, _), httpx2.Client(timeout=BOUND) as http:
        client = Client(url, http)
        answers = [client.call("say", n=number) for number in numbers]
    return [
        each["result"]["content"][0]["text"] if "result" in each else each["error"]["message"]
        for each in answers
    ]


def test_once_records_where_there_is_no_cassette_and_plays_it_then(tmp_path):
    file = tmp_path / "new folder" / "c.ndjson"
    assert said(Replay(file=file, mode=Mode.ONCE, target=target()), 1, 2, 1) == [
        "live 1",
        "live 2",
        "live 1",
    ]
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert said(Replay(file=file, mode=Mode.ONCE, target=target("later")), 2, 1) == [
        "live 2",
        "live 1",
    ]
    assert said(Replay(file=file), 1, 1, 1) == ["live 1"] * 3
    assert [each.name for each in file.parent.iterdir()] == ["c.ndjson"]


def test_new_adds_what_is_not_there(tmp_path):
    file = tmp_path / "c.ndjson"
    said(Replay(file=file, mode=Mode.ALL, target=target("first")), 1)
    before = file.read_bytes()
    added = Replay(file=file, mode=Mode.NEW, target=target("second"))
    assert said(added, 1, 2) == ["first 1", "second 2"]
    assert file.read_bytes().startswith(before)
    assert said(Replay(file=file), 2, 1) == ["second 2", "first 1"]
    with file.open("rb") as lines:
        numbers = [event.seq for event in from_ndjson(lines).events]
    assert numbers == sorted(numbers)


def test_new_asks_nobody_while_all_is_known(tmp_path):
    file = tmp_path / "c.ndjson"
    said(Replay(file=file, mode=Mode.ALL, target=target()), 1)
    before = file.read_bytes()
    assert said(Replay(file=file, mode=Mode.NEW, target=target("later")), 1) == ["live 1"]
    assert file.read_bytes() == before


def test_new_goes_on_behind_a_line_that_was_cut_short(tmp_path):
    file = tmp_path / "c.ndjson"
    said(Replay(file=file, mode=Mode.ALL, target=target("first")), 1)
    with file.open("ab") as end:
        end.write(b'{"seq":999,"at":')
    assert said(Replay(file=file, mode=Mode.NEW, target=target("second")), 2) == ["second 2"]
    assert said(Replay(file=file), 1, 2) == ["first 1", "second 2"]


def test_new_keeps_a_whole_last_line_that_lacks_its_end(tmp_path):
    file = tmp_path / "c.ndjson"
    said(Replay(file=file, mode=Mode.ALL, target=target("first")), 1)
    whole = file.read_bytes()
    file.write_bytes(whole.removesuffix(b"\n"))
    assert said(Replay(file=file, mode=Mode.NEW, target=target("second")), 2) == ["second 2"]
    assert file.read_bytes().startswith(whole)
    assert said(Replay(file=file), 1, 2) == ["first 1", "second 2"]


@pytest.mark.parametrize(
    "recording", [*FOREIGN.glob("*.har"), *FOREIGN.glob("*.json")], ids=lambda p: p.name
)
def test_new_adds_nothing_to_the_recording_of_another_tool(recording, tmp_path):
    file = tmp_path / recording.name
    file.write_bytes(recording.read_bytes())
    with (
        pytest.raises(UsageError, match=r"mcp-proof record -o NEW.ndjson .*"),
        running_replay(Replay(file=file, mode=Mode.NEW, target=target())),
    ):
        pass
    with pytest.raises(UsageError, match="nothing can be added"), appended(file):
        pass
    assert file.read_bytes() == recording.read_bytes()


def test_two_may_not_add_to_one_cassette(tmp_path):
    file = tmp_path / "c.ndjson"
    said(Replay(file=file, mode=Mode.ALL, target=target("first")), 1)
    before = file.read_bytes()
    second = Replay(file=file, mode=Mode.NEW, target=target("second"))
    with appended(file):
        [refused] = said(second, 2)
    assert "another process adds to this cassette" in refused
    assert file.read_bytes() == before
    assert said(second, 2) == ["second 2"]


def test_a_client_that_only_says_hello_has_asked_something(tmp_path):
    file = tmp_path / "c.ndjson"
    assert said(Replay(file=file, mode=Mode.ONCE, target=target())) == []
    assert file.exists()


def test_all_records_anew(tmp_path):
    file = tmp_path / "c.ndjson"
    said(Replay(file=file, mode=Mode.ALL, target=target("first")), 1)
    assert said(Replay(file=file, mode=Mode.ALL, target=target("second")), 2) == ["second 2"]
    assert "the cassette has no answer" in said(Replay(file=file), 1)[0]


def test_a_recording_that_fails_leaves_the_old_cassette(tmp_path):
    file = tmp_path / "c.ndjson"
    said(Replay(file=file, mode=Mode.ALL, target=target()), 1)

    def fail() -> None:
        with running_replay(Replay(file=file, mode=Mode.ALL, target=target("later"))):
            raise KeyError

    with pytest.raises(KeyError):
        fail()
    assert said(Replay(file=file), 1) == ["live 1"]


@pytest.mark.parametrize("mode", [Mode.ONCE, Mode.NEW, Mode.ALL])
def test_a_mode_that_records_needs_a_server(mode, tmp_path):
    with (
        pytest.raises(UsageError, match="none is given"),
        running_replay(Replay(file=tmp_path / "c.ndjson", mode=mode)),
    ):
        pass


def test_a_missing_cassette_is_told(tmp_path):
    with (
        pytest.raises(UsageError, match="No such file"),
        running_replay(Replay(file=tmp_path / "c.ndjson")),
    ):
        pass


def test_a_secret_of_the_environment_is_in_no_cassette(tmp_path, monkeypatch):
    monkeypatch.setenv("SERVICE_TOKEN", "correct-horse-battery")
    server = MockServer({"revisions": ["2025-11-25"]})
    server.register_mock_tool("say", lambda given: f"{os.environ['SERVICE_TOKEN']} {given['n']}")
    file = tmp_path / "c.ndjson"
    said(Replay(file=file, mode=Mode.ALL, target=MemoryTarget(server)), 1)
    assert b"correct-horse-battery" not in file.read_bytes()
    assert said(Replay(file=file), 1) == ["[hidden] 1"]


def test_what_the_user_wants_hidden_is_in_no_cassette(tmp_path):
    file = tmp_path / "c.ndjson"
    redaction = Redaction(mask=Mask(), rules=[redaction_rule("live")])
    said(Replay(file=file, mode=Mode.ALL, target=target(), redaction=redaction), 1)
    said(Replay(file=file, mode=Mode.NEW, target=target(), redaction=redaction), 2)
    assert b"live" not in file.read_bytes()
    assert said(Replay(file=file), 2, 1) == ["[hidden] 2", "[hidden] 1"]


@pytest.mark.parametrize("mode", [Mode.NEW, Mode.ALL])
def test_a_strict_recording_ends_at_what_looks_like_a_secret(mode, tmp_path):
    file = tmp_path / "c.ndjson"
    said(Replay(file=file, mode=Mode.ALL, target=target("first")), 1)
    before = file.read_bytes()
    redaction = Redaction(mask=Mask(), strict=True)
    likely = "Zx81Qk7vT2mLp9Rw4Nc6Yb3Hd5Jf0Sg8"
    server = MockServer({"revisions": ["2025-11-25"]})
    server.register_mock_tool("say", lambda _given: {"apiKey": likely})
    strict = Replay(file=file, mode=mode, target=MemoryTarget(server), redaction=redaction)
    with (
        pytest.raises(SecretError, match="looks like a secret"),
        running_replay(strict) as (url, _),
        httpx2.Client(timeout=BOUND) as http,
    ):
        answer = Client(url, http).call("say", n=2)
    assert "looks like a secret" in answer["error"]["message"]
    assert likely.encode() not in b"".join(each.read_bytes() for each in tmp_path.iterdir())
    assert file.read_bytes().startswith(before)
