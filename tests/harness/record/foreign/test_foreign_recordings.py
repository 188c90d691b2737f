"""Recordings that other tools made are read as if they were cassettes of ours.

Those in `recordings/` were made of the mocks beside them: by mcp-cassette 0.4.0, mcp-recorder 0.5.0
and mitmproxy 12.2.3.
"""

import json
import stat
from pathlib import Path

import pytest
from drifted import drifted, told

from mcp_proof.cli import main
from mcp_proof.drift.recording_of import recording_of
from mcp_proof.errors import UsageError
from mcp_proof.record.foreign import is_ours, may_be_recording, read_recording
from mcp_proof.targets import CassetteTarget, target_of
from mcp_proof_contracts.reading import Reading, spoken
from mcp_proof_contracts.transcript import EventKind, Sender, from_ndjson
from mcp_proof_mocks.server import MockServer

RECORDINGS = Path(__file__).parent / "recordings"
OF_MCP = [
    "stateful.mitmproxy.har",
    "stateless.mitmproxy.har",
    "stdio.mcp-cassette.json",
    "http.mcp-cassette.json",
    "stdio.mcp-recorder.json",
    "http.mcp-recorder.json",
]
EVERY = [*OF_MCP, "rest.mitmproxy.har"]
ASKING = ["stateless.mitmproxy.har", "stdio.mcp-cassette.json", "http.mcp-cassette.json"]
"""Those that show what the server asked of its client."""
ASKED = [
    ("tools/list", "a result"),
    ("tool get_weather", "a result"),
    ("resource note://today", "a result"),
    ("tool get_weather", "a result with isError: true"),
]


@pytest.mark.parametrize("name", OF_MCP)
def test_what_was_asked_and_answered_is_all_there(name):
    recording = recording_of(read_recording(RECORDINGS / name))
    found = [(each.operation, each.answer.outcome) for each in recording.requests]
    own = [each for each in found if each[0] not in ("tool ask_name", "ping")]
    assert own[:-1] == ASKED
    assert own[-1][0] == "resource note://none"
    assert own[-1][1] in ("error -32002", "error -32602")
    assert len(recording.introductions) == 1
    assert (("tool ask_name", "a result") in found) == (name in ASKING)


@pytest.mark.parametrize("name", ASKING)
def test_what_the_server_asked_and_the_client_answered_is_there(name):
    recording = recording_of(read_recording(RECORDINGS / name))
    [asking] = [each for each in recording.requests if each.operation == "tool ask_name"]
    assert asking.asked == {"elicitation/create"}
    assert asking.told == {"notifications/progress"}
    answer = {"result": {"action": "accept", "content": {"name": "example"}}}
    assert answer in [one for answers in recording.answers.values() for one in answers]


@pytest.mark.parametrize("name", EVERY)
def test_the_server_that_was_recorded_has_not_drifted(name):
    contract = "rest-weather.yaml" if name.startswith("rest") else "weather.yaml"
    tally = drifted(read_recording(RECORDINGS / name), MockServer(RECORDINGS / contract))
    assert told(tally) == []
    assert tally.counts["untested"] == 0
    assert tally.counts["same"] >= 2


@pytest.mark.parametrize("name", EVERY)
def test_events_are_in_order_and_of_the_server_under_test(name):
    transcript = read_recording(RECORDINGS / name)
    assert [event.seq for event in transcript.events] == list(range(len(transcript.events)))
    times = [event.at for event in transcript.events]
    assert times == sorted(times)
    assert transcript.header.side is Sender.SERVER
    assert transcript.header.started.startswith("2026-11-22T07:5")
    assert spoken(transcript) is not None


def recorded(source, file, capsys):
    assert main(["record", "-o", str(file), str(source)]) == 0
    assert capsys.readouterr().err == ""
    return file


