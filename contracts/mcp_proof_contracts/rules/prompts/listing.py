"""Prompts, Capabilities and Listing Prompts: what prompts/list gives, and how steadily."""

from collections.abc import Iterator
from typing import Final

from mcp_proof_contracts.exchange import Exchange
from mcp_proof_contracts.json_value import Json, JsonObject
from mcp_proof_contracts.occasion import needs
from mcp_proof_contracts.reading import ORDINARY, Reading
from mcp_proof_contracts.revision import Era, Revision
from mcp_proof_contracts.rule import Finding, Kept, Observations, Untested, rule
from mcp_proof_contracts.rules.early import is_early
from mcp_proof_contracts.rules.walks import AGAIN, connection_independent, listed_once, walked
from mcp_proof_contracts.schema import problems
from mcp_proof_contracts.wire import as_list, as_object, encode, quote

CAPABILITIES: Final = "server/prompts#capabilities"
LIST: Final = "prompts/list"
CHANGED: Final = "prompts-changed"
WALKED: Final = (*ORDINARY, AGAIN, CHANGED)
"""Who asks for the list in the right way."""
NOTIFIED: Final = "notifications/prompts/list_changed"


@rule(
    "prompts-capability-declared",
    "MUST",
    CAPABILITIES,
    probes=("undeclared-prompts",),
    otherwise="no prompt was listed",
)
def capability_declared(read: Reading) -> Observations:
    """A server that supports prompts declares the `prompts` capability.

    Clients do not ask for prompts that are not declared. Looked at: whether prompts/list gives
    prompts all the same. An error and an empty list are both fine where nothing is declared.
    """
    for exchange in read.results(LIST):
        if read.introduction is None or not as_list(exchange.result.get("prompts")):
            continue
        if read.declares("prompts"):
            yield Kept(exchange.sent.event)
        else:
            yield Finding(
                message="prompts/list gives prompts, but the `prompts` capability was not declared",
                expected="`prompts` among the declared capabilities",
                actual=f"capabilities: {', '.join(read.capabilities) or 'none'}",
                events=(*read.introduction.evidence, *exchange.evidence),
            )


@rule(
    "prompts-list-answers",
    "schema",
    CAPABILITIES,
    otherwise="the `prompts` capability was not declared",
)
def list_answers(read: Reading) -> Observations:
    """A server that declares `prompts` answers prompts/list with an array of well-formed prompts.

    A prompt without a name cannot be asked for, and clients that read strictly lose the whole
    list to one wrong member. Looked at: every right request, the later pages included, and every
    prompt by the revision's definition. Title, description and arguments are optional, the array
    may be empty; icons are for their own rules.
    """
    if not read.declares("prompts"):
        return
    seen: set[bytes] = set()
    for exchange in read.exchanges(LIST):
        if exchange.probe not in WALKED or not (exchange.served or exchange.refused):
            continue
        if exchange.refused and is_early(read, exchange):
            continue
        listed = exchange.result.get("prompts")
        if not isinstance(listed, list):
            yield Finding.about(
                exchange,
                message="prompts/list was not answered with an array of prompts",
                expected="a result with `prompts`, an array",
            )
            continue
        if (wrong := list(_ill_formed(read.revision, exchange, listed, seen))) == []:
            yield Kept(exchange.sent.event)
        yield from wrong


@rule(
    "prompts-list-connection-independent",
    "MUST NOT",
    CAPABILITIES,
    since=Revision.R2026_07_28,
    probes=(AGAIN,),
    otherwise="the prompts were not listed completely on two connections",
)
def list_connection_independent(read: Reading) -> Observations:
    """The set of prompts varies neither by connection nor by what else was requested on it.

    Requests of one client may arrive over any connection. Looked at: the list before and after a
    prompt was got, then on another connection with the same credentials, and once more on the
    first. A set that has changed on the first connection meanwhile may have changed for
    everybody, and is no fault; nor is one that was the same there at an earlier time.
    """
    yield from connection_independent(read, LIST)


@rule(
    "prompts-name-unique",
    "implied",
    "server/prompts#prompt",
    otherwise="no prompt was listed",
)
def name_unique(read: Reading) -> Observations:
    """No two prompts of a server have the same name.

    The name is what a prompt is asked for by, so one of them can never be got. Looked at: each
    walk through the list, all its pages together. Names that differ in case are different.
    """
    yield from listed_once(read, LIST, "prompt")


@rule(
    "prompts-list-changed-sent",
    "SHOULD",
    "server/prompts#list-changed-notification",
    probes=(CHANGED,),
    otherwise=needs("prompts_changed"),
)
def list_changed_sent(read: Reading) -> Observations:
    """A server that declares `prompts.listChanged` tells its clients when the list has changed.

    A client that shows prompts as commands goes on showing those that are gone. Looked at: the
    list before and after a request that changes it, where a channel is open on which the client
    can be told. The notification has a second beyond the next answers; one that comes for several
    changes, or for none, is fine.
    """
    changes = [e for e in read.stimuli(CHANGED, "change") if not e.sent.message.is_response]
    before = walked(read, CHANGED, "before", LIST)
    after = walked(read, CHANGED, "after", LIST)
    if not changes or before is None or after is None:
        return
    asked = changes[0].sent.event
    if not read.declares("prompts.listChanged"):
        yield Untested("`prompts.listChanged` is not declared")
    elif before.set == after.set:
        yield Untested("the request that was to change the list of prompts did not change it")
    elif any(said.event.seq > asked.seq for said in read.notifications(NOTIFIED)):
        yield Kept(asked)
    elif not _can_be_told(read, asked.session, asked.seq):
        yield Untested("no channel was open on which the server could have told")
    else:
        yield Finding(
            message="the list of prompts changed, and no notification came",
            expected=NOTIFIED,
            actual=f"before: {before.shown}; after: {after.shown}; no notification",
            events=(*before.evidence, *changes[0].evidence, *after.evidence),
        )


def _ill_formed(
    revision: Revision, exchange: Exchange, listed: list[Json], seen: set[bytes]
) -> Iterator[Finding]:
    """What is wrong with the prompts of one page that no page before had."""
    for prompt in listed:
        if (text := encode(prompt)) in seen:
            continue
        seen.add(text)
        judged = prompt
        if isinstance(prompt, dict):
            judged = {name: member for name, member in prompt.items() if name != "icons"}
        for problem in problems(revision, "Prompt", judged):
            yield Finding(
                message=f"the prompt {quote(as_object(prompt).get('name'))} is ill-formed: "
                f"{problem}",
                expected="a well-formed prompt",
                actual=str(problem),
                events=exchange.evidence,
            )


def _can_be_told(read: Reading, session: str, at: int) -> bool:
    """Whether the server had a way to notify the client when the list changed."""
    if read.revision.era is Era.STATELESS:
        heard = read.notifications("notifications/subscriptions/acknowledged")
        return any(_agreed(said.message.params) for said in heard if said.event.seq < at)
    if read.transport != "http":
        return True
    return any(
        http.method == "GET"
        and http.is_stream
        and http.request.session == session
        and http.request.seq < at
        and (http.end is None or http.end.seq > at)
        for http in read.http()
    )


def _agreed(acknowledged: JsonObject) -> bool:
    return as_object(acknowledged.get("notifications")).get("promptsListChanged") is True
