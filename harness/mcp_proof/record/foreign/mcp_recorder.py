"""Cassettes of mcp-recorder (PyPI, 0.5.0: format 1.0): pairs of a request and its response.

It keeps how long each answer took, not when it was asked for; of a stream only the last response,
not what the server asked or told before; of HTTP a status. So it becomes messages in memory.
"""

from collections.abc import Iterator
from typing import Final, NamedTuple

from mcp_proof.record.foreign.moment import started
from mcp_proof.record.foreign.place import Place
from mcp_proof.recorder import shown_url
from mcp_proof_contracts.transcript import Event, EventKind, Header, Sender, Transcript
from mcp_proof_contracts.wire import parse

MAJOR: Final = "1"
MEMORY: Final = "memory"


class Said(NamedTuple):
    """One message, and when."""

    at: float
    sender: Sender
    message: Place


def is_mcp_recorder(document: Place) -> bool:
    """Whether a document looks like one."""
    return document.has("interactions") and document.has("version")


def mcp_recorder(document: Place) -> Transcript:
    """Return what it recorded.

    Raises:
        MalformedError: it is damaged, or of a later format.
    """
    version = document.at("version")
    if version.text.partition(".")[0] != MAJOR:
        version.wrong(f"{MAJOR}.x, which mcp-recorder 0.5.0 writes")
    metadata = document.at("metadata")
    told = metadata if metadata.value is not None else Place({}, metadata.path)
    header = Header(
        peer=shown_url(told.at("server_url").text) or "mcp-recorder",
        side=Sender.SERVER,
        transport=MEMORY,
        started=started(told.at("recorded_at")),
    )
    return Transcript(header, _events(document))


def _events(document: Place) -> Iterator[Event]:
    for seq, said in enumerate(_said(document)):
        yield Event(
            seq=seq,
            at=round(said.at, 3),
            session="session-1",
            channel=MEMORY,
            sender=said.sender,
            kind=EventKind.MESSAGE,
            message=parse(said.message.json),
        )


def _said(document: Place) -> Iterator[Said]:
    """Yield the messages, one pair after the other: what was under way at once is not known."""
    at = 0.0
    for interaction in document.at("interactions").items:
        request, response = interaction.at("request"), interaction.at("response")
        if request.value is None:
            continue  # the end of a session, or a stream of which nothing is kept
        if _is_request(request) and response.value is None:
            continue  # whatever came as its answer was not kept
        yield Said(at, Sender.CLIENT, request)
        at += max(0.0, interaction.at("latency_ms").number) / 1000
        if response.value is not None:
            yield Said(at, Sender.SERVER, response)


def _is_request(request: Place) -> bool:
    return "id" in request.object and "method" in request.object
