"""Lifecycle: how clients shake hands, and what they use afterwards."""

import re
from collections.abc import Iterator
from typing import Final

from mcp_proof_contracts.client_run import ended_by_itself
from mcp_proof_contracts.handshakes import (
    PROBE,
    Handshake,
    claims_modern,
    handshakes,
    message_of,
    said_by_client,
)
from mcp_proof_contracts.headers import META_CAPABILITIES
from mcp_proof_contracts.json_value import Json
from mcp_proof_contracts.reading import Reading
from mcp_proof_contracts.revision import LATEST, LATEST_STATEFUL, STATEFUL, published
from mcp_proof_contracts.rule import Finding, Kept, Observations, Untested, rule
from mcp_proof_contracts.schema import problems
from mcp_proof_contracts.transcript import Event
from mcp_proof_contracts.wire import Kind, as_object, encode, quote

INITIALIZATION: Final = "lifecycle#initialization"
NEGOTIATION: Final = "lifecycle#version-negotiation"
NO_HANDSHAKE: Final = "the client sent no `initialize`"
DATE: Final = re.compile(r"\d{4}-\d{2}-\d{2}")
OUTSIDE: Final = ("ping", "notifications/cancelled", PROBE)
"""What may come before a handshake: a sign of life, and how a client looks for the server's era."""


@rule(
    "init-first-message",
    "MUST",
    INITIALIZATION,
    side="client",
    until=LATEST_STATEFUL,
    otherwise=NO_HANDSHAKE,
)
def first_message(read: Reading) -> Observations:
    """The handshake is the first interaction on a connection.

    Before it nothing is agreed on, and a server may drop what it gets. Looked at: the first
    message in each process, over HTTP of all. Pings do no harm, and clients of both eras may try
    a request of the stateless era first, which says so in its `_meta`.
    """
    begun: set[str] = set()
    for event in said_by_client(read):
        message = message_of(event)
        connection = event.session if read.shared else ""
        if connection in begun or message.method in OUTSIDE or claims_modern(message):
            continue
        begun.add(connection)
        if message.method == "initialize" or message.kind is Kind.BATCH:
            yield Kept(event)
        elif message.kind in (Kind.REQUEST, Kind.NOTIFICATION):
            yield Finding(
                message=f"{message.method} was sent before `initialize`",
                expected="`initialize` first",
                actual=message.excerpt,
                events=(event,),
            )


@rule(
    "init-request-members",
    "schema",
    INITIALIZATION,
    side="client",
    until=LATEST_STATEFUL,
    otherwise=NO_HANDSHAKE,
)
def request_members(read: Reading) -> Observations:
    """`initialize` has `protocolVersion`, `capabilities` and a named `clientInfo`.

    The server answers by them. Looked at: presence and type of the members, and name and version
    of the client. What the capabilities hold is judged by `init-client-capabilities-types`, the
    rest of `clientInfo` by `implementation-name-version`.
    """
    for handshake in handshakes(read):
        params = message_of(handshake.asked).params
        info = as_object(params.get("clientInfo"))
        wrong = [
            name
            for name, value, kind in (
                ("protocolVersion", params.get("protocolVersion"), str),
                ("capabilities", params.get("capabilities"), dict),
                ("clientInfo.name", info.get("name"), str),
                ("clientInfo.version", info.get("version"), str),
            )
            if not isinstance(value, kind)
        ]
        if not wrong:
            yield Kept(handshake.asked)
        else:
            yield _of(
                handshake,
                f"`initialize` lacks {', '.join(wrong)}, or has another type there",
                "`protocolVersion` (string), `capabilities` (object), `clientInfo` with `name` and"
                " `version`",
            )


