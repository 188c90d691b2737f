"""Authorization: what a server says in `WWW-Authenticate` to whom it turns away."""

from http import HTTPStatus
from typing import Final

from mcp_proof_contracts.authorization_metadata import NAMED_BY, named_metadata
from mcp_proof_contracts.occasion import needs
from mcp_proof_contracts.reading import Reading
from mcp_proof_contracts.revision import Revision
from mcp_proof_contracts.rule import Finding, Kept, Observations, Untested, rule
from mcp_proof_contracts.rules.authorization.traffic import (
    FOREIGN,
    METADATA,
    PAGE,
    SCOPES,
    UNPROTECTED,
    absent,
    all_challenges,
    challenges_in,
    documents,
    is_oauth,
    scopes_of,
    unauthorized,
)

DISCOVERY: Final = "authorization/discovery#protected-resource-metadata-discovery-requirements"
WELL_KNOWN: Final = ("path", "root")
LITTLE: Final = "little_scope"
OFFLINE: Final = "offline_access"


@rule(
    "auth-www-authenticate-metadata",
    "MUST",
    DISCOVERY,
    since=Revision.R2025_06_18,
    transport="http",
    probes=(METADATA,),
    otherwise=UNPROTECTED,
)
def www_authenticate_metadata(read: Reading) -> Observations:
    """A response with 401 leads to the resource metadata.

    In 2025-06-18 by `resource_metadata` in `WWW-Authenticate`; later the metadata may be at a
    well-known path of the server instead. Judged where something shows that OAuth is meant, for a
    server may demand credentials of another kind.
    """
    strict = read.revision < Revision.R2025_11_25
    asked = [each for where in WELL_KNOWN for each in read.http(METADATA, where)]
    for exchange in unauthorized(read):
        if named_metadata(str(exchange.headers.get("www-authenticate", ""))):
            yield Kept(exchange.request)
        elif not is_oauth(read):
            yield Untested(FOREIGN)
        elif strict:
            yield Finding.about(
                exchange,
                message="401 came without resource_metadata in WWW-Authenticate",
                expected="WWW-Authenticate with the URL of the resource metadata",
            )
        elif any(where in documents(read) for where in WELL_KNOWN):
            yield Kept(exchange.request)
        elif asked and all(absent(each) for each in asked):
            yield Finding.about(
                exchange,
                message="401 does not tell where the resource metadata are, and none are at the "
                "well-known paths",
                expected="resource_metadata in WWW-Authenticate, or metadata at a well-known path",
            )
        else:
            yield Untested("the well-known paths did not answer")


@rule(
    "auth-www-authenticate-scope",
    "SHOULD",
    f"{PAGE}#scope-selection-strategy",
    since=Revision.R2025_11_25,
    transport="http",
    probes=(METADATA,),
    otherwise=UNPROTECTED,
)
def www_authenticate_scope(read: Reading) -> Observations:
    """The challenge of a response with 401 names the scopes that the request takes.

    Otherwise clients ask for all scopes that there are, and so for more than they need. Judged
    where the server has scopes: it names some in its metadata, or in another challenge.
    """
    known = any(challenge.scopes() for _, challenge in all_challenges(read)) or any(
        scopes_of(document) for document in documents(read).values()
    )
    for exchange in unauthorized(read):
        if any(challenge.scopes() for challenge in challenges_in(exchange)):
            yield Kept(exchange.request)
        elif known:
            yield Finding.about(
                exchange,
                message="the challenge names no scope",
                expected="scope in WWW-Authenticate",
            )
        else:
            yield Untested("nothing shows that the server has scopes")


@rule(
    "auth-insufficient-scope-challenge",
    "SHOULD",
    f"{PAGE}#runtime-insufficient-scope-errors",
    since=Revision.R2025_11_25,
    transport="http",
    probes=(SCOPES,),
    otherwise=f"{needs('scoped')}, and a token whose scope is too little for it: "
    "verify.tokens.little_scope names its environment variable",
)
def insufficient_scope_challenge(read: Reading) -> Observations:
    """A response with 403 says that the scope is too little, which is needed, and who grants it.

    By `error="insufficient_scope"`, `scope` and `resource_metadata` in the `WWW-Authenticate` of
    the scheme Bearer a client knows what to ask for; without them it can only give up.
    """
    for exchange in read.http(SCOPES):
        if exchange.status != HTTPStatus.FORBIDDEN or not exchange.case.startswith(LITTLE):
            continue
        said = [challenge.parameters for challenge in challenges_in(exchange)]
        lacking = [
            name
            for name in ("scope", NAMED_BY)
            if not any(parameters.get(name) for parameters in said)
        ]
        if not any(parameters.get("error") == "insufficient_scope" for parameters in said):
            lacking = ['error="insufficient_scope"', *lacking]
        if not lacking:
            yield Kept(exchange.request)
        else:
            yield Finding.about(
                exchange,
                message=f"403 for too little scope has no {' and no '.join(lacking)} in "
                "WWW-Authenticate",
                expected='Bearer with error="insufficient_scope", scope and resource_metadata',
            )


@rule(
    "auth-no-offline-access",
    "SHOULD NOT",
    f"{PAGE}#refresh-tokens",
    since=Revision.R2026_07_28,
    transport="http",
    probes=(METADATA,),
    otherwise=UNPROTECTED,
)
def no_offline_access(read: Reading) -> Observations:
    """Neither challenges nor `scopes_supported` of the metadata name `offline_access`.

    Refresh tokens are between a client and the authorization server. No resource takes that
    scope, and clients that ask for all they are told of would get more than they need.
    """
    for exchange, challenge in all_challenges(read):
        if OFFLINE in challenge.scopes():
            yield Finding.about(
                exchange, message="a challenge asks for offline_access", expected="scopes without"
            )
        elif challenge.scopes():
            yield Kept(exchange.request)
    for document in documents(read).values():
        if OFFLINE in scopes_of(document):
            yield Finding(
                message="scopes_supported of the resource metadata has offline_access",
                expected="scopes without",
                actual=" ".join(scopes_of(document)),
                events=document.exchange.evidence,
            )
        elif scopes_of(document):
            yield Kept(document.exchange.request)
    if unauthorized(read):
        yield Untested("neither a challenge nor resource metadata name scopes")
