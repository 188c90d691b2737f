"""What an answer shows of whose it is."""

from collections.abc import Iterator

from mcp_proof_contracts.excerpt import excerpt
from mcp_proof_load.clients.client import Answer
from mcp_proof_load.correctness.marker import Marker, markers_in
from mcp_proof_load.events import Kind
from mcp_proof_load.measuring.report import Example
from mcp_proof_load.plan import Operation

HINT = b"mcpp-"
SHOWN = 300
"""Characters of an answer that are evidence."""


def wrong_with(answer: Answer, operation: Operation, own: Marker) -> Iterator[Example]:
    """Yield what is wrong with an answer to a call that carried a marker, or none."""
    if answer.others:
        yield _example(
            Kind.DUPLICATED,
            operation,
            "one call was answered more than once",
            "one answer to each call",
            answer.others[0],
        )
    expected = operation.echoes and not answer.failure
    if not expected and HINT not in answer.body:
        return
    text = str(own).encode()
    if expected and answer.body.count(HINT) == answer.body.count(text) > 0:
        return
    yield from _by_markers(answer, operation, own, {*markers_in(answer.body)}, expected=expected)


def _by_markers(
    answer: Answer, operation: Operation, own: Marker, found: set[Marker], *, expected: bool
) -> Iterator[Example]:
    foreign = {marker for marker in found if marker.session != own.session}
    if expected and own not in found:
        others = sorted(found)
        if others:
            yield _example(
                Kind.CROSSED,
                operation,
                "an answer holds what another call has sent, and not what its own call has",
                str(own),
                answer.body,
                seen=", ".join(map(str, others[:3])),
            )
        else:
            yield _example(
                Kind.ALTERED,
                operation,
                "an answer lacks what its call has sent, which this tool gave back before",
                str(own),
                answer.body,
            )
    elif foreign and not operation.shares:
        yield _example(
            Kind.BLEEDING,
            operation,
            "an answer holds what another session has sent",
            f"no marker but those of session {own.session:x}",
            answer.body,
            seen=", ".join(str(marker) for marker in sorted(foreign)[:3]),
        )


def _example(
    kind: Kind, operation: Operation, message: str, expected: str, body: bytes, seen: str = ""
) -> Example:
    shown = excerpt(body.decode(errors="replace"), SHOWN)
    actual = f"{seen} in {shown}" if seen else shown
    return Example(
        kind=kind, operation=operation.name, message=message, expected=expected, actual=actual
    )
