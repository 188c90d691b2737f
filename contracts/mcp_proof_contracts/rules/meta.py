"""Overview, `_meta`: how its keys are named, whatever they say."""

import re
from collections.abc import Iterator
from typing import Final

from mcp_proof_contracts.exchange import Exchange, Said
from mcp_proof_contracts.handshakes import message_of, said_by_client
from mcp_proof_contracts.headers import (
    META,
    META_CAPABILITIES,
    META_CLIENT_INFO,
    META_LOG_LEVEL,
    META_SERVER_INFO,
    META_SUBSCRIPTION,
    META_VERSION,
)
from mcp_proof_contracts.json_value import Json, JsonObject
from mcp_proof_contracts.members import metas
from mcp_proof_contracts.reading import Reading
from mcp_proof_contracts.revision import Revision
from mcp_proof_contracts.rule import Finding, Kept, Observations, Untested, rule
from mcp_proof_contracts.rules.client.result_meta import unknown_keys_in_results
from mcp_proof_contracts.trace_context import TRACE_KEYS, trace_problem
from mcp_proof_contracts.transcript import Sender
from mcp_proof_contracts.wire import as_object, quote

PAGE: Final = "basic#meta"
PROBE: Final = "meta-unknown-key"

_LABEL: Final = r"[^\W\d_](?:(?:[^\W_]|-)*[^\W_])?"
PREFIX: Final = re.compile(rf"{_LABEL}(?:\.{_LABEL})*")
NAME: Final = re.compile(r"(?:[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?)?")
"""What a key is made of: `prefix/name`, or a name alone. A letter is not said to be ASCII."""

RESERVED: Final = frozenset({"modelcontextprotocol", "mcp"})
DEFINED: Final = frozenset(
    {
        META_VERSION,
        META_CAPABILITIES,
        META_CLIENT_INFO,
        META_SERVER_INFO,
        META_LOG_LEVEL,
        META_SUBSCRIPTION,
        f"{META}related-task",
        f"{META}model-immediate-response",
    }
)
"""The keys that some revision defines: never a peer's own."""
DOMAINS: Final = frozenset(
    {"com", "org", "net", "io", "dev", "ai", "app", "co", "edu", "gov", "mil", "int", "info", "biz"}
)
"""Top-level domains that a prefix written the wrong way round ends with."""
COUNTRY: Final = 2
"""Letters of a country's top-level domain."""


def _metas(read: Reading) -> list[tuple[Said, str, Json]]:
    return read.derived(_all_metas)


def _all_metas(read: Reading) -> list[tuple[Said, str, Json]]:
    return [
        (said, pointer, value)
        for said in read.messages()
        for pointer, value in metas(said.message, said.revision or read.revision)
    ]


def _keys(read: Reading) -> Iterator[tuple[Said, str, str, Json]]:
    for said, pointer, value in _metas(read):
        for key, entry in as_object(value).items():
            yield said, pointer, key, entry


def _own_prefixes(read: Reading) -> list[tuple[Said, str, str]]:
    """The well-formed prefixes of keys that no revision defines."""
    return read.derived(_all_own_prefixes)


def _all_own_prefixes(read: Reading) -> list[tuple[Said, str, str]]:
    found: list[tuple[Said, str, str]] = []
    for said, _, key, _ in _keys(read):
        if key in DEFINED:
            continue
        prefix, slash, _ = key.partition("/")
        if slash and PREFIX.fullmatch(prefix):
            found.append((said, key, prefix))
    return found


@rule("meta-is-object", "schema", PAGE, side="both", otherwise="the peer sent no `_meta`")
def meta_is_object(read: Reading) -> Observations:
    """`_meta` is an object wherever it stands.

    Its members are looked up by key. Looked at: params and results, and from 2025-06-18 on the
    tools, resources, prompts and content blocks in them. Arguments, structured content and
    schemas are the user's own and not looked into.
    """
    for said, pointer, value in _metas(read):
        if isinstance(value, dict):
            yield Kept(said.event)
        else:
            yield Finding(
                message=f"{pointer} is no object",
                expected="an object, or no `_meta`",
                actual=quote(value),
                events=(said.event,),
            )


@rule(
    "meta-key-syntax",
    "MUST",
    PAGE,
    since=Revision.R2025_06_18,
    side="both",
    otherwise="the peer sent no key in `_meta`",
)
def meta_key_syntax(read: Reading) -> Observations:
    """A key in `_meta` is a name, or a prefix of dotted labels with a slash and a name.

    The prefix keeps the keys of different authors apart. Labels begin with a letter and end with
    a letter or digit; a name begins and ends with a letter or digit, or is empty. Keys without a
    prefix are fine.
    """
    sound: set[str] = set()
    for said, pointer, key, _ in _keys(read):
        prefix, slash, name = key.rpartition("/")
        if key in sound:
            yield Kept(said.event)
        elif NAME.fullmatch(name) and (not slash or PREFIX.fullmatch(prefix)):
            sound.add(key)
            yield Kept(said.event)
        else:
            yield Finding(
                message=f"{pointer} has the malformed key {key!r}",
                expected="a key such as `name` or `com.example/name`",
                actual=repr(key),
                events=(said.event,),
            )


