"""How a conversation begins, in either era: the request for who the server is, and its result."""

from collections import defaultdict
from typing import Final

from mcp_proof_contracts.headers import META_SERVER_INFO
from mcp_proof_contracts.json_value import JsonObject
from mcp_proof_contracts.revision import Revision, published
from mcp_proof_contracts.transcript import Sender, Transcript
from mcp_proof_contracts.wire import Kind, as_object

OPENINGS: Final = ("initialize", "server/discover")
"""The requests: of the stateful and of the stateless era."""


def server_info(result: JsonObject) -> JsonObject:
    """Return the server's name and version from the result of either; empty where it has none."""
    meta = as_object(result.get("_meta"))
    return as_object(result.get("serverInfo") or meta.get(META_SERVER_INFO))


def opened_by_handshake(transcript: Transcript) -> frozenset[str]:
    """Return the sessions that a client opened by an `initialize` to which the server agreed.

    On one channel that selects the legacy semantics for as long as the channel lasts (2026-07-28
    versioning, Compatibility Matrix): later metadata of a request is passed over.
    """
    opened: dict[str, str] = {}
    agreed: set[str] = set()
    for event in transcript.events:
        if event.message is None:
            continue
        if event.sender is Sender.CLIENT:
            opened.setdefault(event.session, event.message.method)
        elif "protocolVersion" in event.message.result:
            agreed.add(event.session)
    return frozenset(session for session in agreed if opened.get(session) == OPENINGS[0])


def session_revisions(transcript: Transcript) -> dict[str, Revision | None]:
    """Return the revision that each session negotiated by its `initialize` result."""
    revisions: dict[str, Revision | None] = defaultdict(lambda: None)
    for event in transcript.events:
        if event.message is None or event.message.kind is not Kind.RESULT:
            continue
        version = published(event.message.result.get("protocolVersion"))
        if version is not None:
            revisions.setdefault(event.session, version)
    return revisions
