"""What servers do to users: lists of tools that nobody can rely on."""

from typing import Final

from mcp_proof_contracts.exchange import Exchange
from mcp_proof_contracts.json_value import JsonObject
from mcp_proof_contracts.reading import Reading
from mcp_proof_contracts.revision import LATEST_STATEFUL
from mcp_proof_contracts.rule import Finding, Kept, Observations, Untested, rule
from mcp_proof_contracts.rules.tools.changes import CHANGED
from mcp_proof_contracts.wire import as_list, as_object, encode

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
    before, after = _walk(read, "before"), _walk(read, "after")
    if not before or not after:
        return
    was, then = _tools(before), _tools(after)
    evidence = tuple(event for page in (*before, *after) for event in page.evidence)
    if was == then:
        if was:
            yield Kept(after[0].sent.event)
    elif _announced(read, before[0]):
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


def _walk(read: Reading, case: str) -> list[Exchange]:
    """The pages of one walk, where it came to the end of the list; otherwise none."""
    pages = list(read.stimuli(AGAIN, case))
    whole = bool(pages) and all(page.served for page in pages)
    return pages if whole and "nextCursor" not in pages[-1].result else []


def _tools(walk: list[Exchange]) -> list[JsonObject]:
    return [as_object(tool) for page in walk for tool in as_list(page.result.get("tools"))]


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