@rule(
    "init-client-version-published",
    "MUST",
    NEGOTIATION,
    side="client",
    until=LATEST_STATEFUL,
    otherwise=NO_HANDSHAKE,
)
def version_published(read: Reading) -> Observations:
    """The version that a client offers is one that it can support: a published one.

    A server can agree only to what exists. Looked at: `protocolVersion` in every `initialize`.
    Drafts, and dates after the last revision that mcp-proof knows, may exist somewhere.
    """
    for handshake in handshakes(read):
        offered = handshake.offered
        if published(offered) is not None:
            yield Kept(handshake.asked)
        elif isinstance(offered, str) and _may_exist(offered):
            yield Untested(f"{offered} may be a version that mcp-proof does not know")
        elif offered is not None:
            yield _of(
                handshake,
                f"the client offers {quote(offered)}, which is no version of MCP",
                "a published version, such as " + quote(str(read.revision)),
            )


@rule(
    "init-client-latest-version",
    "SHOULD",
    NEGOTIATION,
    side="client",
    until=LATEST_STATEFUL,
    otherwise="no server answered with a newer version than the client had offered",
)
def latest_version(read: Reading) -> Observations:
    """The version that a client offers is the latest that it supports.

    Whoever offers less gets less, though both sides have more. Looked at: clients that offer the
    last version of the era, and handshakes that are answered with a newer version than was
    offered: one that goes on then supports it, or should have disconnected.
    """
    for handshake in handshakes(read):
        offered, agreed = published(handshake.offered), handshake.agreed
        if offered is not None and offered >= LATEST_STATEFUL:
            yield Kept(handshake.asked)
        elif offered is not None and agreed is not None and agreed > offered:
            yield from _stopped(
                read,
                handshake,
                f"the client offered {offered}, and goes on at {agreed}",
                f"the offer of {agreed}, or no further request",
            )


@rule(
    "init-client-disconnects-unsupported",
    "SHOULD",
    NEGOTIATION,
    side="client",
    until=LATEST_STATEFUL,
    otherwise="no `initialize` was answered with a version that nobody supports",
)
def disconnects_unsupported(read: Reading) -> Observations:
    """A client that does not support the version in the server's answer disconnects.

    The two do not speak the same protocol. Looked at: handshakes that are answered with a version
    that never existed. Neither `notifications/initialized` nor a request may follow in the same
    session; another handshake may.
    """
    for handshake in handshakes(read):
        version = handshake.version
        if isinstance(version, str) and published(version) is None and not _may_exist(version):
            yield from _stopped(
                read,
                handshake,
                f"the client goes on, although the server speaks {version}",
                "no further request in this session",
            )


@rule(
    "init-initialized-notification",
    "MUST",
    INITIALIZATION,
    side="client",
    until=LATEST_STATEFUL,
    otherwise="no session was used after its handshake",
)
def initialized_notification(read: Reading) -> Observations:
    """After the handshake the client sends `notifications/initialized`.

    Servers hold their own requests back until then, and some refuse all others. Looked at:
    sessions in which further requests were answered. What was sent beside the notification, before
    any such answer, is in order.
    """
    for handshake in handshakes(read):
        if handshake.agreed is None:
            continue
        told = next((e for e in handshake.later if _is(e, "notifications/initialized")), None)
        asked = next((e for e in handshake.later if _is_use(e)), None)
        if told is not None and (asked is None or not _answered_before(read, asked, told)):
            yield Kept(told)
        elif asked is not None and (told is not None or ended_by_itself(read)):
            yield Finding(
                message=f"{message_of(asked).method} was sent without `notifications/initialized`",
                expected="`notifications/initialized` after the result of `initialize`",
                actual=message_of(asked).excerpt,
                events=_events(handshake, asked),
            )


