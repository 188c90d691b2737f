"""Versioning and Compatibility: per-request versions, extensions, and living with both eras."""

import re
from collections.abc import Iterator
from http import HTTPStatus
from typing import Final

from mcp_proof_contracts.error_codes import METHOD_NOT_FOUND, UNSUPPORTED_VERSION
from mcp_proof_contracts.exchange import Exchange, Said
from mcp_proof_contracts.headers import META_CAPABILITIES, META_VERSION
from mcp_proof_contracts.json_value import JsonObject
from mcp_proof_contracts.reading import Reading
from mcp_proof_contracts.revision import Revision
from mcp_proof_contracts.rule import Finding, Kept, Observations, Untested, rule
from mcp_proof_contracts.rules.meta import NAME, PREFIX
from mcp_proof_contracts.rules.request_meta import serves_initialize
from mcp_proof_contracts.transcript import Sender
from mcp_proof_contracts.wire import Kind, as_list, as_object, encode

NEGOTIATION: Final = "versioning#protocol-version-negotiation"
COMPATIBILITY: Final = "versioning#backward-compatibility-with-initialization-based-versions"
SINCE: Final = Revision.R2026_07_28

EXTENSION_ID: Final = re.compile(f"{PREFIX.pattern}/{NAME.pattern}")
"""The key grammar of basic, section `_meta`, with the prefix mandatory."""


@rule(
    "version-unsupported-error",
    "MUST",
    NEGOTIATION,
    since=SINCE,
    probes=("versions",),
    otherwise="no request at an unknown version was answered",
)
def version_unsupported_error(read: Reading) -> Observations:
    """A request at a version that the server does not implement is refused with -32022.

    The code is what tells a client to choose another version instead of falling back to the
    handshake. Looked at: `server/discover` at version 1900-01-01, which over HTTP the header says
    as well.
    """
    for exchange in read.stimuli("versions", "unknown"):
        if exchange.error_code == UNSUPPORTED_VERSION:
            yield Kept(exchange.sent.event)
        elif exchange.served or (exchange.refused and read.introduction is not None):
            yield Finding.about(
                exchange,
                message="a request at an unknown version was "
                + ("served" if exchange.served else "refused with another error"),
                expected=f"error {UNSUPPORTED_VERSION}",
            )


@rule(
    "version-unsupported-data",
    "schema",
    NEGOTIATION,
    since=SINCE,
    probes=("versions",),
    otherwise="no request was refused for its version",
)
def version_unsupported_data(read: Reading) -> Observations:
    """The refusal of a version names the version that was asked for and those that are supported.

    `data.supported` is all that a client has to choose from; it lists at least the version that
    is being spoken here. `data.requested` is the version of the request.
    """
    for exchange in _refusals(read):
        data = _data(exchange)
        supported, asked = data.get("supported"), _version_of(exchange)
        if not isinstance(supported, list) or not all(isinstance(v, str) for v in supported):
            wrong = "data.supported is no list of strings"
        elif read.revision not in supported:
            wrong = f"data.supported does not list {read.revision}, which the server speaks"
        elif data.get("requested") != asked:
            wrong = "data.requested is not the version of the request"
        else:
            yield Kept(exchange.sent.event)
            continue
        yield Finding(
            message=f"the refusal of a version is incomplete: {wrong}",
            expected=f'data with `supported`: [..., "{read.revision}"] and `requested`: "{asked}"',
            actual=f"{exchange.outcome}, data {encode(data).decode()}",
            events=exchange.evidence,
        )


@rule(
    "version-unsupported-http-400",
    "MUST",
    "streamable-http#protocol-version-header",
    since=SINCE,
    transport="http",
    probes=("versions",),
    otherwise="no request was refused for its version",
)
def version_unsupported_http_400(read: Reading) -> Observations:
    """The refusal of a version has HTTP status 400.

    Clients of both eras read the body of a 400 before they fall back to the handshake.
    """
    for exchange in _refusals(read):
        if exchange.status == HTTPStatus.BAD_REQUEST:
            yield Kept(exchange.sent.event)
        else:
            yield Finding.about(
                exchange,
                message=f"a version was refused with status {exchange.status}",
                expected="HTTP 400",
            )


@rule(
    "version-supported-list-usable",
    "implied",
    NEGOTIATION,
    since=SINCE,
    probes=("versions", "legacy-opening"),
    otherwise="no listed version was tried",
)
def version_supported_list_usable(read: Reading) -> Observations:
    """A version that the refusal of another one lists is accepted when it is used.

    A client retries with what it is told. Modern versions are tried in request metadata; of the
    legacy ones, which may be listed too, the newest is tried by `initialize`.
    """
    listed = [v for exchange in _refusals(read) for v in as_list(_data(exchange).get("supported"))]
    for exchange in read.stimuli("versions", "retry"):
        if exchange.served:
            yield Kept(exchange.sent.event)
        elif exchange.error_code == UNSUPPORTED_VERSION:
            yield _unusable(exchange)
    for exchange in read.stimuli("legacy-opening", "initialize"):
        asked = exchange.sent.message.params.get("protocolVersion")
        if asked not in listed or exchange.reply is None:
            continue
        agreed = exchange.result.get("protocolVersion")
        yield Kept(exchange.sent.event) if agreed == asked else _unusable(exchange)


@rule(
    "initialize-error-names-versions",
    "SHOULD",
    COMPATIBILITY,
    since=SINCE,
    probes=("legacy-opening",),
    otherwise="`initialize` was not refused: the server also serves the stateful era",
)
def initialize_error_names_versions(read: Reading) -> Observations:
    """A server of this era alone names its versions when it refuses `initialize`.

    A legacy client cannot find its way forward; this message may be all that its user gets to
    see. Looked at: `initialize` as a legacy client opens a connection. The version may stand
    anywhere in the error, or in the body of an HTTP refusal.
    """
    for exchange in read.stimuli("legacy-opening", "initialize"):
        if not exchange.refused:
            continue
        if str(read.revision) in _refusal_text(exchange):
            yield Kept(exchange.sent.event)
        else:
            yield Finding.about(
                exchange,
                message="the refusal of `initialize` names no supported version",
                expected=f"an error that says {read.revision}",
            )


