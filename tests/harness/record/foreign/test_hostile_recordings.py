"""Recordings that are damaged or hostile get an error with a place, whatever is wrong in them."""

import copy
import json
from pathlib import Path

import pytest

from mcp_proof.drift.recording_of import recording_of
from mcp_proof.errors import UsageError
from mcp_proof.record.foreign import reading
from mcp_proof.record.foreign.reading import imported
from mcp_proof_contracts.redaction import kept_header, kept_line
from mcp_proof_contracts.secrets.mask import Mask
from mcp_proof_contracts.transcript import from_ndjson

RECORDINGS = Path(__file__).parent / "recordings"
EACH = [
    "stateful.mitmproxy.har",
    "rest.mitmproxy.har",
    "http.mcp-cassette.json",
    "http.mcp-recorder.json",
]
ODD = [
    None,
    7,
    -1e308,
    10**400,
    "",
    "x" * 100_000,
    "\ud800",
    [],
    {},
    True,
    [[[[]]]],
    {"a": {"b": []}},
]
"""What may stand where something else belongs."""


def places(value, path=()):
    yield path
    if isinstance(value, dict):
        for name, item in value.items():
            yield from places(item, (*path, name))
    elif isinstance(value, list):
        for number, item in list(enumerate(value))[:3]:
            yield from places(item, (*path, number))


def replaced(document, path, value):
    changed = copy.deepcopy(document)
    at = changed
    for step in path[:-1]:
        at = at[step]
    at[path[-1]] = value
    return changed


def outcome(file):
    """Read a file, and do with it what is done with recordings."""
    try:
        transcript = imported(file)
    except UsageError as error:
        return str(error)
    recording_of(transcript)
    for event in transcript.events:
        kept_line(event, Mask())
    return ""


@pytest.mark.parametrize("name", EACH)
def test_whatever_stands_in_a_place_there_is_an_error_or_a_recording(name, tmp_path):
    document = json.loads((RECORDINGS / name).read_bytes())
    file = tmp_path / "recording"
    told = set()
    shallow = [path for path in places(document) if 0 < len(path) <= 7]
    for number, path in enumerate(shallow):
        for value in (ODD[number % len(ODD)], ODD[(number * 5 + 3) % len(ODD)]):
            file.write_text(json.dumps(replaced(document, path, value)))
            said = outcome(file)
            assert not said or said.startswith(str(file))
            told.add(said.partition(": ")[2][:60])
    assert "" in told
    assert len(told) > 5


@pytest.mark.parametrize("name", EACH)
def test_a_file_that_was_cut_short_is_told_with_its_line(name, tmp_path):
    data = (RECORDINGS / name).read_bytes()
    file = tmp_path / "recording"
    for end in range(1, len(data) - 2, len(data) // 50):
        file.write_bytes(data[:end])
        line = data[:end].count(b"\n") + 1
        assert f"recording:{line}: not JSON" in outcome(file)


@pytest.mark.parametrize(
    "data",
    [
        b"\xff\xfe",
        b"\x00" * 1000,
        b"[" * 100_000,
        b'{"log":' * 5000,
        b'{"log": {"entries": [' + b"[" * 900 + b"]" * 900 + b"]}}",
        b'{"messages": [NaN], "format_version": 3}',
        b'{"format_version": 3, "messages": [' + b'{"payload":' * 300 + b"1" + b"}" * 300 + b"]}",
    ],
)
def test_bytes_that_are_hostile_are_refused(data, tmp_path):
    file = tmp_path / "recording"
    file.write_bytes(data)
    assert outcome(file)


def test_a_payload_that_is_deep_is_kept_as_what_nobody_can_read(tmp_path):
    payload = json.loads("[" * 240 + "]" * 240)
    message = {"sender": "server", "payload": {"a": payload}}
    file = tmp_path / "recording"
    file.write_text(json.dumps({"format_version": 3, "messages": [message]}))
    assert "nested deeper" in imported(file).events[0].message.fault


@pytest.mark.parametrize("moment", ["0001-01-01T00:00:00+23:59", "9999-12-31T23:59:59-23:00"])
@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("http.mcp-cassette.json", ("recorded_at",)),
        ("http.mcp-recorder.json", ("metadata", "recorded_at")),
        ("rest.mitmproxy.har", ("log", "entries", 0, "startedDateTime")),
    ],
)
def test_a_moment_that_is_none_in_utc_is_told_with_its_place(name, path, moment, tmp_path):
    document = json.loads((RECORDINGS / name).read_bytes())
    file = tmp_path / "recording"
    file.write_text(json.dumps(replaced(document, path, moment)))
    said = outcome(file)
    assert f"/{'/'.join(map(str, path))}: expected a moment of the years 1 to 9999" in said


@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("http.mcp-cassette.json", ("messages", 0, "t_offset_ms")),
        ("http.mcp-recorder.json", ("interactions", 0, "latency_ms")),
        ("rest.mitmproxy.har", ("log", "entries", 0, "time")),
    ],
)
def test_what_is_taken_over_can_be_read_again_though_times_are_negative(name, path, tmp_path):
    document = json.loads((RECORDINGS / name).read_bytes())
    file = tmp_path / "recording"
    file.write_text(json.dumps(replaced(document, path, -1e9)))
    taken = imported(file)
    lines = [kept_header(taken.header, Mask()), *(kept_line(e, Mask()) for e in taken.events)]
    assert len(from_ndjson(lines).events) == len(taken.events)


def test_a_file_that_is_too_large_is_not_read(tmp_path, monkeypatch):
    monkeypatch.setattr(reading, "MOST_BYTES", 100)
    file = tmp_path / "recording"
    file.write_bytes(b"{" + b" " * 200)
    assert "larger than 100 bytes" in outcome(file)


@pytest.mark.parametrize(
    ("document", "says"),
    [
        ({"format_version": 4, "messages": []}, "/format_version: expected a format up to 3"),
        ({"version": "2.0", "interactions": []}, "/version: expected 1.x"),
        ({"format_version": 3, "messages": []}, "a mcp-cassette recording without messages"),
        ({"version": "1.0", "interactions": []}, "a mcp-recorder recording without messages"),
        ({"format_version": 3, "messages": [{"sender": "me"}]}, "/messages/0/sender: expected cl"),
    ],
)
def test_what_cannot_be_taken_over_is_told(document, says, tmp_path):
    file = tmp_path / "recording"
    file.write_text(json.dumps(document))
    assert says in outcome(file)
