"""A transcript survives the disk, and a kill at any instant."""

import pytest

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
    ("line", "says"), [(b"", "no header"), (b"[]", "no header"), (b'{"transcript":9}', "version 9")]
)
def test_what_is_no_transcript_is_refused(line, says):
    with pytest.raises(ValueError, match=says):
        from_ndjson([line])


@pytest.mark.parametrize("members", ['"x": 1', '"side": "server"', '"side": "nobody"'])
def test_a_header_that_lacks_a_member_or_has_one_too_many_is_refused(members):
    with pytest.raises(ValueError, match="line 1 of the transcript is damaged"):
        from_ndjson([f'{{"transcript": 1, {members}}}\n'.encode()])
