"""Discovery: server/discover, and how a server names itself in every result."""

from collections.abc import Iterator
from typing import Final

from mcp_proof_contracts.error_codes import METHOD_NOT_FOUND, UNSUPPORTED_VERSION
from mcp_proof_contracts.exchange import Exchange
from mcp_proof_contracts.headers import META_SERVER_INFO
from mcp_proof_contracts.json_value import Json
from mcp_proof_contracts.no_entry import NO_ENTRY
from mcp_proof_contracts.reading import ORDINARY, Reading
from mcp_proof_contracts.revision import Revision
from mcp_proof_contracts.rule import Finding, Kept, Observation, Observations, Untested, rule
from mcp_proof_contracts.schema import problems
from mcp_proof_contracts.wire import as_list, as_object, encode

METHOD: Final = "server/discover"
SINCE: Final = Revision.R2026_07_28

FAMILIES: Final = {
    "tools": {"tools/list": "tools"},
    "resources": {"resources/list": "resources", "resources/templates/list": "resourceTemplates"},
    "prompts": {"prompts/list": "prompts"},
    "completions": {"completion/complete": "completion"},
}
"""What shows each capability: methods, and the result member that holds their content."""
ELSEWHERE: Final = ("/capabilities/", "/_meta/")
"""Members of a discover result that other rules judge, wherever they stand."""


@rule(
    "discover-implemented",
    "MUST",
    METHOD,
    since=SINCE,
    otherwise="server/discover was not asked, or not answered",
)
def discover_implemented(read: Reading) -> Observations:
    """The server implements `server/discover`.

    It is the one method that every server of this era has: clients learn from it what to speak
    and what there is to use. A refusal of the protocol version itself is no answer to the
    question, and neither is a demand for authorization.
    """
    for exchange in _asked(read):
        if exchange.served:
            yield Kept(exchange.sent.event)
        elif exchange.error_code == UNSUPPORTED_VERSION:
            yield Untested(f"the server does not support {read.revision}")
        elif exchange.refused and exchange.status not in NO_ENTRY:
            yield Finding.about(
                exchange,
                message="server/discover was refused",
                expected="a result with the server's versions and capabilities",
            )
            return


@rule(
    "discover-result-members",
    "schema",
    f"{METHOD}#discoverresult",
    since=SINCE,
    otherwise="server/discover was not answered with a result",
)
def discover_result_members(read: Reading) -> Observations:
    """A `server/discover` result has the members of DiscoverResult, each of its type.

    `supportedVersions`, `capabilities`, `resultType`, `ttlMs` and `cacheScope` are required: a
    client cannot choose a version, nor know how long the answer holds, without them. What each
    capability holds, and how the server names itself, is for the rules of both.
    """
    for exchange in _results(read):
        wrong = [
            problem
            for problem in problems(read.revision, "DiscoverResult", exchange.result)
            if not problem.pointer.startswith(ELSEWHERE)
        ]
        if not wrong:
            yield Kept(exchange.sent.event)
            continue
        where = wrong[0].pointer or "(result)"
        yield Finding(
            message=f"the discover result is malformed at {where}: {wrong[0].message}",
            expected="a DiscoverResult",
            actual="; ".join(f"{p.pointer or '(result)'}: {p.message}" for p in wrong),
            events=exchange.evidence,
        )


@rule(
    "discover-lists-used-version",
    "implied",
    f"{METHOD}#discoverresult",
    since=SINCE,
    probes=("discover",),
    otherwise="no discover result lists any version",
)
def discover_lists_used_version(read: Reading) -> Observations:
    """`supportedVersions` lists the version just spoken, and no version that is then refused.

    Clients choose from this list. Legacy versions in it are not tried: they are not spoken by
    request metadata.
    """
    for exchange in _results(read):
        versions = exchange.result.get("supportedVersions")
        if not isinstance(versions, list):
            continue
        if read.revision in versions:
            yield Kept(exchange.sent.event)
        else:
            yield Finding(
                message=f"{read.revision} was accepted and is not in supportedVersions",
                expected=f"a list with {read.revision}",
                actual=encode(versions).decode(),
                events=exchange.evidence,
            )
    for exchange in read.stimuli("discover", "listed-version"):
        if exchange.served:
            yield Kept(exchange.sent.event)
        elif exchange.error_code == UNSUPPORTED_VERSION:
            yield Finding.about(
                exchange,
                message="a version that supportedVersions lists is refused as unsupported",
                expected="a result",
            )


