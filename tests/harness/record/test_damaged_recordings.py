"""Every command that reads recordings refuses the same damaged ones, in the same words."""

from pathlib import Path

import pytest

from mcp_proof.cli import main
from mcp_proof.record.foreign import reading
from mcp_proof_contracts.transcript import read_events

RECORDINGS = Path(__file__).parent / "foreign" / "recordings"
HEADER = b'{"transcript":2,"peer":"p","side":"server","transport":"stdio","started":""}\n'
COMMON = b'"session":"s","channel":"stdio","sender":"client","kind":"message"'
FIRST = b'{"seq":0,"at":0,%b,"raw":"{}"}\n' % COMMON
LINE = b'{"seq":1,"at":1,%b,"raw":"{}"}\n' % COMMON
HAR = (RECORDINGS / "stateful.mitmproxy.har").read_bytes()
DAMAGED = {
    "a number below 0": (b'"seq":1', b'"seq":-1', "`seq` is no whole number"),
    "a number that is none": (b'"seq":1', b'"seq":true', "`seq` is no whole number"),
    "a time below 0": (b'"at":1', b'"at":-1', "`at` is no time in seconds"),
    "a member too many": (b'"at"', b'"more":1,"at"', "it has a member that is not known: more"),
    "a member too few": (b'"session":"s",', b"", "it lacks `session`"),
    "data that is no object": (b'"at"', b'"data":[1],"at"', "`data` is no object"),
    "bytes that are no Base64": (b'"raw":"{}"', b'"raw64":"?"', "`raw64` is no Base64: "),
    "no message": (b',"raw":"{}"', b"", "a message has `raw` or `raw64`"),
    "nobody": (b'"client"', b'"nobody"', "`sender` is none of client, server: nobody"),
    "no JSON": (b"{", b"", "not JSON: "),
}
FOREIGN = {
    "cut.har": (HAR[:400], "cut.har:15: not JSON: unexpected end of data"),
    "cut.json": (HAR[:400], "cut.json:15: not JSON: unexpected end of data"),
    "other.json": (b'{"a":1}', "other.json: no recording that is known"),
    "other.har": (b"[]", "other.har: no recording that is known"),
}
COMMANDS = {
    "verify": ["verify", "{file}"],
    "replay": ["replay", "{file}", "--stdio"],
    "record": ["record", "-o", "new", "{file}"],
    "drift": ["drift", "{file}", "--", "false"],
}


@pytest.fixture(params=COMMANDS)
def refused(request, tmp_path, monkeypatch, capsys):
    """Returns what a command says of a file of some bytes that it refuses."""
    monkeypatch.chdir(tmp_path)

    def refused(name, data):
        Path(name).write_bytes(data)
        assert main([word.format(file=name) for word in COMMANDS[request.param]]) == 2
        return capsys.readouterr().err.removeprefix("mcp-proof: ")

    return refused


@pytest.mark.parametrize(("before", "after", "why"), DAMAGED.values(), ids=DAMAGED)
def test_a_damaged_line_is_refused_with_its_number_and_the_reason(before, after, why, refused):
    damaged = LINE.replace(before, after, 1)
    assert damaged != LINE
    said = refused("session.ndjson", HEADER + FIRST + damaged + LINE)
    assert said.startswith(f"session.ndjson: line 3 of the transcript is damaged: {why}")


def test_two_transcripts_in_one_file_are_refused(refused):
    said = refused("session.ndjson", (HEADER + FIRST + LINE) * 2)
    assert said.startswith(
        "session.ndjson: line 5 of the transcript is damaged: event 0 comes after event 1"
    )


@pytest.mark.parametrize("data", [b"", b"{}\n", b"\0\n"])
def test_what_has_no_header_is_refused(data, refused):
    assert refused("session.ndjson", data).startswith("session.ndjson: not a transcript: ")


@pytest.mark.parametrize("name", FOREIGN)
def test_a_damaged_recording_of_another_tool_is_called_none_of_ours(name, refused):
    data, why = FOREIGN[name]
    assert refused(name, data).startswith(why)


@pytest.mark.parametrize("name", ["big.har", "big.json"])
def test_a_recording_of_another_tool_that_is_too_large_is_told(name, refused, monkeypatch):
    monkeypatch.setattr(reading, "MOST_BYTES", 100)
    assert refused(name, HAR).startswith(f"{name}: larger than 100 bytes; export less of it")


def test_the_journal_of_a_mock_is_taken_over_and_not_verified(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    journal = HEADER.replace(b'"server"', b'"client"') + FIRST + LINE
    Path("journal.ndjson").write_bytes(journal)
    assert main(["record", "-o", "new.ndjson", "journal.ndjson"]) == 0
    taken = Path("new.ndjson").read_bytes().splitlines(keepends=True)
    assert b'"side":"client"' in taken[0]
    assert len(list(read_events(taken))) == 2
    assert main(["verify", "journal.ndjson"]) == 2
    said = capsys.readouterr().err
    assert "this is the transcript of a client" in said
    assert "record -o FILE" in said
    assert Path("new.ndjson").stat().st_mode & 0o777 == 0o600
