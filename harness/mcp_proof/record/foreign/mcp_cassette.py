"""Cassettes of mcp-cassette (PyPI, 0.4.0: formats 1 to 3): one JSON object with all messages.

It keeps what each message says with its sender and its time, not the bytes, and nothing of HTTP but
which exchange carried one. So it becomes messages in memory: nothing of a transport can be judged.
"""

from collections.abc import Iterator
from typing import Final

from mcp_proof.record.foreign.moment import started
from mcp_proof.record.foreign.place import Place
from mcp_proof.recorder import shown_url
from mcp_proof_contracts.transcript import Event, EventKind, Header, Sender, Transcript
from mcp_proof_contracts.wire import parse

NEWEST: Final = 3
STDIO, HTTP = "stdio", "http"
MEMORY: Final = "memory"


def is_mcp_cassette(document: Place) -> bool:
    """Whether a document looks like one."""
    return document.has("messages") and document.has("format_version")


def mcp_cassette(document: Place) -> Transcript:
    """Return what it recorded.

    Raises:
        MalformedError: it is damaged, or of a later format.
    """
    version = document.at("format_version")
    if version.number > NEWEST:
        version.wrong(f"a format up to {NEWEST}, which mcp-cassette 0.4.0 writes")
    transport = document.at("transport").text or STDIO
    if transport not in (STDIO, HTTP):
        document.at("transport").wrong(f"{STDIO} or {HTTP}")
    # What crossed a pipe is not known byte by byte: no rule about lines may pass on this.
    info = document.at("server_info")
    name = info.at("name").text if info.value is not None else ""
    header = Header(
        peer=shown_url(document.at("server_url").text) or name or "mcp-cassette",
        side=Sender.SERVER,
        transport=MEMORY,
        started=started(document.at("recorded_at")),
    )
    return Transcript(header, _events(document))


def _events(document: Place) -> Iterator[Event]:
    for seq, message in enumerate(document.at("messages").items):
        payload = message.at("payload")
        raw = payload.text.encode(errors="replace") if payload.is_text else payload.json
        yield Event(
            seq=seq,
            at=max(0.0, message.at("t_offset_ms").number) / 1000,
            session="session-1",
            channel=MEMORY,
            sender=_sender(message.at("sender")),
            kind=EventKind.MESSAGE,
            message=parse(raw),
        )


def _sender(place: Place) -> Sender:
    try:
        return Sender(place.text)
    except ValueError:
        place.wrong("client or server")
