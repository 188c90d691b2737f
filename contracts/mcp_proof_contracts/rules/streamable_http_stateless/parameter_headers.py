"""Tools, x-mcp-header: parameters that clients mirror into HTTP headers."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from mcp_proof_contracts.header_annotations import KEYWORD, Place, flaw_of, places
from mcp_proof_contracts.json_value import Json
from mcp_proof_contracts.reading import Reading
from mcp_proof_contracts.revision import Revision
from mcp_proof_contracts.rule import Finding, Kept, Observations, rule
from mcp_proof_contracts.transcript import Event
from mcp_proof_contracts.wire import as_object

PAGE: Final = "server/tools#x-mcp-header"
SINCE: Final = Revision.R2026_07_28
NONE_ANNOTATED: Final = "no listed tool has an x-mcp-header annotation"
SENSITIVE: Final = re.compile(
    "pass(word|wd|phrase)|pwd|(client)?secret(key)?|(private|api)key|credentials?|authorization"
    "|(api|access|auth|refresh|bearer|id|session)?token"
    "|ssn|socialsecuritynumber|creditcard(number)?|cardnumber|cvv"
)
"""Parameter names that mean a secret, without their punctuation."""


@dataclass(frozen=True, slots=True)
class Annotation:
    """One `x-mcp-header` in a tool's input schema."""

    tool: str
    place: Place
    listed: Event

    @property
    def value(self) -> Json:
        """The annotation's value."""
        return self.place.schema[KEYWORD]


@rule(
    "xmcp-server-annotations-valid",
    "MUST",
    PAGE,
    since=SINCE,
    otherwise=NONE_ANNOTATED,
)
def annotations_valid(read: Reading) -> Observations:
    """An `x-mcp-header` names a header that can be sent, on a parameter that can be found.

    Clients must drop a tool with an invalid annotation, so it is lost to everybody. Looked at:
    every annotation in every input schema: a token, unique without regard to case, on a string,
    integer or boolean that `properties` alone lead to. Nullable parameters and ones whose type
    is not said are tolerated.
    """
    seen: dict[tuple[str, str], str] = {}
    for annotation in _annotations(read):
        key = (annotation.tool, str(annotation.value).lower())
        first = seen.setdefault(key, annotation.place.pointer)
        if first != annotation.place.pointer:
            problem = f"it repeats the name of {first}"
        else:
            flaw = flaw_of(annotation.place)
            problem = flaw.value if flaw is not None else ""
        if problem:
            yield Finding(
                message=f"tool {annotation.tool}, {annotation.place.pointer}: {problem}",
                expected="a unique token on a string, integer or boolean reached by `properties`",
                actual=f"{KEYWORD}: {annotation.value!r}",
                events=(annotation.listed,),
            )
        else:
            yield Kept(annotation.listed)


@rule(
    "xmcp-server-no-sensitive",
    "SHOULD NOT",
    PAGE,
    since=SINCE,
    otherwise=NONE_ANNOTATED,
)
def no_sensitive(read: Reading) -> Observations:
    """No parameter that holds a secret is mirrored into a header.

    Headers are read and logged by everything on the way. Looked at: the names of annotated
    parameters, such as `password`, `api_key` or `token`, and `format: password`; names that only
    contain such a word (`max_tokens`, `page_token`) are tolerated.
    """
    for annotation in _annotations(read):
        name = re.sub(r"[^a-z]", "", annotation.place.parameter.lower())
        if SENSITIVE.fullmatch(name) or annotation.place.schema.get("format") == "password":
            yield Finding(
                message=f"tool {annotation.tool} sends {annotation.place.parameter!r} in a header",
                expected="no x-mcp-header on passwords, keys, tokens and personal data",
                actual=f"{KEYWORD}: {annotation.value!r}",
                events=(annotation.listed,),
            )
        else:
            yield Kept(annotation.listed)


def _annotations(read: Reading) -> Iterator[Annotation]:
    """Every annotation of every listed tool; a tool that is listed again counts once."""
    known: set[str] = set()
    for tool, said in read.tools:
        name = str(tool.get("name"))
        if name in known:
            continue
        known.add(name)
        for place in places(as_object(tool.get("inputSchema"))):
            if KEYWORD in place.schema:
                yield Annotation(name, place, said.event)
