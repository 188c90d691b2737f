"""A whole verification through a recorder: the same verdicts, and nothing of it is missing.

What the driver itself has noted is compared with what the recorder has, message by message: both
are transcripts, though nobody has told one of the other.
"""

import json
from collections import Counter
from pathlib import Path

import pytest
from recorded import of_kind, read_back, recording

from mcp_proof.cli import main
from mcp_proof_contracts.dialect import Dialect
from mcp_proof_contracts.transcript import Event, EventKind, Transcript
from mcp_proof_mocks.running import running
from mcp_proof_mocks.server import MockServer

PEERS = [
    ("everything", "2025-11-25", "/mcp", "http"),
    ("everything", "2025-03-26", "/mcp", "http"),
    ("everything", "2024-11-05", "/sse", "http+sse"),
    ("everything", "2026-07-28", "/mcp", "http"),
    ("email_tools", "auto", "", "http"),
    ("contextframe", "auto", "", "http"),
    ("openapi_jsonrpc", "auto", "", "http"),
    ("gateway", "auto", "", "http"),
    ("websocket", "auto", "", "websocket"),
]

AT_ONCE = b"mcp-proof-at-once"
"""A request that is given up as it is sent: whether it still passes, nobody knows."""


def verified(
    mock: MockServer, url: str, revision: str, folder: Path
) -> tuple[dict[str, str], Transcript]:
    folder.mkdir()
    credentials = mock.authorization.headers() if mock.authorization else {}
    headers = [f"--header={name}: {value}" for name, value in credentials.items()]
    report, transcript = folder / "report.json", folder / "transcript.ndjson"
    code = main(
        [
            *("verify", "--quiet", f"--revision={revision}", f"--report=json={report}"),
            *(f"--report=transcript={transcript}", "--timeout=10", *headers, url),
        ]
    )
    assert code in (0, 1)
    told = json.loads(report.read_bytes())
    return {each["rule"]: each["verdict"] for each in told["verdicts"]}, read_back(transcript)


def awaited(sent: Counter[bytes]) -> Counter[bytes]:
    return Counter({raw: count for raw, count in sent.items() if AT_ONCE not in raw})


def raws(transcript: Transcript, sender: str) -> Counter[bytes]:
    return Counter(
        event.message.raw
        for event in transcript.events
        if event.sender == sender and event.message is not None
    )


def heads(transcript: Transcript, kind: EventKind) -> Counter[object]:
    def told(event: Event) -> object:
        return event.data.get("status") or event.data.get("method")

    return Counter(told(event) for event in of_kind(transcript, kind))


def pings(transcript: Transcript) -> list[tuple[str, object]]:
    """Of a closing handshake the driver notes only its own part: that is left out."""
    frames = of_kind(transcript, EventKind.FRAME)
    return [(e.sender.value, e.data["opcode"]) for e in frames if e.data["opcode"] != "close"]


@pytest.mark.parametrize(("contract", "revision", "path", "transport"), PEERS)
def test_a_verification_sees_no_difference_and_is_wholly_kept(
    contract, revision, path, transport, tmp_path
):
    file = tmp_path / "c.ndjson"
    mock = MockServer(contract)
    with running(mock) as url:
        there = url.replace("/mcp", path) if path else url
        direct, _ = verified(mock, there, revision, tmp_path / "direct")
    mock = MockServer(contract)
    with running(mock) as url:
        there = url.replace("/mcp", path) if path else url
        # Nothing but the user tells this dialect from MCP.
        given = Dialect.OPENAPI_JSONRPC if contract == "openapi_jsonrpc" else None
        with recording(there, file, dialect=given) as own:
            recorded, noted = verified(mock, own, revision, tmp_path / "recorded")
    assert {rule: verdict for rule, verdict in recorded.items() if verdict != direct[rule]} == {}
    kept = read_back(file)
    assert kept.header.transport == transport
    assert kept.header.dialect == noted.header.dialect
    assert awaited(raws(noted, "client")) == awaited(raws(kept, "client"))
    assert raws(noted, "server") - raws(kept, "server") == Counter()
    assert heads(noted, EventKind.HTTP_REQUEST) == heads(kept, EventKind.HTTP_REQUEST)
    answered = heads(noted, EventKind.HTTP_RESPONSE)
    assert answered - heads(kept, EventKind.HTTP_RESPONSE) == Counter()
    assert pings(noted) == pings(kept)


def test_the_client_of_a_queue_is_recorded(redis_url, tmp_path):
    file, mock = tmp_path / "c.ndjson", MockServer("queue")
    with running(mock, redis=redis_url):
        direct, _ = verified(mock, redis_url, "auto", tmp_path / "direct")
        with recording(redis_url, file) as own:
            recorded, noted = verified(mock, own, "auto", tmp_path / "recorded")
    assert recorded == direct
    kept = read_back(file)
    assert (kept.header.transport, kept.header.dialect) == ("redis", Dialect.QUEUE)
    assert by_channel(noted) == by_channel(kept)


def by_channel(transcript: Transcript) -> Counter[object]:
    """Events about requests of others are heard by the recorder alone: none are here."""
    return Counter(
        (event.sender, event.channel, event.message.raw, "expires" in event.data)
        for event in transcript.events
        if event.message is not None
    )
