"""Tokens that are out of date, never taken, or do not allow it."""

from http import HTTPStatus

from mcp_proof.judge.scenario import scenario
from mcp_proof.judge.stage import Stage
from mcp_proof.judge.staged_endpoint import Take
from mcp_proof.judge.taking import ALWAYS, HTTP, calls_in, failing, tool
from mcp_proof_contracts.json_value import JsonObject
from mcp_proof_mocks.http.messages import HttpRequest, HttpResponse

OLD, NEW = "first-token", "second-token"
NOBODY = "a token that nobody has"


@scenario(
    "token-out-of-date",
    "client-token-refreshed",
    "client-token-own-server",
    promise="token_refresh",
    transports=HTTP,
)
def out_of_date(stage: Stage) -> None:
    """The token that the client has is no longer taken, a new one is; another server wants none."""
    _guarded(stage, _taking(NEW))
    stage.also("other", {"tools": [tool("search", "query")]})
    stage.wish("call", tool="search", arguments={"query": "two"}, server="other")


@scenario("token-never-taken", "client-token-refreshed", promise="token_refresh", transports=HTTP)
def never_taken(stage: Stage) -> None:
    """No token is taken, be it as new as it may."""
    _guarded(stage, _taking(NOBODY))


@scenario("token-not-enough", "client-token-403-final", promise="token_refresh", transports=HTTP)
def not_enough(stage: Stage) -> None:
    """The token is good, and its owner may not call the tool."""
    _guarded(stage, failing({"search": ALWAYS}, HTTPStatus.FORBIDDEN))


def _guarded(stage: Stage, take: Take) -> None:
    stage.tools(tool("search", "query"))
    stage.take(take)
    stage.canary("token")
    stage.canary_answers["token"] = {"access_token": NEW, "token_type": "Bearer"}
    stage.tell(_authorization)
    stage.wish("call", tool="search", arguments={"query": "one"})


def _authorization(stage: Stage) -> JsonObject:
    return {"authorization": {"token": OLD, "token_url": f"{stage.canary_url}/token"}}


def _taking(token: str) -> Take:
    async def take(request: HttpRequest) -> HttpResponse | None:
        if not calls_in(request) or request.headers.get("authorization") == f"Bearer {token}":
            return None
        headers = {"WWW-Authenticate": 'Bearer error="invalid_token"'}
        return HttpResponse(status=HTTPStatus.UNAUTHORIZED, headers=headers)

    return take
