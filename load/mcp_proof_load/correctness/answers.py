"""What an answer shows of whose it is."""

from collections.abc import Iterator, Mapping
from typing import Final

from mcp_proof_contracts.excerpt import excerpt
from mcp_proof_contracts.wire import parse
from mcp_proof_load.clients.client import Answer
from mcp_proof_load.clients.json_rpc import is_id
from mcp_proof_load.correctness.marker import Marker, markers_in
from mcp_proof_load.events import Kind
from mcp_proof_load.measuring.report import Example
from mcp_proof_load.plan import Operation

HINT: Final = b"mcpp-"
"""What every marker begins with."""
OUR_REQUEST: Final = "mcp-proof-"
SHOWN: Final = 300
"""Characters of an answer that are evidence."""
NAMED: Final = 3
"""Foreign markers that are named."""
EXPLAINED: Final[Mapping[Kind, tuple[str, str]]] = {
    Kind.CROSSED: (
        "an answer holds what another call has sent, and not what its own call has",
        "the marker of its own call",
    ),
    Kind.ALTERED: (
        "an answer lacks what its call has sent, which this tool gave back before",
        "the marker of its own call",
    ),
    Kind.BLEEDING: (
        "an answer holds what another session has sent",
        "no marker but those of its own session",
    ),
    Kind.DUPLICATED: ("one call was answered more than once", "one answer to each call"),
    Kind.RULE: ("a rule objects to an exchange", "what the rule demands"),
}
"""What is wrong, and what was expected."""


def wrong_with(answer: Answer, operation: Operation, own: Marker) -> Iterator[Example]:
    """Yield what is wrong with an answer to a call, which may have carried a marker."""
    if answer.others:
        yield example(Kind.DUPLICATED, operation.name, answer.others[0])
    if answer.body.find(b'"id":%d' % own.call) < 0 and (other := _other_id(answer.body, own.call)):
        yield example(Kind.CROSSED, operation.name, answer.body, f"the id {other}, not {own.call}")
    elif HINT in answer.body or (operation.echoes and not answer.failure):
        yield from _by_markers(answer, operation, own)


def example(
    kind: Kind, operation: str, body: bytes, seen: str = "", sent: Marker | None = None
) -> Example:
    """Return an answer as evidence.

    Args:
        kind: what is wrong with it.
        operation: what was called.
        body: the answer.
        seen: what in it shows that.
        sent: the marker that it should hold.
    """
    message, expected = EXPLAINED[kind]
    shown = excerpt(body.decode(errors="replace"), SHOWN)
    return Example(
        kind=kind,
        operation=operation,
        message=message,
        expected=f"{expected}, {sent}" if sent is not None else expected,
        actual=f"{seen} in {shown}" if seen else shown,
    )


def _by_markers(answer: Answer, operation: Operation, own: Marker) -> Iterator[Example]:
    body, expected = answer.body, operation.echoes and not answer.failure
    if expected and body.count(HINT) == body.count(str(own).encode()) > 0:
        return
    found = {*markers_in(body)}
    if expected and own not in found:
        kind = Kind.CROSSED if found else Kind.ALTERED
        yield example(kind, operation.name, body, _named(found) or "no marker", own)
        return
    foreign = {marker for marker in found if marker.session != own.session}
    if foreign and not operation.shares:
        yield example(Kind.BLEEDING, operation.name, body, f"{_named(foreign)} beside {own}")


def _named(markers: set[Marker]) -> str:
    return ", ".join(str(marker) for marker in sorted(markers)[:NAMED])


def _other_id(body: bytes, own: int) -> str:
    """Return the id of an answer that is another call's; empty where there is none.

    The dialects without ids of JSON-RPC name the request, by a text that ends with the number.
    """
    members = parse(body).members
    if isinstance(request := members.get("request_id"), str):
        ours = request.startswith(OUR_REQUEST) and not request.endswith(f"-{own}")
        return excerpt(request) if ours else ""
    said = members.get("id") if "jsonrpc" in members else None
    return "" if said is None or is_id(said, own) else excerpt(str(said))
