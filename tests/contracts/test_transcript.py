"""A transcript survives the disk, and a kill at any instant."""

import json
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema_rs import Draft202012Validator

import mcp_proof_contracts.transcript as transcript_module
from mcp_proof_contracts.dialect import Dialect
from mcp_proof_contracts.rule import TransportName
from mcp_proof_contracts.transcript import (
    Event,
    EventKind,
    Header,
    Sender,
    Transcript,
    event_line,
    from_ndjson,
    header_line,
)
from mcp_proof_contracts.wire import parse

HEADER = Header(peer="server", side=Sender.SERVER, transport="stdio", started="2026-01-01T00:00:00")


def event(seq: int, raw: bytes, probe: str = "") -> Event:
    return Event(
        seq=seq,
        at=0.5,
        session="s",
        channel="stdio",
        sender=Sender.SERVER,
        kind=EventKind.MESSAGE,
        probe=probe,
        message=parse(raw),
    )


TRANSCRIPT = Transcript(
    HEADER,
    [
        event(0, b'{"jsonrpc":"2.0","id":1,"result":{}}', probe="origin/local"),
        event(1, b"not json"),
        event(2, b"\xff\xfe"),
        Event(
            seq=3,
            at=1.0,
            session="s",
            channel="stdio",
            sender=Sender.CLIENT,
            kind=EventKind.CLOSE,
            data={"exit_code": 0},
        ),
    ],
)


LINES = [header_line(HEADER), *map(event_line, TRANSCRIPT.events)]


def test_a_transcript_is_read_back_as_it_was():
    read = from_ndjson(LINES)
    assert read.header == TRANSCRIPT.header
    assert read.events == TRANSCRIPT.events


def test_a_transcript_cut_at_any_byte_is_readable():
    data = b"".join(LINES)
    first = len(LINES[0])
    for end in range(first, len(data)):
        events = from_ndjson(data[:end].splitlines(keepends=True)).events
        assert events == TRANSCRIPT.events[: len(events)]


@pytest.mark.parametrize(
    "damaged", [b"{damaged\n", b"5\n", b"[]\n", b"{}\n", LINES[2].replace(b"server", b"nobody")]
)
def test_damage_before_the_end_is_named_by_its_line(damaged):
    lines = list(LINES)
    lines[2] = damaged
    with pytest.raises(ValueError, match="line 3 of the transcript is damaged"):
        from_ndjson(lines)


@pytest.mark.parametrize(
    ("line", "says"), [(b"", "is empty"), (b"[]", "no header"), (b'{"transcript":9}', "version 9")]
)
def test_what_is_no_transcript_is_refused(line, says):
    with pytest.raises(ValueError, match=says):
        from_ndjson([line])


@pytest.mark.parametrize("members", ['"x": 1', '"side": "server"', '"side": "nobody"'])
def test_a_header_that_lacks_a_member_or_has_one_too_many_is_refused(members):
    with pytest.raises(ValueError, match="line 1 of the transcript is damaged"):
        from_ndjson([f'{{"transcript": 1, {members}}}\n'.encode()])


# A header that is learnt late, and files of earlier releases


LATER = replace(HEADER, dialect=Dialect.REST, transport="http")


def test_a_later_header_takes_the_place_of_the_first():
    read = from_ndjson([*LINES[:2], header_line(LATER), *LINES[2:]])
    assert read.header == LATER
    assert read.events == TRANSCRIPT.events


def test_a_transcript_of_the_first_version_is_read_as_it_was_meant():
    first = LINES[0].replace(b'"transcript":2', b'"transcript":1').replace(b'"dialect":"mcp"', b"")
    read = from_ndjson([first.replace(b",}", b"}"), *LINES[1:]])
    assert read.header == HEADER
    assert read.events == TRANSCRIPT.events


@pytest.mark.parametrize("version", ["3", "0", "-1", "true", "null", '"2"', "2.0", "[]", "1e300"])
def test_another_version_is_told_with_those_that_can_be_read(version):
    says = "no header" if version == "null" else "this release reads 1 and 2"
    with pytest.raises(ValueError, match=says):
        from_ndjson([f'{{"transcript": {version}}}\n'.encode()])


