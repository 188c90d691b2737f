"""How a server introduces itself: what it declares at `initialize` and in `server/discover`."""

from typing import Final

from mcp_proof_contracts.declared_capabilities import declared_capabilities
from mcp_proof_contracts.json_value import Json, JsonObject
from mcp_proof_contracts.revision import Revision
from mcp_proof_mocks.server import MockServer

DUTIES: Final = {
    "completions": "completion-capability-declared",
    "subscriptions": "resources-subscribe-needs-capability",
}
"""The rules by which a server declares what it has, where they are not named after it."""


def introduction(server: MockServer, revision: Revision) -> JsonObject:
    """Return the members that the results of both methods share."""
    shared: dict[str, Json] = {"capabilities": capabilities(server, revision)}
    instructions: Json = server.contract.instructions
    if instructions is None and server.pass_through is not None:
        instructions = server.pass_through.instructions
    if instructions is not None:
        shared["instructions"] = instructions
    return shared


def capabilities(server: MockServer, revision: Revision) -> JsonObject:
    """Return what the contract makes the server declare at a revision."""
    return declared_capabilities(_Declared(server), revision)


class _Declared:
    """What a server says that it has, which faults make less or more than it has."""

    def __init__(self, server: MockServer) -> None:
        self._server = server

    @property
    def extensions(self) -> JsonObject:
        return self._server.contract.extensions

    def offers(self, part: str) -> bool:
        told = self._server.keeps(DUTIES.get(part, f"{part}-capability-declared"))
        return told and self._server.offers(part)

    def announces(self, name: str) -> bool:
        declared = self._server.keeps(f"{name}-list-changed-only-declared")
        return declared and self._server.announces(name)