@rule(
    "meta-reserved-prefix",
    "MUST NOT",
    PAGE,
    since=Revision.R2025_06_18,
    side="both",
    otherwise="the peer sent no key with a prefix of its own in `_meta`",
)
def meta_reserved_prefix(read: Reading) -> Observations:
    """No key in `_meta` has a prefix that is reserved for MCP, unless MCP defines the key.

    The next revision may give the key a meaning. 2025-06-18 reserves `modelcontextprotocol` and
    `mcp` as any label but the last, later revisions as the second label. Keys that any revision
    defines are fine, and those of official extensions while the peer declares one.
    """
    extended = any(name.startswith(META) for name in _declared(read))
    for said, key, prefix in _own_prefixes(read):
        if not _is_reserved(prefix, read.revision):
            yield Kept(said.event)
        elif key.startswith(META) and extended:
            yield Untested(f"{key} may be of an official extension")
        else:
            yield Finding(
                message=f"the key {key} has a prefix that is reserved for MCP",
                expected="a prefix of one's own, such as `com.example/`",
                actual=repr(key),
                events=(said.event,),
            )


def _is_reserved(prefix: str, revision: Revision) -> bool:
    labels = prefix.split(".")
    if revision < Revision.R2025_11_25:
        return not RESERVED.isdisjoint(labels[:-1])
    return not RESERVED.isdisjoint(labels[1:2])


def _declared(read: Reading) -> list[str]:
    """The extensions that either side declares, also as experimental capabilities."""
    server = read if read.peer is Sender.SERVER else read.counterpart
    declaring = [server.capabilities, *read.derived(_of_client)]
    groups = [each.get(name) for each in declaring for name in ("extensions", "experimental")]
    return [name for group in groups for name in as_object(group)]


def _of_client(read: Reading) -> list[JsonObject]:
    """The capabilities that the client declares, wherever it does."""
    declared: list[JsonObject] = []
    for event in said_by_client(read):
        params = message_of(event).params
        meta = as_object(params.get("_meta"))
        declared += (as_object(params.get("capabilities")), as_object(meta.get(META_CAPABILITIES)))
    return [each for each in declared if each]


@rule(
    "meta-reverse-dns",
    "SHOULD",
    PAGE,
    since=Revision.R2025_11_25,
    side="both",
    otherwise="the peer sent no key in `_meta` whose prefix is a domain name",
)
def meta_reverse_dns(read: Reading) -> Observations:
    """A prefix in `_meta` is a domain name in reverse order: `com.example/`, not `example.com/`.

    So that everybody can have prefixes of their own without asking. Looked at: prefixes that end
    with a common top-level domain and do not begin with one. A single label has no order.
    """
    for said, key, prefix in _own_prefixes(read):
        labels = prefix.lower().split(".")
        if len(labels) == 1:
            continue
        if labels[0] in DOMAINS or len(labels[0]) == COUNTRY:
            yield Kept(said.event)
        elif labels[-1] in DOMAINS:
            yield Finding(
                message=f"the prefix of the key {key} is a domain name in its usual order",
                expected=f"`{'.'.join(reversed(prefix.split('.')))}/`",
                actual=f"`{prefix}/`",
                events=(said.event,),
            )


@rule(
    "meta-trace-context",
    "MUST",
    PAGE,
    since=Revision.R2026_07_28,
    side="both",
    otherwise="the peer sent no trace context",
)
def meta_trace_context(read: Reading) -> Observations:
    """`traceparent`, `tracestate` and `baggage` in `_meta` have the forms that W3C gives them.

    The three keys are reserved for OpenTelemetry, whose libraries drop what they cannot parse, and
    the trace is cut. Values are strings; any version of `traceparent` but ff is fine.
    """
    for said, pointer, key, value in _keys(read):
        if key not in TRACE_KEYS:
            continue
        if not (problem := trace_problem(key, value)):
            yield Kept(said.event)
        else:
            yield Finding(
                message=f"{pointer}/{key} is malformed: {problem}",
                expected="the form of W3C Trace Context or W3C Baggage",
                actual=repr(value),
                events=(said.event,),
            )


@rule(
    "meta-unknown-keys-tolerated",
    "MUST NOT",
    PAGE,
    side="both",
    probes=(PROBE,),
    otherwise="no request of the kind was answered without the key",
)
def meta_unknown_keys_tolerated(read: Reading) -> Observations:
    """A request is not refused for a key in `_meta` that the peer does not know.

    Clients, gateways and tracers add keys of their own. Looked at: requests that are served
    otherwise, with a vendor's key in `_meta`. What the peer makes of the key is its own affair.
    Of clients: whether their user got what was asked for where a result had such a key, and also
    where the same request had a result without.
    """
    if read.peer is Sender.CLIENT:
        yield from unknown_keys_in_results(read)
        return
    for exchange in read.stimuli(PROBE):
        if exchange.served:
            yield Kept(exchange.sent.event)
        elif _served_otherwise(read, exchange):
            yield Finding.about(
                exchange,
                message=f"{exchange.sent.message.method} fails for an unknown key in `_meta`",
                expected="a result, as without the key",
            )


def _served_otherwise(read: Reading, exchange: Exchange) -> bool:
    """Whether the same method is served without the key."""
    method = exchange.sent.message.method
    return any(other.served for other in read.exchanges(method) if other.probe != PROBE)