# Files that are no transcripts, or hostile


GOOD = '{"seq":7,"at":0,"session":"s","channel":"c","sender":"client","kind":"open"}'
DEEP = '{"a":' * 300 + "1" + "}" * 300


@pytest.mark.parametrize(
    ("line", "says"),
    [
        (GOOD.replace("7", "-1"), "`seq` is no whole number"),
        (GOOD.replace("7", "true"), "`seq` is no whole number"),
        (GOOD.replace("7", "9" * 400), "not JSON"),
        (GOOD.replace('"at":0', '"at":"now"'), "`at` is no time"),
        (GOOD.replace('"at":0', '"at":-1'), "`at` is no time"),
        (GOOD.replace('"s"', "null"), "`session` is no text"),
        (GOOD.replace('"client"', '{"client":1}'), "`sender` is no text"),
        (GOOD.replace('"open"', '"opened"'), "`kind` is none of open, message, .*: opened"),
        (GOOD.replace('"open"', '"message"'), "a message has `raw`"),
        (GOOD.replace("}", ',"raw":5}'), "`raw` is no text"),
        (GOOD.replace("}", ',"raw64":"é"}'), "`raw64` is no Base64"),
        (GOOD.replace("}", ',"data":[]}'), "`data` is no object"),
        (GOOD.replace("}", f',"data":{DEEP}}}'), "nested deeper"),
        (GOOD.replace("}", ',"message":{}}'), "a member that is not known: message"),
        (GOOD.replace('"channel":"c",', ""), "it lacks `channel`"),
        (GOOD.replace("7", "0"), "event 0 comes after event 2"),
        ("[" * 100_000, "not JSON"),
        ("\0\0\0\0", "not JSON"),
        ("\udcff", "not UTF-8"),
        ('{"transcript":2}', "it lacks `peer`"),
        ('{"log":{"version":"1.2"}}', "it has a member that is not known: log"),
        ("# a comment", "not JSON"),
        ("", "not JSON"),
    ],
)
def test_a_line_that_cannot_be_is_told_by_number_and_reason(line: str, says: str):
    lines = [*LINES[:4], line.encode(errors="surrogateescape") + b"\n", LINES[4]]
    with pytest.raises(ValueError, match=f"line 5 of the transcript is damaged: .*{says}"):
        from_ndjson(lines)


@given(st.binary(max_size=80), st.sampled_from([b"", b"\n", b'{"transcript":2}\n', LINES[0]]))
def test_no_bytes_at_all_bring_the_reader_down(data: bytes, before: bytes):
    with suppress(ValueError):
        from_ndjson((before + data).splitlines(keepends=True))


def test_a_line_without_end_does_not_fill_the_memory(monkeypatch, tmp_path):
    monkeypatch.setattr(transcript_module, "LONGEST_LINE", 1000)
    file = tmp_path / "endless.ndjson"
    file.write_bytes(LINES[0] + b"x" * 100_000)
    with (
        file.open("rb") as lines,
        pytest.raises(ValueError, match=r"line 2 .* longer than 1000 bytes"),
    ):
        from_ndjson(lines)
    with pytest.raises(ValueError, match=r"line 2 .* longer than 1000 bytes"):
        from_ndjson([LINES[0], b"x" * 100_000])


def test_every_line_is_valid_by_the_schema():
    schema = json.loads(Path(transcript_module.__file__).with_suffix(".schema.json").read_bytes())
    valid = Draft202012Validator(schema)
    assert [line for line in LINES if not valid.is_valid(json.loads(line))] == []
    assert not valid.is_valid(json.loads(GOOD.replace('"open"', '"message"')))
    assert not valid.is_valid(json.loads(GOOD.replace("7", "-1")))
    kinds = schema["$defs"]["event"]["properties"]["kind"]["enum"]
    assert kinds == [kind.value for kind in EventKind]
    assert schema["$defs"]["header"]["properties"]["dialect"]["enum"] == list(Dialect)
    assert schema["$defs"]["header"]["properties"]["transport"]["enum"] == list(
        get_args(TransportName)
    )
