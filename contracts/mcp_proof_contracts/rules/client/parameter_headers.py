"""Streamable HTTP, Custom Headers from Tool Parameters: what clients mirror into headers."""

import re
from collections.abc import Iterator
from typing import Final, NamedTuple

from mcp_proof_contracts.client_tools import arguments_of, known_when_called
from mcp_proof_contracts.exchange import Exchange
from mcp_proof_contracts.header_annotations import LARGEST, are_clear
from mcp_proof_contracts.headers import (
    HeaderParameter,
    decode_value,
    encode_value,
    header_parameters,
    header_text,
    value_at,
)
from mcp_proof_contracts.json_value import Json, JsonObject
from mcp_proof_contracts.reading import Reading
from mcp_proof_contracts.revision import Revision
from mcp_proof_contracts.rule import Finding, Kept, Observations, rule
from mcp_proof_contracts.secrets.mask import HIDDEN
from mcp_proof_contracts.wire import as_object, quote

SINCE: Final = Revision.R2026_07_28
ENCODING: Final = "streamable-http#value-encoding"
NONE: Final = "the client called no tool that it knew to have such a parameter with x-mcp-header"
LOOKS_ENCODED: Final = re.compile(r"=\?base64\?.*\?=", re.DOTALL)
PREFIX: Final = "mcp-param-"


class Mirror(NamedTuple):
    """An annotated parameter of a call, with its argument and its header."""

    call: Exchange
    parameter: HeaderParameter
    value: Json
    header: str | None

    @property
    def text(self) -> str | None:
        """What the header stands for, decoded; `None` without one, or where it is broken."""
        return None if self.header is None else decode_value(self.header)

    @property
    def is_nested(self) -> bool:
        """Whether the parameter is not one of the tool itself."""
        return len(self.parameter.path) > 1

    @property
    def is_of_another(self) -> bool:
        """Whether a nested parameter's header has the value of some other argument."""
        own = header_text(self.value)
        others = {header_text(value) for value in _scalars(arguments_of(self.call))}
        return self.is_nested and self.text != own and self.text in others

    def finding(self, what: str, expected: str) -> Finding:
        """Return the finding that this is not as it should be."""
        name = self.parameter.header
        shown = "no such header" if self.header is None else f"{name}: {self.header}"
        return Finding(
            message=f"{name} {what}",
            expected=expected,
            actual=f"{shown}; the argument {'.'.join(self.parameter.path)} is {quote(self.value)}",
            events=self.call.evidence,
        )


@rule(
    "xmcp-client-mirrors",
    "MUST",
    "streamable-http#custom-headers-from-tool-parameters",
    side="client",
    since=SINCE,
    transport="http",
    otherwise=NONE,
)
def mirrors(read: Reading) -> Observations:
    """An argument whose parameter has `x-mcp-header` is mirrored into that `Mcp-Param-*` header.

    Gateways route by it, and servers refuse a call without it. Looked at: calls of tools that the
    client had listed before, as they were listed last, and the parameters of the tool itself; for
    those within others see `xmcp-client-nested-path`. Empty texts are not judged.
    """
    for mirror in _given(read):
        if not mirror.is_nested:
            yield _present(mirror)


@rule(
    "xmcp-client-only-annotated",
    "implied",
    "streamable-http#custom-headers-from-tool-parameters",
    side="client",
    since=SINCE,
    transport="http",
    otherwise="the client called no tool that it knew with an argument that has no x-mcp-header",
)
def only_annotated(read: Reading) -> Observations:
    """No `Mcp-Param-*` header is sent for a parameter that has no `x-mcp-header`.

    Headers are read and logged on the way: only the server says what may stand there. Looked at:
    calls of tools that the client had listed before, with arguments that are not annotated.
    """
    for call, schema, headers in _known_calls(read):
        annotated = list(header_parameters(schema))
        known = {parameter.header.lower() for parameter in annotated}
        paths = {parameter.path[0] for parameter in annotated}
        unknown = [name for name in headers if name.startswith(PREFIX) and name not in known]
        if unknown:
            yield Finding(
                message=f"{unknown[0]} stands for no annotated parameter of the tool",
                expected=", ".join(sorted(known)) or "no Mcp-Param header",
                actual=f"{unknown[0]}: {headers[unknown[0]]}",
                events=call.evidence,
            )
        elif set(arguments_of(call)) - paths:
            yield Kept(call.sent.event)


@rule(
    "xmcp-client-omits-null-or-absent",
    "MUST",
    "streamable-http#server-behavior-for-custom-headers",
    side="client",
    since=SINCE,
    transport="http",
    otherwise="the client left out no parameter with x-mcp-header, and gave null for none",
)
def omits_null_or_absent(read: Reading) -> Observations:
    """No `Mcp-Param-*` header is sent for an argument that is null or not there.

    A header that says "null" or "None", or nothing, is a value like another to a gateway. Looked
    at: calls of tools that the client had listed before, without an annotated argument, or with
    null for it.
    """
    for mirror in _mirrors(read):
        if mirror.value is not None:
            continue
        if mirror.header is None:
            yield Kept(mirror.call.sent.event)
        else:
            yield mirror.finding("is sent for an argument without a value", "no such header")


