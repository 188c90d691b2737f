"""Client capabilities of 2026-07-28: each request says what its client can, and no other does."""

from collections import defaultdict
from http import HTTPStatus
from typing import Final

from mcp_proof_contracts.error_codes import MISSING_CAPABILITY
from mcp_proof_contracts.exchange import Exchange
from mcp_proof_contracts.headers import META_CAPABILITIES, TASKS
from mcp_proof_contracts.json_value import JsonObject
from mcp_proof_contracts.questions import ASKING_METHODS
from mcp_proof_contracts.reading import Reading
from mcp_proof_contracts.revision import Revision
from mcp_proof_contracts.rule import Finding, Kept, Observations, Untested, rule
from mcp_proof_contracts.rules.client.extensions import spoken_without_extension
from mcp_proof_contracts.rules.jsonrpc.spoken import with_errors
from mcp_proof_contracts.schema import problems
from mcp_proof_contracts.transcript import Sender
from mcp_proof_contracts.wire import as_object

PAGE: Final = "basic#meta"
SINCE: Final = Revision.R2026_07_28
NO_OCCASION: Final = (
    "needs a request that asks the client, or takes a capability: none was seen; name one in a "
    "contract file, under verify.occasions.elicitation, sampling, roots or capability"
)
NOT_MISSED: Final = f"no request was refused with {MISSING_CAPABILITY}"
CORE: Final = ("complete", "input_required")
"""The types of results that need no extension."""


@rule(
    "capability-missing-error",
    "MUST",
    PAGE,
    since=SINCE,
    probes=("undeclared",),
    otherwise=NO_OCCASION,
)
def capability_missing_error(read: Reading) -> Observations:
    """A request that takes a capability the client did not declare is refused with -32021.

    The client learns from it what to declare, and tries again. Looked at: requests known to ask
    the client, or to take a capability, sent once without capabilities and again with them. Where
    the second asks, the first may be refused by that code alone; an answer without asking is no
    fault, for then the request did not take the capability.
    """
    for trial in read.derived(_trials).values():
        bare, declared = trial.get("none"), trial.get("declared")
        if bare is None or declared is None or not _takes(bare, declared) or _asked(bare):
            continue
        if bare.error_code == MISSING_CAPABILITY:
            yield Kept(bare.sent.event)
        elif bare.answered_by_error or bare.result.get("isError") is True:
            yield Finding(
                message="a request that takes an undeclared capability fails in another way",
                expected=f"error {MISSING_CAPABILITY} with `data.requiredCapabilities`",
                actual=bare.outcome,
                events=(*bare.evidence, *declared.evidence),
            )
        elif bare.served:
            yield Untested("the server does without what the client did not declare")


@rule("capability-missing-data", "schema", PAGE, since=SINCE, otherwise=NOT_MISSED)
def capability_missing_data(read: Reading) -> Observations:
    """Error -32021 names the missing capabilities in `data.requiredCapabilities`.

    They stand there as a client declares them, so that it can merge them into its own. Looked at:
    the object by the schema of client capabilities, and that it names any. Whether the client had
    declared them all is for `jsonrpc-error-code-defined-meaning`.
    """
    for exchange in _refused(read):
        assert exchange.reply is not None
        data = as_object(exchange.reply.message.error.get("data"))
        required = data.get("requiredCapabilities")
        wrong = [str(each) for each in problems(read.revision, "ClientCapabilities", required)]
        if not wrong and required == {}:
            wrong = ["names no capability"]
        for problem in wrong:
            yield Finding.about(
                exchange,
                message=f"`data.requiredCapabilities` of a {MISSING_CAPABILITY}: {problem}",
                expected='the missing capabilities, such as {"elicitation": {}}',
            )
        if not wrong:
            yield Kept(exchange.reply.event)


@rule(
    "capability-missing-http-400", "MUST", PAGE, since=SINCE, transport="http", otherwise=NOT_MISSED
)
def capability_missing_http_400(read: Reading) -> Observations:
    """Error -32021 has the HTTP status 400.

    Gateways and clients tell by the status that the request itself has to change.
    """
    for exchange in _refused(read):
        if exchange.status == HTTPStatus.BAD_REQUEST:
            yield Kept(exchange.sent.event)
        elif exchange.status is not None:
            yield Finding.about(
                exchange,
                message=f"{MISSING_CAPABILITY} came with HTTP {exchange.status}",
                expected="HTTP 400",
            )


