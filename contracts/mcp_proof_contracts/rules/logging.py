"""Logging: levels, and the messages that a server sends to its client."""

from collections.abc import Iterator
from typing import Final

from mcp_proof_contracts.error_codes import INVALID_PARAMS, METHOD_NOT_FOUND
from mcp_proof_contracts.exchange import MAX_EVIDENCE, Exchange
from mcp_proof_contracts.log_messages import (
    LOG_MESSAGE,
    SET_LEVEL,
    Place,
    Placed,
    is_below,
    logged_for,
    placed,
    under_threshold,
    wanted_level,
)
from mcp_proof_contracts.occasion import needs
from mcp_proof_contracts.reading import Reading
from mcp_proof_contracts.revision import LATEST_STATEFUL, Revision
from mcp_proof_contracts.rule import Finding, Kept, Observations, Untested, rule
from mcp_proof_contracts.schema import problems
from mcp_proof_contracts.secrets.known import known_secrets, masked
from mcp_proof_contracts.transcript import Event
from mcp_proof_contracts.wire import encode, quote

SINCE: Final = Revision.R2026_07_28
PER_REQUEST: Final = "utilities/logging#per-request-log-level"
SCOPED: Final = "request-scoped"
MOST: Final = "emergency"
"""The level below which are all others."""
NO_MESSAGE: Final = "the server sent no log message"
SHORTEST_TOKEN: Final = 12
"""Characters from which on a credential of ours cannot stand in a text by chance."""


@rule("logging-capability-declared", "MUST", "utilities/logging#capabilities", otherwise=NO_MESSAGE)
def capability_declared(read: Reading) -> Observations:
    """A server that sends log messages declares the `logging` capability.

    Without it a client does not know that there is a level to set. Looked at: every
    notifications/message.
    """
    for said in read.notifications(LOG_MESSAGE):
        if read.introduction is None:
            continue
        if read.declares("logging"):
            yield Kept(said.event)
        else:
            yield Finding(
                message="a log message was sent, but the `logging` capability was not declared",
                expected="`logging` among the declared capabilities",
                actual=f"capabilities: {', '.join(read.capabilities) or 'none'}",
                events=(*read.introduction.evidence, said.event),
            )


@rule(
    "logging-setlevel-empty-result",
    "schema",
    "utilities/logging#setting-log-level",
    until=LATEST_STATEFUL,
    probes=("log-levels",),
    otherwise="the `logging` capability was not declared, or the request was not answered",
)
def setlevel_empty_result(read: Reading) -> Observations:
    """logging/setLevel with any of the eight levels is answered with a result.

    A server that declares `logging` knows them all, whatever its own logger has. Looked at: each
    level once. The result is an object; members besides `_meta` are no fault.
    """
    for exchange in read.stimuli("log-levels"):
        if exchange.sent.message.method != SET_LEVEL:
            continue
        level = quote(exchange.sent.message.params.get("level"))
        answer = exchange.answer
        if answer is not None and isinstance(answer.message.members.get("result"), dict):
            yield Kept(exchange.sent.event)
        elif exchange.served or exchange.refused:
            yield Finding.about(
                exchange,
                message=f"logging/setLevel with {level} was not answered with a result",
                expected="an empty result",
            )


@rule(
    "logging-setlevel-respected",
    "implied",
    "utilities/logging#setting-log-level",
    until=LATEST_STATEFUL,
    probes=("log-threshold",),
    otherwise=needs("logging"),
)
def setlevel_respected(read: Reading) -> Observations:
    """Once a level is set, no message of a less severe level is sent.

    Before any level is set a server may send what it likes. Looked at: a request that logs, with
    the level "debug" and then with "emergency"; and whatever else is logged after a level was
    set, when what had been on its way before must have come.
    """
    broken = False
    for said, setting in under_threshold(read):
        level, least = said.message.params.get("level"), setting.sent.message.params.get("level")
        if is_below(level, least):
            broken = True
            yield Finding(
                message=f"a message of level {quote(level)} came after {quote(least)} was set",
                expected=f"{quote(least)} or more severe",
                actual=said.message.excerpt,
                events=(*setting.evidence, said.event),
            )
    if not broken:
        yield from _silenced(read, "log-threshold", "all", "few")


@rule(
    "logging-message-members",
    "schema",
    "utilities/logging#log-message-notifications",
    otherwise=NO_MESSAGE,
)
def message_members(read: Reading) -> Observations:
    """A log message has one of the eight levels and `data`; `logger` is a text where it is there.

    Clients sort and filter by the level. `data` may be any JSON value, null included.
    """
    for said in read.notifications(LOG_MESSAGE):
        judged = {name: member for name, member in said.message.params.items() if name != "_meta"}
        wrong = problems(read.revision, "LogParams", judged)
        if not wrong:
            yield Kept(said.event)
        for problem in wrong:
            yield Finding(
                message=f"an ill-formed log message: {problem}",
                expected="`level`, `data`, and at most a `logger`",
                actual=quote(said.message.params),
                events=(said.event,),
            )


@rule(
    "logging-invalid-level-32602",
    "SHOULD",
    "utilities/logging#error-handling",
    probes=("invalid-log-level",),
    otherwise="the `logging` capability was not declared, or the request was not answered",
)
def invalid_level(read: Reading) -> Observations:
    """A level that does not exist is refused with -32602.

    Taken without a word, a misspelt level leaves the user waiting for messages that never come.
    Looked at: logging/setLevel with the level "loud"; from 2026-07-28 on a request that has it in
    `_meta`.
    """
    for exchange in read.stimuli("invalid-log-level"):
        if exchange.error_code == INVALID_PARAMS:
            yield Kept(exchange.sent.event)
        elif exchange.error_code == METHOD_NOT_FOUND:
            continue  # the method is missing: for logging-setlevel-empty-result
        elif exchange.served or exchange.error_code is not None:
            yield Finding.about(
                exchange,
                message=f"a log level that does not exist was not refused with {INVALID_PARAMS}",
                expected=f"error {INVALID_PARAMS}",
            )


