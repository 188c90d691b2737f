"""How a server introduces itself: what it declares at `initialize` and in `server/discover`."""

from typing import Final

from mcp_proof_contracts.headers import TASKS
from mcp_proof_contracts.json_value import Json, JsonObject
from mcp_proof_contracts.revision import Era, Revision
from mcp_proof_mocks.server import MockServer

LISTED: Final = ("tools", "resources", "prompts")
"""The capabilities whose lists may change."""


def introduction(server: MockServer, revision: Revision) -> JsonObject:
    """Return the members that the results of both methods share."""
    shared: dict[str, Json] = {"capabilities": capabilities(server, revision)}
    instructions: Json = server.contract.instructions
    if instructions is None and server.pass_through is not None:
        instructions = server.pass_through.instructions
    if instructions is not None:
        shared["instructions"] = instructions
    return shared


def capabilities(server: MockServer, revision: Revision) -> dict[str, Json]:
    """Return what the contract makes the server declare at a revision."""
    declared: dict[str, Json] = {}
    for name in LISTED:
        if server.offers(name) and server.keeps(f"{name}-capability-declared"):
            declared[name] = _list_capability(server, name)
    if server.offers("completions") and revision >= Revision.R2025_03_26:
        declared["completions"] = {}
    if server.offers("logging"):
        declared["logging"] = {}
    if server.offers("tasks") and revision == Revision.R2025_11_25:
        listed: JsonObject = {"list": {}} if server.offers("task lists") else {}
        declared["tasks"] = {**listed, "cancel": {}, "requests": {"tools": {"call": {}}}}
    if revision.era is Era.STATELESS and (extensions := _extensions(server)):
        declared["extensions"] = extensions
    return declared


def _list_capability(server: MockServer, name: str) -> JsonObject:
    capability: dict[str, Json] = {}
    if server.announces(name) and server.keeps(f"{name}-list-changed-only-declared"):
        capability["listChanged"] = True
    if name == "resources" and server.offers("subscriptions"):
        capability["subscribe"] = True
    return capability


def _extensions(server: MockServer) -> JsonObject:
    tasks: JsonObject = {TASKS: {}} if server.offers("tasks") else {}
    return {**server.contract.extensions, **tasks}
