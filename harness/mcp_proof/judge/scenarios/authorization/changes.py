"""Servers that refuse a token which they accepted before."""

from http import HTTPStatus

from mcp_proof.judge.scenario import scenario
from mcp_proof.judge.scenarios.authorization.protected import HTTP, protect
from mcp_proof.judge.stage import Stage
from mcp_proof_contracts.revision import Revision
from mcp_proof_contracts.wire import parse
from mcp_proof_mocks.http.messages import HttpRequest, HttpResponse, Responder
from mcp_proof_mocks.http.protocol import Application


@scenario(
    "auth-token-revoked",
    "auth-client-handles-401",
    since=Revision.R2025_03_26,
    transports=HTTP,
)
def token_revoked(stage: Stage) -> None:
    """The token is refused from the first call of a tool on."""
    protect(stage)
    revoked: set[str] = set()

    async def refuse(request: HttpRequest, responder: Responder, server: Application) -> None:
        presented = request.headers.get("authorization", "")
        called = parse(request.body).method == "tools/call"
        if presented and called and not revoked:
            revoked.add(presented)
        if presented in revoked:
            host = f"{request.scheme}://{request.headers.get('host', '')}"
            named = f"{host}/.well-known/oauth-protected-resource{request.path.partition('?')[0]}"
            challenge = f'Bearer error="invalid_token", resource_metadata="{named}"'
            headers = {"WWW-Authenticate": challenge}
            responder.respond(HttpResponse(status=HTTPStatus.UNAUTHORIZED, headers=headers))
            return
        await server(request, responder)

    stage.intercept(refuse)


@scenario(
    "auth-server-moves",
    "auth-client-as-binding",
    "auth-client-token-origin",
    since=Revision.R2025_06_18,
    transports=HTTP,
)
def server_moves(stage: Stage) -> None:
    """After the first request another authorization server is in charge."""
    protect(stage, "no-client-documents", "server-moves")