@rule("logging-no-secrets", "MUST NOT", "utilities/logging#security", otherwise=NO_MESSAGE)
def no_secrets(read: Reading) -> Observations:
    """A log message holds no credential.

    It is shown, stored and sent on by whoever collects it. Looked at: secrets that begin as their
    issuers' keys do, and that the client has not sent as a part of its request; and the very
    credential by which the client's HTTP requests are authorized. What else is secret cannot be
    told from outside.
    """
    ours = read.derived(_credentials)
    for said in read.notifications(LOG_MESSAGE):
        text = encode([said.message.params.get(n) for n in ("data", "logger")]).decode()
        found = [
            (kind, masked(secret))
            for kind, secret in known_secrets(text)
            if not _sent(read, secret)
        ]
        found += [("the client's own credential", "[hidden]") for own in ours if own in text]
        if not found:
            yield Kept(said.event)
        for kind, shown in found:
            yield Finding(
                message=f"a log message holds {kind}",
                expected="no credential",
                actual=shown,
                events=(said.event,),
            )


@rule(
    "logging-26-opt-in-only",
    "MUST NOT",
    PER_REQUEST,
    since=SINCE,
    probes=(SCOPED,),
    otherwise=needs("logging"),
)
def opt_in_only(read: Reading) -> Observations:
    """A request that names no log level leads to no log message.

    Looked at: a request that logs, once with a level and once without; and every other message.
    On one channel a message counts only where no request under way has named a level.
    """
    unasked = [each for each in read.derived(placed) if each.place is Place.UNWANTED]
    for each in unasked:
        yield Finding(
            message="a log message came for a request without `io.modelcontextprotocol/logLevel`",
            expected="no log message",
            actual=each.said.message.excerpt,
            events=_evidence(each),
        )
    if not unasked:
        yield from _silenced(read, SCOPED, "all", "none")


@rule(
    "logging-26-threshold",
    "implied",
    PER_REQUEST,
    since=SINCE,
    probes=(SCOPED,),
    otherwise=needs("logging"),
)
def threshold(read: Reading) -> Observations:
    """A request leads to no log message below the level that it names.

    Looked at: a request that logs, once with "debug" and once with "emergency"; and every other
    message for a request that names a level.
    """
    broken = False
    for each in read.derived(placed):
        level = each.said.message.params.get("level")
        least = [wanted_level(request) for request in each.requests]
        if each.place is Place.WANTED and all(is_below(level, name) for name in least):
            broken = True
            yield Finding(
                message=f"a message of level {quote(level)} came where {quote(least[0])} was asked",
                expected=f"{quote(least[0])} or more severe",
                actual=each.said.message.excerpt,
                events=_evidence(each),
            )
    if not broken:
        yield from _silenced(read, SCOPED, "all", "few")


@rule(
    "logging-26-own-stream-only",
    "MUST NOT",
    PER_REQUEST,
    since=SINCE,
    probes=(SCOPED,),
    otherwise=needs("logging"),
)
def own_stream_only(read: Reading) -> Observations:
    """A log message comes on the stream of the request that asked for it, before its response.

    Never on the stream of a subscription, and not when all is said. Looked at: over HTTP the
    stream on which a message came; on one channel whether it bears the id of a subscription, and
    whether a request was under way. What comes on the stream of a request that named no level is
    for `logging-26-opt-in-only`.
    """
    for each in read.derived(placed):
        if each.place is Place.WANTED:
            yield Kept(each.said.event)
        elif each.place is not Place.UNWANTED:
            yield Finding(
                message=f"a log message came {each.place}",
                expected="log messages before the response to the request that asked for them",
                actual=each.said.message.excerpt,
                events=_evidence(each),
            )


def _silenced(read: Reading, probe: str, loud: str, quiet: str) -> Observations:
    """Judge kept what a request did not say that says it when it is asked to."""
    asked = list(_uses(read, probe, loud))
    logged = (said for exchange in asked for said in logged_for(read, exchange))
    if not any(is_below(said.message.params.get("level"), MOST) for said in logged):
        if asked:
            yield Untested("the request that was to log sent no message below `emergency`")
        return
    for exchange in _uses(read, probe, quiet):
        if exchange.served:
            yield Kept(exchange.sent.event)
        else:
            yield Untested("the request that logs was not served")


def _uses(read: Reading, probe: str, case: str) -> Iterator[Exchange]:
    return (e for e in read.stimuli(probe, case) if e.sent.message.method != SET_LEVEL)


def _evidence(each: Placed) -> tuple[Event, ...]:
    requests = tuple(request.sent.event for request in each.requests[:MAX_EVIDENCE])
    return (*requests, each.said.event)


def _credentials(read: Reading) -> frozenset[str]:
    """What the client's HTTP requests are authorized by."""
    given = {str(http.request_headers.get("authorization", "")) for http in read.http()}
    tokens = {header.partition(" ")[2].strip() for header in given}
    return frozenset(token for token in tokens if len(token) >= SHORTEST_TOKEN)


def _sent(read: Reading, secret: str) -> bool:
    """Whether the client itself has sent a text, which the server cannot know to be secret."""
    return secret.encode() in read.derived(_all_sent)


def _all_sent(read: Reading) -> bytes:
    return b"\n".join(exchange.sent.message.raw for exchange in read.exchanges())
