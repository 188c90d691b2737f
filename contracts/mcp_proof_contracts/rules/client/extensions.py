"""Extensions: what clients make of a server that does not have theirs."""

from typing import Final

from mcp_proof_contracts.handshakes import claims_modern
from mcp_proof_contracts.headers import META_CAPABILITIES, TASKS
from mcp_proof_contracts.json_value import JsonObject
from mcp_proof_contracts.opening import OPENINGS
from mcp_proof_contracts.reading import Reading
from mcp_proof_contracts.rule import Finding, Kept, Observations
from mcp_proof_contracts.wire import Kind, as_object

TASK_METHODS: Final = ("tasks/get", "tasks/update", "tasks/cancel")
"""The requests that the tasks extension has added."""


def spoken_without_extension(read: Reading) -> Observations:
    """Judge what a client asks of a server that lacks an extension of the client's."""
    server = next(iter(read.counterpart.results(OPENINGS[1])), None)
    if server is None:
        return  # nobody knows what it has
    has = as_object(as_object(server.result.get("capabilities")).get("extensions"))
    for exchange in read.counterpart.exchanges():
        sent = exchange.sent
        if sent.message.kind is not Kind.REQUEST or not claims_modern(sent.message):
            continue
        lacking = [name for name in _extensions(sent.message.params) if name not in has]
        if sent.message.method in TASK_METHODS and TASKS not in has:
            yield Finding.about(
                exchange,
                message=f"{sent.message.method} was sent to a server without the extension",
                expected=f"only what the core has, for the server does not declare {TASKS}",
            )
        elif lacking and sent.message.method not in OPENINGS:
            yield Kept(sent.event)


def _extensions(params: JsonObject) -> JsonObject:
    capabilities = as_object(as_object(params.get("_meta")).get(META_CAPABILITIES))
    return as_object(capabilities.get("extensions"))
