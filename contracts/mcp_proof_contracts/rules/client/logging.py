"""Logging: how clients ask for messages."""

from collections.abc import Iterator

from mcp_proof_contracts.client_run import told
from mcp_proof_contracts.exchange import Exchange
from mcp_proof_contracts.headers import META_LOG_LEVEL
from mcp_proof_contracts.json_value import Json
from mcp_proof_contracts.log_messages import LEVELS, SET_LEVEL
from mcp_proof_contracts.reading import Reading
from mcp_proof_contracts.revision import LATEST_STATEFUL, Revision
from mcp_proof_contracts.rule import Finding, Kept, Observations, rule
from mcp_proof_contracts.wire import as_object, quote


@rule(
    "logging-client-setlevel-only-declared",
    "MUST",
    "lifecycle#operation",
    side="client",
    until=LATEST_STATEFUL,
    must_since=Revision.R2025_06_18,
    otherwise="the client set no level, and nobody asked it to where `logging` is not declared",
)
def setlevel_only_declared(read: Reading) -> Observations:
    """logging/setLevel is sent only to a server that has declared `logging`.

    Others may not know the request, and nothing would come of it. Looked at: every logging/setLevel
    beside what the server declared on the same connection; a client that is asked to set a level
    all the same says that there is none to set.
    """
    declared = _declared(read)
    for exchange in read.counterpart.exchanges(SET_LEVEL):
        session = exchange.sent.event.session
        if session not in declared:
            continue
        if declared[session] is not None:
            yield Kept(exchange.sent.event)
        else:
            yield Finding.about(
                exchange,
                message=f"{SET_LEVEL} was sent to a server that does not declare `logging`",
                expected=f"no {SET_LEVEL}",
            )
    sent = any(read.counterpart.exchanges(SET_LEVEL))
    undeclared = bool(declared) and all(value is None for value in declared.values())
    for each in told(read, "set-level"):
        if undeclared and not sent and not each.ok:
            yield Kept(each.event)


@rule(
    "logging-client-level-valid",
    "schema",
    "utilities/logging#log-levels",
    side="client",
    otherwise="the client asked for no log messages",
)
def level_valid(read: Reading) -> Observations:
    """The level from which on log messages are wanted is one of the eight of syslog.

    "warn" and "fatal" are not among them. Looked at: logging/setLevel, and from 2026-07-28 on the
    level in the `_meta` of requests.
    """
    for exchange, level in _levels(read):
        if level in LEVELS:
            yield Kept(exchange.sent.event)
        else:
            yield Finding.about(
                exchange,
                message=f"{quote(level)} is no level",
                expected=" or ".join(LEVELS),
            )


def _levels(read: Reading) -> Iterator[tuple[Exchange, Json]]:
    modern = read.revision >= Revision.R2026_07_28
    for exchange in read.counterpart.exchanges():
        params = exchange.sent.message.params
        meta = as_object(params.get("_meta"))
        if modern and META_LOG_LEVEL in meta:
            yield exchange, meta[META_LOG_LEVEL]
        elif not modern and exchange.sent.message.method == SET_LEVEL:
            yield exchange, params.get("level")


def _declared(read: Reading) -> dict[str, Json]:
    """Return what each session was told of the capability; `None` where it is missing."""
    return {
        exchange.sent.event.session: as_object(exchange.result.get("capabilities")).get("logging")
        for exchange in read.counterpart.results("initialize")
    }
