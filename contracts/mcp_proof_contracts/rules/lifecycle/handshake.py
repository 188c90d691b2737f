"""Lifecycle, Initialization: the `initialize` result, the version agreed on, the time before."""

from collections.abc import Iterator
from math import inf

from mcp_proof_contracts.exchange import Exchange
from mcp_proof_contracts.json_value import Json
from mcp_proof_contracts.reading import ORDINARY, Reading
from mcp_proof_contracts.revision import LATEST_STATEFUL, UNPUBLISHED, Revision, published
from mcp_proof_contracts.rule import Finding, Kept, Observations, Untested, rule
from mcp_proof_contracts.schema import problems
from mcp_proof_contracts.wire import Kind, as_object

INITIALIZATION = "lifecycle#initialization"
NEGOTIATION = "lifecycle#version-negotiation"
OFFERS = (*ORDINARY, "handshakes")
"""Whose `initialize` requests are good ones: ordinary traffic's, and those of a probe."""


@rule(
    "init-result-members",
    "schema",
    INITIALIZATION,
    until=LATEST_STATEFUL,
    otherwise="`initialize` was not answered with a result",
)
def result_members(read: Reading) -> Observations:
    """The `initialize` result has `protocolVersion`, `capabilities` and a named `serverInfo`.

    Without them the client knows neither what to speak nor what it may use. Looked at: presence
    and type of the members, and name and version of the server. What the capabilities hold is
    judged by `init-server-capabilities-types`, the rest of `serverInfo` by
    `implementation-name-version`.
    """
    for exchange in read.results("initialize"):
        assert exchange.answer is not None
        result = dict(exchange.result)
        if isinstance(result.get("capabilities"), dict):
            result["capabilities"] = {}
        if isinstance(result.get("serverInfo"), dict):
            info = as_object(result["serverInfo"])
            result["serverInfo"] = {n: info[n] for n in ("name", "version") if n in info}
        wrong = problems(read.revision, "InitializeResult", result)
        if not wrong:
            yield Kept(exchange.answer.event)
        for problem in wrong:
            yield Finding.about(
                exchange,
                message=f"the `initialize` result is wrong: {problem}",
                expected="`protocolVersion` (string), `capabilities` (object), `serverInfo`"
                " with `name` and `version`",
            )


@rule(
    "init-version-echo",
    "MUST",
    NEGOTIATION,
    until=LATEST_STATEFUL,
    probes=("handshakes",),
    otherwise="no offered version was one that the server was seen to speak",
)
def version_echo(read: Reading) -> Observations:
    """A server that supports the offered version answers with the same version.

    A client that is talked down to an older version loses features that both sides have. Looked
    at: `initialize` with each published version of the era. A version counts as supported when
    the server agreed to it in any of these handshakes; a counter-offer to a version that it was
    never seen to speak is right.
    """
    spoken = {version for _, _, version in _agreed(read)}
    for exchange, offered, version in _agreed(read):
        if offered == version:
            yield Kept(exchange.sent.event)
        elif offered in spoken:
            yield Finding.about(
                exchange,
                message=f"the offer of {offered} was answered with {version}, although the "
                f"server speaks {offered}",
                expected=f'"protocolVersion": "{offered}"',
            )


@rule(
    "init-version-counter-offer",
    "MUST",
    NEGOTIATION,
    until=LATEST_STATEFUL,
    probes=("handshakes",),
    otherwise=f"the offer of {UNPUBLISHED} was not answered",
)
def version_counter_offer(read: Reading) -> Observations:
    """A server that does not support the offered version answers with another one that it does.

    A server that echoes whatever it is offered promises a protocol it cannot know. Looked at: the
    offer of 1900-01-01. A refusal by a JSON-RPC error is tolerated: the same page shows one as its
    example. So is a version that was never published, as long as it is not the offered one.
    """
    for exchange in read.stimuli("handshakes", UNPUBLISHED):
        version = _version(exchange)
        if exchange.refused:
            yield Untested("the server refused the version with an error, as the page's example")
        elif version == UNPUBLISHED:
            yield Finding.about(
                exchange,
                message=f"the server agreed to speak {UNPUBLISHED}, which does not exist",
                expected="another version, one that the server supports",
            )
        elif published(version) is not None:
            yield Kept(exchange.sent.event)
        elif version is not None:
            yield Untested(f"the counter-offer {version!r} is no published revision")


@rule(
    "init-version-counter-latest",
    "SHOULD",
    NEGOTIATION,
    until=LATEST_STATEFUL,
    probes=("handshakes",),
    otherwise="the server made no counter-offer, or agreed to no offered version",
)
def version_counter_latest(read: Reading) -> Observations:
    """A counter-offer is the latest version that the server supports.

    The client takes it or leaves: an older one costs features, or the connection. Looked at: the
    answer to the offer of 1900-01-01, beside the versions that the server agreed to when they
    were offered. Which versions it has besides cannot be known.
    """
    accepted = [version for _, offered, version in _agreed(read) if offered == version]
    for exchange in read.stimuli("handshakes", UNPUBLISHED):
        version = published(_version(exchange))
        if version is None or not accepted:
            continue
        if version >= max(accepted):
            yield Kept(exchange.sent.event)
        else:
            yield Finding.about(
                exchange,
                message=f"the counter-offer is {version}, although the server also speaks "
                f"{max(accepted)}",
                expected=f"{max(accepted)}, the latest",
            )


@rule(
    "init-server-quiet-before-initialized",
    "SHOULD NOT",
    INITIALIZATION,
    until=LATEST_STATEFUL,
    probes=("handshakes",),
    otherwise="nothing was answered between `initialize` and `notifications/initialized`",
)
def server_quiet_before_initialized(read: Reading) -> Observations:
    """Before `notifications/initialized` the server sends no requests but pings.

    Until then the client may not be ready to serve them. Looked at: every session whose
    `initialize` succeeded, up to its `notifications/initialized`, and one in which that is held
    back until a ping has been answered. Log and other notifications are no requests.
    """
    ready = {e.sent.event.session: e.sent.event.seq for e in _confirmations(read)}
    begun = {exchange.sent.event.session for exchange in read.results("initialize")}
    loud: set[str] = set()
    for said in read.messages(Kind.REQUEST):
        early = said.event.seq < ready.get(said.event.session, inf)
        if early and said.event.session in begun and said.message.method != "ping":
            loud.add(said.event.session)
            yield Finding(
                message=f"{said.message.method} was sent before `notifications/initialized`",
                expected="no request but `ping`",
                actual=said.message.excerpt,
                events=(said.event,),
            )
    for exchange in read.stimuli("handshakes", "held-ping"):
        if exchange.reply is not None and exchange.sent.event.session not in loud:
            yield Kept(exchange.reply.event)


def _confirmations(read: Reading) -> Iterator[Exchange]:
    """The first `notifications/initialized` of each session."""
    sessions: set[str] = set()
    for exchange in read.exchanges("notifications/initialized"):
        if exchange.sent.event.session not in sessions:
            sessions.add(exchange.sent.event.session)
            yield exchange


def _agreed(read: Reading) -> Iterator[tuple[Exchange, Revision, Revision]]:
    """The handshakes that offered a published version: what was offered, what was answered."""
    for probe in OFFERS:
        for exchange in read.stimuli(probe):
            if exchange.sent.message.method == "initialize":
                offered = published(exchange.sent.message.params.get("protocolVersion"))
                version = published(_version(exchange))
                if offered is not None and version is not None:
                    yield exchange, offered, version


def _version(exchange: Exchange) -> Json:
    """The version in the result; `None` when there is none."""
    return exchange.result.get("protocolVersion")