@rule(
    "xmcp-client-nested-path",
    "MUST",
    "streamable-http#schema-extension",
    side="client",
    since=SINCE,
    transport="http",
    otherwise=NONE,
)
def nested_path(read: Reading) -> Observations:
    """A parameter within others is mirrored from its exact path.

    Looked at: annotated parameters that several `properties` lead to; a finding is one without its
    header, and one whose header has the value of another argument. How the value is written is
    for other rules.
    """
    for mirror in _given(read):
        if mirror.is_nested and mirror.is_of_another:
            path = ".".join(mirror.parameter.path)
            yield mirror.finding("has the value of another argument", f"the value of {path}")
        elif mirror.is_nested:
            yield _present(mirror)


@rule(
    "xmcp-client-type-conversion",
    "MUST",
    ENCODING,
    side="client",
    since=SINCE,
    transport="http",
    otherwise="the client mirrored no integer, boolean or plain text into a header",
)
def type_conversion(read: Reading) -> Observations:
    """Integers are mirrored in decimal, booleans as `true` and `false`, texts as they are.

    `True`, `1` and `4.2e1` are other values to whoever compares texts. Looked at: headers of
    annotated arguments, in the Base64 form too; integers within 2^53-1, and texts of visible
    ASCII characters and spaces between them.
    """
    for mirror in _sent(read):
        expected = header_text(mirror.value)
        if expected is None or (isinstance(mirror.value, str) and _needs_base64(mirror.value)):
            continue
        if mirror.text == expected:
            yield Kept(mirror.call.sent.event)
        else:
            yield mirror.finding("does not say what the argument is", expected)


@rule(
    "xmcp-client-base64-unsafe",
    "MUST",
    ENCODING,
    side="client",
    since=SINCE,
    transport="http",
    otherwise="the client mirrored no text that a header cannot carry as it is",
)
def base64_unsafe(read: Reading) -> Observations:
    """A text that no header can carry as it is comes as the Base64 of its UTF-8.

    Otherwise it arrives changed or cut, or lets somebody write headers of his own. Looked at:
    annotated arguments with characters beyond ASCII, control characters, or spaces at an end.
    """
    for mirror in _sent(read):
        value = mirror.value
        if isinstance(value, str) and _needs_base64(value) and not LOOKS_ENCODED.fullmatch(value):
            yield _encoded(mirror, value)


@rule(
    "xmcp-client-base64-sentinel-literal",
    "MUST",
    ENCODING,
    side="client",
    since=SINCE,
    transport="http",
    otherwise="the client mirrored no text that looks like the Base64 form",
)
def base64_sentinel_literal(read: Reading) -> Observations:
    """A text that looks like the Base64 form is itself sent in the Base64 form.

    Sent as it is, it would be decoded to something else. Looked at: annotated arguments that begin
    with `=?base64?` and end with `?=`.
    """
    for mirror in _sent(read):
        if isinstance(mirror.value, str) and LOOKS_ENCODED.fullmatch(mirror.value):
            yield _encoded(mirror, mirror.value)


def _present(mirror: Mirror) -> Kept | Finding:
    if mirror.header is not None:
        return Kept(mirror.call.sent.event)
    return mirror.finding("is missing", f"{mirror.parameter.header} with the argument's value")


def _encoded(mirror: Mirror, value: str) -> Kept | Finding:
    header = mirror.header or ""
    if LOOKS_ENCODED.fullmatch(header) and decode_value(header) == value:
        return Kept(mirror.call.sent.event)
    return mirror.finding("is not in the Base64 form of its argument", encode_value(value))


def _needs_base64(text: str) -> bool:
    return encode_value(text) != text


def _sent(read: Reading) -> Iterator[Mirror]:
    """Yield what has a header that can be read, and that of its own argument."""
    for mirror in _given(read):
        if mirror.header is not None and not mirror.is_of_another:
            yield mirror


def _given(read: Reading) -> Iterator[Mirror]:
    """Yield the annotated parameters whose arguments can be mirrored."""
    for mirror in _mirrors(read):
        value = mirror.value
        beyond = isinstance(value, int) and abs(value) > LARGEST
        if header_text(value) and not beyond:
            yield mirror


def _mirrors(read: Reading) -> Iterator[Mirror]:
    for call, schema, headers in _known_calls(read):
        for parameter in header_parameters(schema):
            header = headers.get(parameter.header.lower())
            if header != HIDDEN:
                value = value_at(arguments_of(call), parameter.path)
                yield Mirror(call, parameter, value, None if header is None else str(header))


def _known_calls(read: Reading) -> Iterator[tuple[Exchange, JsonObject, JsonObject]]:
    """Yield the calls of tools that the client knew, with their schemas and their headers.

    A tool with an annotation that is no good, or may be taken for such, is passed over: clients
    drop it.
    """
    for call in read.counterpart.exchanges("tools/call"):
        listing = known_when_called(read, call)
        if listing is None or call.http is None:
            continue
        schema = as_object(listing.tool.get("inputSchema"))
        if are_clear(schema):
            yield call, schema, call.http.request_headers


def _scalars(value: Json) -> Iterator[Json]:
    if isinstance(value, dict):
        for inner in value.values():
            yield from _scalars(inner)
    else:
        yield value