@rule(
    "removed-methods-not-found",
    "MUST",
    "streamable-http#protocol-version-header",
    since=SINCE,
    probes=("removed-methods", "legacy-opening"),
    otherwise="the server also serves the stateful era, or refused nothing",
)
def removed_methods_not_found(read: Reading) -> Observations:
    """A server of this era alone does not know the methods that the era has removed.

    `ping`, `logging/setLevel`, `resources/subscribe` and `resources/unsubscribe` with good
    metadata are unknown methods: -32601, over HTTP with status 404. A server that also serves
    `initialize` may still have them, and the code for `initialize` itself is left to the
    implementation; neither is judged.
    """
    if not any(e.refused for e in read.stimuli("legacy-opening", "initialize")):
        return
    for exchange in read.stimuli("removed-methods"):
        right_status = exchange.status in (None, HTTPStatus.NOT_FOUND)
        if exchange.error_code == METHOD_NOT_FOUND and right_status:
            yield Kept(exchange.sent.event)
        elif exchange.served or exchange.refused:
            yield Finding.about(
                exchange,
                message=f"{exchange.sent.message.method} is not answered as an unknown method",
                expected="error -32601" + (", HTTP 404" if read.transport == "http" else ""),
            )


@rule(
    "dual-era-modern-stays-stateless",
    "implied",
    "versioning#compatibility-matrix",
    since=SINCE,
    probes=("legacy-opening",),
    otherwise="the server does not serve `initialize`",
)
def dual_era_modern_stays_stateless(read: Reading) -> Observations:
    """A modern request is served by the modern rules even after an `initialize`.

    The metadata of a request says by which rules it is made; an answer by other rules lacks what
    the client relies on, such as `resultType`. Over HTTP the handshake concerns its own session
    and nobody else. A stdio process may settle for the era of its handshake: it then refuses
    modern requests, or answers them as legacy ones.
    """
    if not serves_initialize(read):
        return
    for exchange in read.stimuli("legacy-opening", "modern-after"):
        if isinstance(exchange.result.get("resultType"), str):
            yield Kept(exchange.sent.event)
        elif read.shared:
            yield Untested("the process keeps to the era of the `initialize` that opened it")
        elif exchange.served or (exchange.refused and _served_elsewhere(read, exchange)):
            yield Finding.about(
                exchange,
                message="a modern request after `initialize` is not served by the modern rules",
                expected="a result with `resultType`",
            )


@rule(
    "extension-id-syntax",
    "MUST",
    "versioning#extension-negotiation",
    side="both",
    since=SINCE,
    otherwise="no extension was declared",
)
def extension_id_syntax(read: Reading) -> Observations:
    """An extension is declared under an identifier with a prefix, as an object of settings.

    Identifiers follow the key rules of `_meta` with the prefix mandatory, so that two vendors
    cannot collide ("com.example/thing"). An empty object means no settings. Each declaration is
    judged where it first appears.
    """
    seen: set[tuple[str, str]] = set()
    for said, extensions in _declared(read):
        for name, settings in extensions.items():
            if (name, repr(settings)) in seen:
                continue
            seen.add((name, repr(settings)))
            if EXTENSION_ID.fullmatch(name) and isinstance(settings, dict):
                yield Kept(said.event)
            else:
                yield Finding(
                    message=f"the extension {name!r} is not declared as it must be",
                    expected="a prefix of dot-separated labels, a slash and a name; an object",
                    actual=f"{name!r}: {settings!r}",
                    events=(said.event,),
                )


def _declared(read: Reading) -> Iterator[tuple[Said, JsonObject]]:
    """Every message of the peer that declares extensions, and what it declares."""
    if read.peer is Sender.SERVER:
        for exchange in read.results("server/discover"):
            if exchange.answer is not None:
                yield exchange.answer, _extensions(exchange.result, "capabilities")
    else:
        for said in read.messages(Kind.REQUEST):
            yield said, _extensions(as_object(said.message.params.get("_meta")), META_CAPABILITIES)


def _extensions(declaring: JsonObject, member: str) -> JsonObject:
    return as_object(as_object(declaring.get(member)).get("extensions"))


def _served_elsewhere(read: Reading, exchange: Exchange) -> bool:
    """Whether another connection had the same method served."""
    return any(
        other.served and other.sent.event.session != exchange.sent.event.session
        for other in read.exchanges(exchange.sent.message.method)
    )


def _refusals(read: Reading) -> Iterator[Exchange]:
    for exchange in read.stimuli("versions", "unknown"):
        if exchange.error_code == UNSUPPORTED_VERSION:
            yield exchange


def _data(exchange: Exchange) -> JsonObject:
    return as_object(exchange.reply.message.error.get("data")) if exchange.reply else {}


def _version_of(exchange: Exchange) -> str:
    return str(as_object(exchange.sent.message.params.get("_meta")).get(META_VERSION))


def _refusal_text(exchange: Exchange) -> str:
    if exchange.reply is not None:
        return exchange.reply.message.raw.decode(errors="replace")
    body = exchange.http.body if exchange.http is not None else None
    return str(body.data.get("text")) if body is not None else ""


def _unusable(exchange: Exchange) -> Finding:
    return Finding.about(
        exchange,
        message="a version that the server lists as supported is not accepted",
        expected="the request served at that version",
    )
