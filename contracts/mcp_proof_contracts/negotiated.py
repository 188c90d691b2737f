"""Which revision was spoken where: by a session's handshake, or by the request itself."""

from collections import defaultdict
from collections.abc import Collection
from typing import Final

from mcp_proof_contracts.headers import META_VERSION
from mcp_proof_contracts.json_value import JsonObject
from mcp_proof_contracts.revision import Revision, published
from mcp_proof_contracts.transcript import Transcript
from mcp_proof_contracts.wire import Kind, id_key

NONE: Final[dict[str, Revision | None]] = {}
"""The revisions of sessions that speak another dialect."""


def claimed(params: JsonObject) -> Revision | None:
    """Return the revision that a request claims in its `_meta`."""
    meta = params.get("_meta")
    return published(meta.get(META_VERSION)) if isinstance(meta, dict) else None


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


def spoken_revision(transcript: Transcript, ordinary: Collection[str]) -> Revision | None:
    """Return the revision of the first request that the peer answered with a result.

    Only requests count whose probe label is one of `ordinary`.

    `None` when it answered none, or none that tells: then nobody knows what was spoken.
    """
    sessions = session_revisions(transcript)
    claims: dict[tuple[str, tuple[str, str]], Revision | None] = {}
    for event in transcript.events:
        said = event.message
        if said is None or event.probe.partition("/")[0] not in ordinary:
            continue
        key = (event.session, id_key(said.id))
        if event.sender is not transcript.header.side:
            claims[key] = claimed(said.params)
        elif said.kind is Kind.RESULT and key in claims:
            return claims[key] or sessions[event.session]
    return None