@pytest.mark.parametrize("name", EVERY)
def test_what_is_recorded_of_a_recording_reads_as_it_did(name, tmp_path, capsys):
    transcript = read_recording(RECORDINGS / name)
    file = recorded(RECORDINGS / name, tmp_path / "session.ndjson", capsys)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    with file.open("rb") as lines:
        again = from_ndjson(lines)
    assert again.header == transcript.header
    assert again.events == transcript.events


def test_what_is_recorded_of_a_recording_holds_no_secret(tmp_path, capsys):
    secret = "ghp_" + "a1B2" * 9
    text = (RECORDINGS / "stdio.mcp-cassette.json").read_text().replace("sunny all day", secret)
    (tmp_path / "cassette.json").write_text(text)
    file = recorded(tmp_path / "cassette.json", tmp_path / "session.ndjson", capsys)
    kept = file.read_text()
    assert secret not in kept
    assert "hidden: a GitHub token" in kept


def test_requests_and_responses_of_a_har_belong_together():
    transcript = read_recording(RECORDINGS / "stateful.mitmproxy.har")
    reading = Reading(transcript, spoken(transcript))
    statuses = {each.method: each.status for each in reading.http()}
    assert statuses == {"POST": 200, "GET": 200, "DELETE": 204}
    [call, _] = reading.exchanges("tools/call")
    assert call.result["structuredContent"] == {"degrees": 21, "sky": "clear"}
    assert {event.session for event in transcript.events} == {"session-1"}


@pytest.mark.parametrize("name", EVERY)
def test_a_recording_can_be_a_target_whatever_its_name(name):
    target = target_of(str(RECORDINGS / name))
    assert isinstance(target, CassetteTarget)
    assert len(target.transcript.events) > 5


@pytest.mark.parametrize("name", EVERY)
def test_a_recording_of_another_tool_is_known_as_such(name, tmp_path, capsys):
    assert may_be_recording(RECORDINGS / name)
    assert not is_ours(RECORDINGS / name)
    recorded(RECORDINGS / name, tmp_path / "ours.ndjson", capsys)
    assert is_ours(tmp_path / "ours.ndjson")
    assert len(read_recording(tmp_path / "ours.ndjson").events) > 5


@pytest.mark.parametrize("text", ["", "{}", "[]", "null", "{", '{"mcpServers": {}}', "hello"])
def test_what_is_no_recording_is_not_taken_for_one(text, tmp_path):
    file = tmp_path / "file.json"
    file.write_text(text)
    assert may_be_recording(file) is (text in ("", "{", "hello"))  # its reader says what is wrong
    with pytest.raises(UsageError, match=r"file\.json"):
        read_recording(file)
    assert not may_be_recording(tmp_path / "none.json")
    assert not may_be_recording(tmp_path)


def test_a_recording_that_keeps_no_answer_has_no_request_either():
    pairs = json.loads((RECORDINGS / "http.mcp-recorder.json").read_bytes())["interactions"]
    silent = [each["request"]["id"] for each in pairs if each["type"] == "jsonrpc_request"
              and each["response"] is None]  # fmt: skip
    assert len(silent) == 1
    transcript = read_recording(RECORDINGS / "http.mcp-recorder.json")
    assert silent[0] not in [event.message.id for event in transcript.events if event.message]


def test_times_are_those_of_the_recording():
    cassette = json.loads((RECORDINGS / "http.mcp-cassette.json").read_bytes())["messages"]
    events = read_recording(RECORDINGS / "http.mcp-cassette.json").events
    assert [round(event.at * 1000) for event in events] == [m["t_offset_ms"] for m in cassette]
    entry = json.loads((RECORDINGS / "rest.mitmproxy.har").read_bytes())["log"]["entries"][-1]
    ends = [e for e in read_recording(RECORDINGS / "rest.mitmproxy.har").events
            if e.kind in (EventKind.HTTP_REQUEST, EventKind.END)]  # fmt: skip
    assert ends[-1].at - ends[-2].at == pytest.approx(entry["time"] / 1000, abs=0.001)
