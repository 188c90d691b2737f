"""What a client says of itself in its first scenario: who it is, and what it speaks."""

from collections.abc import Iterator

from mcp_proof.events import PeerFound
from mcp_proof.judge.performance import Performance
from mcp_proof_contracts.headers import META_CLIENT_INFO
from mcp_proof_contracts.json_value import JsonObject
from mcp_proof_contracts.negotiated import claimed
from mcp_proof_contracts.revision import Revision, published
from mcp_proof_contracts.rule import TransportName
from mcp_proof_contracts.transcript import Sender
from mcp_proof_contracts.wire import as_object


def introduced(
    first: Performance, revision: Revision, transport: TransportName, rules: int
) -> PeerFound:
    """Say who the client is, as it introduced itself."""
    infos = (
        as_object(params.get("clientInfo") or as_object(params.get("_meta")).get(META_CLIENT_INFO))
        for params in _params(first)
    )
    nothing: JsonObject = {}
    info = next(filter(None, infos), nothing)
    return PeerFound(
        spoken=revision,
        transport=transport,
        name=str(info.get("name", "")),
        version=str(info.get("version", "")),
        rules=rules,
    )


def claims(first: Performance) -> Iterator[Revision]:
    """Yield the revisions that the client's messages claim to speak."""
    for params in _params(first):
        revision = claimed(params) or published(params.get("protocolVersion"))
        if revision is not None:
            yield revision


def _params(played: Performance) -> Iterator[JsonObject]:
    for event in played.events:
        if event.sender is Sender.CLIENT and event.message is not None:
            yield event.message.params
