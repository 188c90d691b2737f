"""Lifecycle, Operation: clients use what was negotiated, and nothing else."""

from mcp_proof_contracts.handshakes import Handshake, handshakes, message_of
from mcp_proof_contracts.needed_capabilities import declares, needed_for
from mcp_proof_contracts.reading import Reading
from mcp_proof_contracts.revision import LATEST_STATEFUL, Revision
from mcp_proof_contracts.rule import Finding, Kept, Observations, rule
from mcp_proof_contracts.transcript import Event
from mcp_proof_contracts.wire import as_object


@rule(
    "client-uses-only-negotiated",
    "MUST",
    "lifecycle#operation",
    side="client",
    until=LATEST_STATEFUL,
    must_since=Revision.R2025_06_18,
    otherwise="the client asked for nothing that takes a capability",
)
def uses_only_negotiated(read: Reading) -> Observations:
    """A client asks only for what the server has declared in the handshake.

    A server without a capability may not even know the requests. Looked at: requests for tools,
    resources, subscriptions, prompts, completions, log levels and tasks after a handshake. A
    client that is asked for something else says that the server does not have it. Completions are
    declared since 2025-03-26.
    """
    for handshake in handshakes(read):
        if handshake.agreed == read.revision:
            for event in handshake.later:
                yield from _judged(read, handshake, event)


def _judged(read: Reading, handshake: Handshake, event: Event) -> Observations:
    assert handshake.answer is not None
    method = message_of(event).method
    needed = needed_for(method, read.revision)
    capabilities = as_object(message_of(handshake.answer).result.get("capabilities"))
    if not needed or event.seq < handshake.answer.seq:
        return
    if declares(capabilities, needed):
        yield Kept(event)
    else:
        yield Finding(
            message=f"{method} was sent although the server does not declare `{needed}`",
            expected=f"no {method} without `{needed}`",
            actual=message_of(event).excerpt,
            events=(handshake.asked, handshake.answer, event),
        )
