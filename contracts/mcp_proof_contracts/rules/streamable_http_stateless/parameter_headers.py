"""Tools, x-mcp-header: parameters that clients mirror into HTTP headers."""

import re
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from mcp_proof_contracts.headers import FIELD_NAME
from mcp_proof_contracts.json_value import Json, JsonObject
from mcp_proof_contracts.reading import Reading
from mcp_proof_contracts.revision import Revision
from mcp_proof_contracts.rule import Finding, Kept, Observations, rule
from mcp_proof_contracts.transcript import Event
from mcp_proof_contracts.wire import as_list, as_object

PAGE: Final = "server/tools#x-mcp-header"
SINCE: Final = Revision.R2026_07_28
KEYWORD: Final = "x-mcp-header"
NONE_ANNOTATED: Final = "no listed tool has an x-mcp-header annotation"
PRIMITIVE: Final = frozenset({"string", "integer", "boolean"})
LARGEST: Final = 2**53 - 1

ONE_SCHEMA: Final = (
    *("items", "contains", "additionalProperties", "unevaluatedItems", "unevaluatedProperties"),
    *("propertyNames", "not", "if", "then", "else", "additionalItems"),
)
MANY_SCHEMAS: Final = ("allOf", "anyOf", "oneOf", "prefixItems", "items")
NAMED_SCHEMAS: Final = ("patternProperties", "dependentSchemas", "$defs", "definitions")

SENSITIVE: Final = re.compile(
    "pass(word|wd|phrase)|pwd|(client)?secret(key)?|(private|api)key|credentials?|authorization"
    "|(api|access|auth|refresh|bearer|id|session)?token"
    "|ssn|socialsecuritynumber|creditcard(number)?|cardnumber|cvv"
)
"""Parameter names that mean a secret, without their punctuation."""


@dataclass(frozen=True, slots=True)
class Place:
    """A schema within a tool's input schema."""

    schema: JsonObject
    pointer: str
    """Where it stands, as a JSON pointer."""
    parameter: str
    """The name of the parameter it describes; "" when it describes none."""
    reachable: bool
    """Whether only `properties` lead to it."""

    def within(self, part: Json, path: str, *, parameter: str = "") -> "Place":
        """Return the place of a schema inside this one."""
        reachable = self.reachable and bool(parameter)
        return Place(as_object(part), f"{self.pointer}/{path}", parameter, reachable)


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
            problem = _problem(annotation)
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


def _problem(annotation: Annotation) -> str:
    """What is wrong with one annotation by itself, or ""."""
    value, schema = annotation.value, annotation.place.schema
    if not isinstance(value, str) or not FIELD_NAME.fullmatch(value):
        return "the annotation is no header name (1*tchar)"
    if not annotation.place.reachable or not annotation.place.parameter:
        return "the place is not reached by `properties` alone"
    declared = schema.get("type")
    types = set(map(str, as_list(declared) or ([declared] if declared is not None else [])))
    if types and (not types & PRIMITIVE or not types <= PRIMITIVE | {"null"}):
        return f"the parameter's type is {declared!r}"
    constants = [schema.get("const"), *as_list(schema.get("enum"))]
    if any(isinstance(value, int) and abs(value) > LARGEST for value in constants):
        return "the parameter takes integers beyond 2^53-1"
    return ""


def _annotations(read: Reading) -> Iterator[Annotation]:
    """Every annotation of every listed tool; a tool that is listed again counts once."""
    known: set[str] = set()
    for tool, said in read.tools:
        name = str(tool.get("name"))
        if name in known:
            continue
        known.add(name)
        for place in _places(as_object(tool.get("inputSchema"))):
            if KEYWORD in place.schema:
                yield Annotation(name, place, said.event)


def _places(root: JsonObject) -> Iterator[Place]:
    """Every place of a schema where a schema stands, outermost first."""
    waiting = deque([Place(root, "", "", reachable=True)])
    while waiting:
        place = waiting.popleft()
        if place.schema:
            yield place
            waiting.extend(_parts(place))


def _parts(place: Place) -> Iterator[Place]:
    """The schemas directly within a schema.

    What merely looks like one is left out: a property, a default or an example may well be called
    `x-mcp-header`.
    """
    schema = place.schema
    for name, part in as_object(schema.get("properties")).items():
        yield place.within(part, f"properties/{name}", parameter=name)
    for keyword in ONE_SCHEMA:
        yield place.within(schema.get(keyword), keyword)
    for keyword in MANY_SCHEMAS:
        for index, part in enumerate(as_list(schema.get(keyword))):
            yield place.within(part, f"{keyword}/{index}")
    for keyword in NAMED_SCHEMAS:
        for name, part in as_object(schema.get(keyword)).items():
            yield place.within(part, f"{keyword}/{name}")