@rule(
    "stateless-capabilities-not-remembered",
    "MUST NOT",
    "basic#statelessness",
    since=SINCE,
    probes=("undeclared",),
    otherwise=NO_OCCASION,
)
def capabilities_not_remembered(read: Reading) -> Observations:
    """What one request declares is not taken as declared by the next on the same connection.

    The next may be another client's, behind the same gateway. Looked at: a request known to ask
    the client, on a new connection: without capabilities, with them, and without them again. Only
    a server that asks in the end, and did not in the beginning, has remembered; one that
    asks anyhow is named by the rules for each capability.
    """
    for trial in read.derived(_trials).values():
        bare, declared, later = (trial.get(name) for name in ("none", "declared", "later"))
        if bare is None or declared is None or later is None or not _takes(bare, declared):
            continue
        if _asked(bare):
            yield Untested("the server asks whether the client declares it or not")
        elif _asked(later) or (bare.error_code == MISSING_CAPABILITY and later.served):
            yield Finding(
                message="a capability that only the request before declared is relied on",
                expected="the answer to the first request, which declared nothing either",
                actual=later.outcome,
                events=(*bare.evidence, *declared.evidence, *later.evidence),
            )
        elif later.answer is not None:
            yield Kept(later.sent.event)


@rule(
    "extension-fallback",
    "MUST",
    "versioning#extension-negotiation",
    side="both",
    since=SINCE,
    otherwise="no side declares an extension that the other one lacks, and was served",
)
def extension_fallback(read: Reading) -> Observations:
    """Who does not have an extension is spoken to as the core protocol has it, or gets an error.

    It cannot read anything else. Looked at: results of calls, prompts and resources for requests
    that declare no extension, where the server declares some; a `resultType` that the core does
    not know is a finding. That of the tasks extension has a rule of its own. Of clients that
    declare an extension which the server does not: their requests; those of the tasks extension
    are findings where it is the one.
    """
    if read.peer is Sender.CLIENT:
        yield from spoken_without_extension(read)
        return
    extensions = as_object(read.capabilities.get("extensions"))
    if not extensions:
        return
    for method in ASKING_METHODS:
        for exchange in read.results(method):
            kind = exchange.result.get("resultType")
            if as_object(_declared(exchange).get("extensions")) or not isinstance(kind, str):
                continue
            if kind in CORE:
                yield Kept(exchange.sent.event)
            elif kind != "task" or TASKS not in extensions:
                yield Finding.about(
                    exchange,
                    message=f"a client without extensions got a result of type {kind!r}",
                    expected=" or ".join(CORE),
                )


def _trials(read: Reading) -> dict[str, dict[str, Exchange]]:
    """The requests that differ by what they declare, by occasion and then by what they declare."""
    trials: dict[str, dict[str, Exchange]] = defaultdict(dict)
    for exchange in read.stimuli("undeclared"):
        declared, _, occasion = exchange.case.partition("-")
        trials[occasion][declared] = exchange
    return trials


def _takes(bare: Exchange, declared: Exchange) -> bool:
    """Whether a request takes a capability: declared, it asks, or is no longer refused for it."""
    return _asked(declared) or (bare.error_code == MISSING_CAPABILITY and declared.served)


def _asked(exchange: Exchange) -> bool:
    """Whether it was answered by questions."""
    return bool(as_object(exchange.result.get("inputRequests")))


def _refused(read: Reading) -> list[Exchange]:
    return read.derived(_missing)


def _missing(read: Reading) -> list[Exchange]:
    return [each for each in with_errors(read) if each.error_code == MISSING_CAPABILITY]


def _declared(exchange: Exchange) -> JsonObject:
    meta = as_object(exchange.sent.message.params.get("_meta"))
    return as_object(meta.get(META_CAPABILITIES))
