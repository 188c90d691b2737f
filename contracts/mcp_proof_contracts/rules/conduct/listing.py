"""What servers do to users: lists of tools that nobody can rely on."""

from typing import Final

from mcp_proof_contracts.exchange import Exchange
from mcp_proof_contracts.json_value import JsonObject
from mcp_proof_contracts.reading import Reading
from mcp_proof_contracts.revision import LATEST_STATEFUL
from mcp_proof_contracts.rule import Finding, Kept, Observations, Untested, rule
from mcp_proof_contracts.rules.tools.changes import CHANGED, LIST
from mcp_proof_contracts.rules.walks import walked
from mcp_proof_contracts.wire import encode

AGAIN: Final = "tools-list-twice"
NAMED: Final = 5
"""How many tools a finding names."""


@rule(
    "conduct-tools-list-steady",
    "implied",
    "server/tools#list-changed-notification",
    until=LATEST_STATEFUL,
    probes=(AGAIN,),
    otherwise="the tools were not listed completely twice",
)
def tools_list_steady(read: Reading) -> Observations:
    """Tools whose change was not announced are listed as before, in the same order.

    A client keeps the list until it is told of a change, and puts it into its model's context: it
    would go on with tools that are gone, and every other order spoils what is cached of the
    context. Looked at: two walks through the list in one session, with nothing between them but a
    call of a read-only tool. An announcement may come late; where one came the lists may differ.
    """
    before, after = (walked(read, AGAIN, case, LIST) for case in ("before", "after"))
    if not before or not after:
        return
    was, then = before.items, after.items
    evidence = (*before.evidence, *after.evidence)
    if was == then:
        if was:
            yield Kept(after.exchanges[0].sent.event)
    elif _announced(read, before.exchanges[0]):
        yield Untested("a change of the tools was announced while they were compared")
    elif sorted(map(encode, was)) == sorted(map(encode, then)):
        yield Finding(
            message="the same tools were listed in another order the second time",
            expected=_names(was),
            actual=_names(then),
            events=evidence,
        )
    else:
        yield Finding(
            message=f"{_difference(was, then)} changed, and nobody was told",
            expected=f"the tools as before, or {CHANGED}",
            actual=_names(then),
            events=evidence,
        )


def _announced(read: Reading, since: Exchange) -> bool:
    sent = since.sent.event
    return any(
        said.event.session == sent.session and said.event.seq > sent.seq
        for said in read.notifications(CHANGED)
    )


def _names(tools: list[JsonObject]) -> str:
    return ", ".join(str(tool.get("name")) for tool in tools) or "no tools"


def _difference(was: list[JsonObject], then: list[JsonObject]) -> str:
    """Name what differs."""
    old = {str(tool.get("name")): tool for tool in was}
    new = {str(tool.get("name")): tool for tool in then}
    changed = [name for name in {**old, **new} if old.get(name) != new.get(name)]
    return ", ".join(changed[:NAMED]) or "how often a tool is listed"
