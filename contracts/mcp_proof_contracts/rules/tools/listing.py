"""Tools, Capabilities and Listing Tools: what tools/list gives, and how steadily."""

from mcp_proof_contracts.reading import Reading
from mcp_proof_contracts.revision import LATEST_STATEFUL, Revision
from mcp_proof_contracts.rule import Finding, Kept, Observations, rule
from mcp_proof_contracts.rules.early import is_early
from mcp_proof_contracts.rules.walks import (
    AGAIN,
    Walk,
    connection_independent,
    listed_once,
    walked,
)
from mcp_proof_contracts.wire import as_list, encode, quote

CAPABILITIES = "server/tools#capabilities"
LIST = "tools/list"


@rule(
    "tools-capability-declared",
    "MUST",
    CAPABILITIES,
    probes=("undeclared-tools",),
    otherwise="no tool was listed",
)
def capability_declared(read: Reading) -> Observations:
    """A server that supports tools declares the `tools` capability.

    Clients do not ask for tools that are not declared. Looked at: whether tools/list gives tools
    all the same. An error and an empty list are both fine where nothing is declared.
    """
    for exchange in read.results(LIST):
        if read.introduction is None or not as_list(exchange.result.get("tools")):
            continue
        if read.declares("tools"):
            yield Kept(exchange.sent.event)
        else:
            yield Finding(
                message="tools/list gives tools, but the `tools` capability was not declared",
                expected="`tools` among the declared capabilities",
                actual=f"capabilities: {', '.join(read.capabilities) or 'none'}",
                events=(*read.introduction.evidence, *exchange.evidence),
            )


@rule(
    "tools-list-answers",
    "schema",
    CAPABILITIES,
    otherwise="the `tools` capability was not declared",
)
def list_answers(read: Reading) -> Observations:
    """A server that declares `tools` answers tools/list with an array of tools.

    Looked at: every ordinary tools/list request, the later pages included. The array may be empty.
    """
    if not read.declares("tools"):
        return
    for exchange in read.exchanges(LIST):
        refused_early = exchange.refused and is_early(read, exchange)
        if exchange.probe not in ("", AGAIN) or refused_early:
            continue
        answer = exchange.answer
        if answer is not None and isinstance(answer.message.result.get("tools"), list):
            yield Kept(answer.event)
        else:
            yield Finding.about(
                exchange,
                message="tools/list was not answered with an array of tools",
                expected="a result with `tools`, an array",
            )


@rule(
    "tools-name-unique",
    "SHOULD",
    "server/tools#tool",
    otherwise="no tool was listed",
)
def name_unique(read: Reading) -> Observations:
    """No two tools of a server have the same name.

    A call by that name reaches only one of them. Looked at: each walk through the list, all its
    pages together. Names that differ in case are different.
    """
    yield from listed_once(read, LIST, "tool")


@rule(
    "tools-list-order-stable",
    "SHOULD",
    CAPABILITIES,
    since=Revision.R2026_07_28,
    probes=(AGAIN,),
    otherwise="no two lists of the same tools, at least two of them, were given",
)
def list_order_stable(read: Reading) -> Observations:
    """Unchanged tools are listed in the same order every time.

    A client puts the list into its model's context, and any other order spoils the cache of it.
    Looked at: two walks through the list on one connection. When the set of tools differs between
    them the order says nothing.
    """
    before, after = (walked(read, AGAIN, f"tools {c}", LIST) for c in ("before", "after"))
    if not before or not after or not _same_tools(before, after):
        return
    if before.names == after.names:
        if len(before.names) > 1:
            yield Kept(after.exchanges[0].sent.event)
        return
    yield Finding(
        message="the same tools were listed in another order the second time",
        expected=", ".join(map(quote, before.names)),
        actual=", ".join(map(quote, after.names)),
        events=(*before.evidence, *after.evidence),
    )


@rule(
    "tools-list-connection-independent",
    "MUST NOT",
    CAPABILITIES,
    since=Revision.R2026_07_28,
    probes=(AGAIN,),
    otherwise="the tools were not listed completely on two connections",
)
def list_connection_independent(read: Reading) -> Observations:
    """The set of tools varies neither by connection nor by what else was requested on it.

    Requests of one client may arrive over any connection. Looked at: the list before and after a
    tool call, then on another connection with the same credentials, and once more on the first.
    A set that has changed on the first connection meanwhile may have changed for everybody, and
    is no fault.
    """
    yield from connection_independent(read, LIST)


@rule(
    "tools-list-changed-only-declared",
    "MUST",
    "lifecycle#operation",
    until=LATEST_STATEFUL,
    must_since=Revision.R2025_06_18,
    otherwise="no notifications/tools/list_changed was sent",
)
def list_changed_only_declared(read: Reading) -> Observations:
    """notifications/tools/list_changed comes only from servers that declare `tools.listChanged`.

    Only capabilities that were negotiated may be used. That a server which declares it sends none
    is no fault: its tools may never change.
    """
    for said in read.notifications("notifications/tools/list_changed"):
        if read.declares("tools.listChanged"):
            yield Kept(said.event)
        else:
            yield Finding(
                message="a tool list change was notified, but `tools.listChanged` not declared",
                expected='`"tools": {"listChanged": true}` among the capabilities',
                actual=f"tools: {read.capabilities.get('tools')}",
                events=(said.event,),
            )


def _same_tools(before: Walk, after: Walk) -> bool:
    return sorted(map(encode, before.names)) == sorted(map(encode, after.names))