@rule(
    "discover-server-info-in-meta",
    "SHOULD",
    f"{METHOD}#discoverresult",
    since=SINCE,
    otherwise="server/discover was not answered with a result",
)
def discover_server_info_in_meta(read: Reading) -> Observations:
    """A discover result names the server in `_meta`, with name and version.

    Without a handshake this is how a client learns whom it talks to.
    """
    for exchange in _results(read):
        yield _named(exchange, "the discover result")


@rule(
    "server-info-every-result",
    "SHOULD",
    "basic#meta",
    since=SINCE,
    side="server",
    otherwise="nothing but server/discover was answered with a result",
)
def server_info_every_result(read: Reading) -> Observations:
    """Every result names the server in `_meta`, not that of `server/discover` alone.

    A result can then be told apart in a log without any connection state. One finding is made
    for each method.
    """
    found: set[str] = set()
    revision = read.revision
    for exchange in read.exchanges():
        method = exchange.sent.message.method
        foreign = exchange.sent.revision is not revision
        if method == METHOD or method in found or foreign or not exchange.served:
            continue
        observation = _named(exchange, f"the result of {method}")
        if isinstance(observation, Finding):
            found.add(method)
        yield observation


@rule(
    "discover-capabilities-match",
    "MUST",
    "server/tools#capabilities",
    since=SINCE,
    probes=("discover",),
    otherwise="no feature was declared, and none was tried undeclared",
)
def discover_capabilities_match(read: Reading) -> Observations:
    """The declared capabilities are those that the server serves.

    Clients neither ask for what is not declared nor expect "Method not found" for what is. An
    undeclared method may be refused or answered with nothing in it; only content gives it away.
    Of the two resource lists one suffices.
    """
    if read.introduction is None:
        return
    for capability, members in FAMILIES.items():
        asked = [
            (exchange, member)
            for method, member in members.items()
            for exchange in read.exchanges(method)
            if exchange.probe == "" or (exchange.probe, exchange.case) == ("discover", "family")
        ]
        if read.declares(capability):
            yield from _works(capability, [exchange for exchange, _ in asked])
        else:
            yield from _absent(capability, asked)


def _works(capability: str, asked: list[Exchange]) -> Observations:
    answered = [e for e in asked if e.reply is not None]
    for exchange in answered:
        if exchange.error_code != METHOD_NOT_FOUND:
            yield Kept(exchange.sent.event)
            return
    for exchange in answered[:1]:
        yield Finding.about(
            exchange,
            message=f"`{capability}` is declared and its methods are unknown to the server",
            expected=f"an answer to {exchange.sent.message.method}",
        )


def _absent(capability: str, asked: list[tuple[Exchange, str]]) -> Observations:
    for exchange, member in asked:
        content = exchange.result.get(member)
        values: Json = content.get("values") if isinstance(content, dict) else content
        if as_list(values):
            yield Finding.about(
                exchange,
                message=f"{exchange.sent.message.method} is served without `{capability}`",
                expected=f"`{capability}` among the declared capabilities",
            )
        elif exchange.reply is not None:
            yield Kept(exchange.sent.event)


def _named(exchange: Exchange, what: str) -> Observation:
    meta = exchange.result.get("_meta", {})
    info = as_object(as_object(meta).get(META_SERVER_INFO))
    if isinstance(info.get("name"), str) and isinstance(info.get("version"), str):
        return Kept(exchange.sent.event)
    if not isinstance(meta, dict) or {"name", "version"} <= info.keys():
        return Untested(f"{what} has an ill-typed `_meta`")  # other rules name that
    return Finding.about(
        exchange,
        message=f"{what} does not name the server",
        expected=f"`_meta` with {META_SERVER_INFO}: name and version",
    )


def _asked(read: Reading) -> Iterator[Exchange]:
    """The ordinary requests; what probes send on purpose has its own rules."""
    return (exchange for exchange in read.exchanges(METHOD) if exchange.probe in ORDINARY)


def _results(read: Reading) -> Iterator[Exchange]:
    """The answers to ordinary requests, each different result once."""
    seen: set[bytes] = set()
    for exchange in _asked(read):
        result = encode(exchange.result)
        if exchange.served and result not in seen:
            seen.add(result)
            yield exchange