@rule(
    "init-client-quiet-before-result",
    "SHOULD NOT",
    INITIALIZATION,
    side="client",
    until=LATEST_STATEFUL,
    otherwise="no `initialize` was answered",
)
def quiet_before_result(read: Reading) -> Observations:
    """Before `initialize` is answered the client sends no requests but pings.

    Until then nobody knows what may be asked. Looked at: requests between `initialize` and the
    answer to it, in the same session. A second `initialize`, and requests that say that they are
    of the stateless era, are how clients find a way; where one client shakes hands several times
    over HTTP, only requests with a session's own id are known to be of it.
    """
    for handshake in handshakes(read):
        if handshake.answer is None:
            continue
        alone = read.transport == "http" and len(handshakes(read)) == 1
        early = [
            event
            for event in (said_by_client(read) if alone else handshake.later)
            if handshake.asked.seq < event.seq < handshake.answer.seq and _is_use(event)
        ]
        if not early:
            yield Kept(handshake.answer)
        for event in early:
            yield Finding(
                message=f"{message_of(event).method} was sent before `initialize` was answered",
                expected="no request but `ping`",
                actual=message_of(event).excerpt,
                events=_events(handshake, event),
            )


@rule(
    "init-client-capabilities-types",
    "schema",
    "capabilities#declared",
    side="client",
    otherwise="the client declared no capabilities",
)
def capabilities_types(read: Reading) -> Observations:
    """Every capability that a client declares is an object, and its flags are booleans.

    Servers decide by them what they may ask. Looked at: the capabilities in `initialize`, or in
    the `_meta` of every request since 2026-07-28, by the revision's schema. Capabilities that the
    revision does not know are not judged.
    """
    seen: set[bytes] = set()
    for event, declared in _declared(read):
        if encode(declared) in seen:
            continue
        seen.add(encode(declared))
        wrong = problems(read.revision, "ClientCapabilities", declared)
        if not wrong:
            yield Kept(event)
        for problem in wrong:
            yield Finding(
                message=f"the declared capabilities are ill-typed: {problem}",
                expected="objects, with a boolean `listChanged`",
                actual=quote(declared),
                events=(event,),
            )


def _declared(read: Reading) -> Iterator[tuple[Event, Json]]:
    """The capabilities that the client declares in the era that is read."""
    if read.revision in STATEFUL:
        for handshake in handshakes(read):
            declared = message_of(handshake.asked).params.get("capabilities")
            if isinstance(declared, dict) and handshake.agreed in (None, read.revision):
                yield handshake.asked, declared
        return
    for event in said_by_client(read):
        meta = as_object(message_of(event).params.get("_meta"))
        if isinstance(declared := meta.get(META_CAPABILITIES), dict):
            yield event, declared


def _stopped(read: Reading, handshake: Handshake, message: str, expected: str) -> Observations:
    """Judge that a client goes no further after a handshake."""
    used = [e for e in handshake.later if _is_use(e) or _is(e, "notifications/initialized")]
    if used:
        yield Finding(
            message=message,
            expected=expected,
            actual=message_of(used[0]).excerpt,
            events=_events(handshake, used[0]),
        )
    elif handshake.answer is not None and ended_by_itself(read):
        yield Kept(handshake.answer)


def _is(event: Event, method: str) -> bool:
    return message_of(event).method == method


def _is_use(event: Event) -> bool:
    """Whether a client makes use of a session: by a request that takes one."""
    message = message_of(event)
    outside = message.method in ("initialize", *OUTSIDE) or claims_modern(message)
    return message.kind is Kind.REQUEST and not outside


def _answered_before(read: Reading, asked: Event, told: Event) -> bool:
    """Whether a request had its result before something else was said."""
    for exchange in read.counterpart.exchanges(message_of(asked).method):
        if exchange.sent.event.seq == asked.seq:
            return (
                exchange.served
                and exchange.answer is not None
                and (exchange.answer.event.seq < told.seq)
            )
    return False


def _may_exist(version: str) -> bool:
    """Whether somebody may speak a version that mcp-proof does not know."""
    return version.lower().startswith("draft") or bool(DATE.fullmatch(version) and version > LATEST)


def _of(handshake: Handshake, message: str, expected: str) -> Finding:
    return Finding(
        message=message,
        expected=expected,
        actual=message_of(handshake.asked).excerpt,
        events=_events(handshake),
    )


def _events(handshake: Handshake, *more: Event) -> tuple[Event, ...]:
    answer = () if handshake.answer is None else (handshake.answer,)
    return (handshake.asked, *answer, *more)
