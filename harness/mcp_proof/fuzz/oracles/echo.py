"""A canary comes back as it was sent where programs read it: a URI, a media type, a header.

Canaries are texts that mean something to a shell, a database, a path or a model. It is advice, for
only the client knows what it does with the field (best practices of security). Tolerated are texts
for people and models, which may rightly repeat the input.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from mcp_proof.fuzz.failure import Complaint
from mcp_proof.fuzz.generation import CANARIES
from mcp_proof.fuzz.observation import Observation
from mcp_proof.fuzz.oracles.texts import strings_in
from mcp_proof_contracts.json_value import Json
from mcp_proof_contracts.rule import Level
from mcp_proof_contracts.transcript import EventKind

FIELDS: Final = ("uri", "mimeType", "method", "nextCursor", "taskId")
"""Members that programs act on; texts may rightly repeat the input."""


def judge(seen: Sequence[Observation]) -> Iterator[Complaint]:
    """Complain where such a field holds a canary unescaped."""
    last = seen[-1]
    sent = {c for c in CANARIES for text in strings_in(last.arguments) if c in text}
    if not sent:
        return
    fields = [field for message in last.said for field in _fields(message.value)]
    fields += [
        (f"header {name}", str(value))
        for event in last.events
        if event.kind is EventKind.HTTP_RESPONSE and isinstance(event.data.get("headers"), Mapping)
        for name, value in dict(event.data["headers"]).items()  # type: ignore[arg-type]  # seen above
    ]
    for name, text in fields:
        if any(canary in text for canary in sent):
            yield Complaint(
                oracle="echo",
                level=Level.ADVICE,
                detail=name,
                message=f"an input comes back unescaped in {name}, which programs act on",
                expected="the input escaped as the field demands",
                actual=text,
            )
            return


def _fields(value: Json) -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        for name, member in value.items():
            if name in FIELDS and isinstance(member, str):
                yield name, member
            yield from _fields(member)
    elif isinstance(value, list):
        for item in value:
            yield from _fields(item)
