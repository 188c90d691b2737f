"""Authorization: what a token allows, and what becomes of it."""

from http import HTTPStatus
from typing import Final

from mcp_proof_contracts.exchange import Exchange
from mcp_proof_contracts.occasion import needs
from mcp_proof_contracts.reading import Reading
from mcp_proof_contracts.revision import Revision
from mcp_proof_contracts.rule import Finding, Kept, Observations, Untested, rule
from mcp_proof_contracts.rules.authorization.traffic import (
    PAGE,
    SCOPES,
    all_challenges,
    challenges_in,
    told,
)

LITTLE: Final = "little_scope"
BROAD: Final = "broad_scope"
PASSTHROUGH: Final = "authorization-passthrough"


@rule(
    "auth-insufficient-403",
    "MUST",
    f"{PAGE}#error-handling",
    since=Revision.R2025_03_26,
    transport="http",
    probes=(SCOPES,),
    otherwise=f"{needs('scoped')}, and a token whose scope is too little for it: "
    "verify.tokens.little_scope names its environment variable",
)
def insufficient_403(read: Reading) -> Observations:
    """A request that takes more scope than the token has is answered with 403.

    By it a client knows that the token is good, and that another one would be better. Looked at:
    a request that the server serves with more scope, sent with a token that the user says has too
    little, and that is good for other requests, or refused for all of them in this way.
    """
    for exchange in read.stimuli(SCOPES, f"{LITTLE} elsewhere"):
        if exchange.status == HTTPStatus.FORBIDDEN:
            yield Kept(exchange.sent.event)
        elif not exchange.served:
            yield Untested("the token little_scope is refused for other requests too")
    for exchange in read.stimuli(SCOPES, LITTLE):
        if not _served(read, f"{LITTLE} elsewhere"):
            continue
        elif not (_served(read, "the token") or _served(read, BROAD)):
            yield Untested("the request is refused with more scope too")
        elif exchange.status == HTTPStatus.FORBIDDEN:
            yield Kept(exchange.sent.event)
        elif exchange.served or told(exchange):
            message = (
                "a request is served for which the token has too little scope"
                if exchange.served
                else "too little scope is refused, but not with 403"
            )
            yield Finding.about(exchange, message=message, expected="403")


@rule(
    "auth-scope-hierarchy",
    "MUST",
    f"{PAGE}#step-up-authorization-flow",
    since=Revision.R2026_07_28,
    transport="http",
    probes=(SCOPES,),
    otherwise=f"{needs('scoped')}, and a token with a broader scope: verify.tokens.broad_scope "
    "names its environment variable",
)
def scope_hierarchy(read: Reading) -> Observations:
    """A token with a broader scope is enough for what takes a narrower one that it implies.

    Otherwise users are sent to consent to what they have consented to. Looked at: requests with a
    token that the user says has a broader scope than any operation takes. It counts where the
    server demands scopes, and a refusal where it says that the scope is not enough.
    """
    demanded = any(challenge.scopes() for _, challenge in all_challenges(read))
    for case in (BROAD, f"{BROAD} elsewhere"):
        for exchange in read.stimuli(SCOPES, case):
            if exchange.served and demanded:
                yield Kept(exchange.sent.event)
            elif _is_too_little(exchange):
                yield Finding.about(
                    exchange,
                    message=f"{exchange.sent.message.method} is refused for want of scope, though "
                    "the token has a broader one",
                    expected="a broader scope to be enough",
                )
            else:
                yield Untested(
                    "the broader token is refused for another reason, or no scope is demanded"
                )


@rule(
    "auth-no-token-passthrough",
    "MUST NOT",
    "authorization/security#access-token-privilege-restriction",
    since=Revision.R2025_06_18,
    transport="http",
    probes=(PASSTHROUGH,),
    otherwise=f"{needs('upstream')}; the run needs a bearer token of its own",
)
def no_token_passthrough(read: Reading) -> Observations:
    """A server does not pass the token of its client on to other services.

    They would take the server for the user, and could use the token elsewhere. Looked at: what
    comes to a URL of ours on this machine that a tool fetches: the token anywhere in its head.
    """
    for exchange in read.stimuli(PASSTHROUGH):
        fetched = list(read.fetched(PASSTHROUGH))
        if not fetched:
            yield Untested("the tool did not fetch the URL of ours")
        for event in fetched:
            if event.data.get("tells_secret") is True:
                yield Finding(
                    message="the token of the client is passed on to the URL that a tool fetches",
                    expected="a token of the server's own, or none",
                    actual=f"{event.data.get('method')} with the token of the client",
                    events=(*exchange.evidence, event),
                )
            elif event.data.get("tells_secret") is False:
                yield Kept(exchange.sent.event)


def _served(read: Reading, case: str) -> bool:
    return any(each.served for each in read.stimuli(SCOPES, case))


def _is_too_little(exchange: Exchange) -> bool:
    if exchange.status != HTTPStatus.FORBIDDEN or exchange.http is None:
        return False
    said = challenges_in(exchange.http)
    return any(each.parameters.get("error") == "insufficient_scope" for each in said)
