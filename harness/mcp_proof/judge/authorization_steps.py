"""What a client does on its way to a token, noted for the rules without its secrets."""

import json
import time
from collections.abc import Mapping
from typing import Final
from urllib.parse import parse_qsl

from mcp_proof.judge.notes import Notes
from mcp_proof.judge.pseudonyms import Pseudonyms
from mcp_proof.judge.shown_step import Shown
from mcp_proof_contracts.authorization_steps import (
    AUTHORIZATION,
    GIVEN,
    OTHER,
    REGISTRATION,
    REQUEST,
    RESOURCE_METADATA,
    SERVER_METADATA,
    SESSION,
    TOKEN,
)
from mcp_proof_contracts.challenge import challenges
from mcp_proof_contracts.json_value import Json, JsonObject
from mcp_proof_contracts.transcript import EventKind, Sender
from mcp_proof_contracts.wire import as_object, parse
from mcp_proof_mocks.http.mcp_routes import PATH
from mcp_proof_mocks.http.messages import HttpRequest, HttpResponse, Responder
from mcp_proof_mocks.http.protocol import Application

MOST: Final = 2_000
"""Steps that are noted: a loop is shown by its beginning."""
RESOURCE: Final = "/.well-known/oauth-protected-resource"
SERVER: Final = ("/.well-known/oauth-authorization-server", "/.well-known/openid-configuration")
ENDS: Final = {"/authorize": AUTHORIZATION, "/token": TOKEN, "/register": REGISTRATION}
"""How the paths of an authorization server end."""
ELSEWHERE: Final = "/metadata/"
"""Where resource metadata are that only a challenge tells of."""


def noting_steps(application: Application, notes: Notes, known: Mapping[str, Json]) -> Application:
    """Return the application, behind what notes the steps of clients there.

    `known` is what the client was told of itself before it began.
    """
    noting = AuthorizationSteps(application, notes)
    if known:
        noting.given(known)
    return noting


class AuthorizationSteps:
    """Stands before an application with authorization, and notes what clients do there."""

    def __init__(self, application: Application, notes: Notes) -> None:
        self._application = application
        self._notes = notes
        self._shown = Shown(Pseudonyms(notes.mask))
        self._noted = 0

    def given(self, known: Mapping[str, Json]) -> None:
        """Note what the client was told of itself before it began."""
        shown: JsonObject = {
            name: value for name, value in known.items() if name != "client_secret"
        }
        secret = self._shown.names.name("secret", str(known.get("client_secret") or ""))
        self._note({"step": GIVEN, "parameters": {**shown, "client_secret": secret}}, time.time())

    async def __call__(self, request: HttpRequest, responder: Responder) -> None:
        """Hand a request on, and note it with what comes back."""
        if not request.method or request.refusal is not None:
            await self._application(request, responder)
            return
        await self._application(request, Noting(responder, self, request))

    def answered(self, request: HttpRequest, response: HttpResponse, came: float) -> None:
        """Note a request and its response."""
        path, _, query = request.path.partition("?")
        step = self._step(request.method, path)
        data: dict[str, Json] = {
            "step": step,
            "method": request.method,
            "url": f"{request.scheme}://{request.headers.get('host', '')}{path}",
            "status": response.status,
        }
        if step == REQUEST:
            self._note({**data, **self._request(request, query, response)}, came)
            return
        data |= self._with_server(request, step, query)
        data["answer"] = self._answer(step, response)
        # What was issued is there from now on, not from when it was asked for.
        self._note(data, time.time())

    def _step(self, method: str, path: str) -> str:
        if path == PATH:
            return REQUEST
        if path.startswith((RESOURCE, ELSEWHERE)):
            return RESOURCE_METADATA
        if any(part in path for part in SERVER):
            return SERVER_METADATA
        step = next((kind for end, kind in ENDS.items() if path.endswith(end)), OTHER)
        return step if method in ("GET", "POST") else OTHER

    def _request(self, request: HttpRequest, query: str, response: HttpResponse) -> dict[str, Json]:
        """Return what is told of a request to the protected server."""
        message = parse(request.body)
        in_query = [value for _, value in parse_qsl(query)]
        scheme, _, credential = request.headers.get("authorization", "").partition(" ")
        names = self._shown.names
        said: dict[str, Json] = {
            "message": message.method,
            "tool": str(message.params.get("name", "")) if message.method == "tools/call" else "",
            "session": names.name("session", request.headers.get("mcp-session-id", "")),
            "scheme": scheme.lower(),
            "token": names.name("token", credential.strip()),
            "token_in_query": names.known_among("token", in_query),
        }
        field = _header(response, "www-authenticate")
        for challenge in challenges(field):
            said["challenge"] = {"scheme": challenge.scheme, **challenge.parameters}
            break
        return said

    def _with_server(self, request: HttpRequest, step: str, query: str) -> dict[str, Json]:
        """Return what is told of a request to the authorization server."""
        body = request.body.decode(errors="replace")
        if step == AUTHORIZATION:
            given = query if request.method == "GET" else body
            return {"parameters": self._shown.authorization(dict(parse_qsl(given)))}
        if step == TOKEN:
            basic = request.headers.get("authorization", "")
            return {"parameters": self._shown.token(dict(parse_qsl(body)), basic)}
        if step == REGISTRATION:
            return {"parameters": self._shown.registration(_object(request.body))}
        return {}

    def _answer(self, step: str, response: HttpResponse) -> JsonObject:
        if step == AUTHORIZATION:
            _, _, query = _header(response, "location").partition("?")
            return self._shown.redirect(dict(parse_qsl(query)))
        if step == TOKEN:
            return self._shown.issued(_object(response.body))
        if step == REGISTRATION:
            return self._shown.registered(_object(response.body))
        if step in (RESOURCE_METADATA, SERVER_METADATA):
            return _object(response.body)  # the mock's own words, and public
        return {}

    def _note(self, data: Mapping[str, Json], at: float) -> None:
        self._noted += 1
        if self._noted <= MOST:
            self._notes.add(EventKind.AUTHORIZATION, SESSION, Sender.CLIENT, {**data}, at)


class Noting:
    """Passes a response on, once it was looked at."""

    def __init__(
        self, responder: Responder, steps: AuthorizationSteps, request: HttpRequest
    ) -> None:
        self._responder = responder
        self._steps = steps
        self._request = request
        self._came = time.time()
        self.write = responder.write
        self.end = responder.end
        self.abort = responder.abort
        self.ended = responder.ended

    def respond(self, response: HttpResponse) -> None:
        """Note the response, and send it."""
        self._steps.answered(self._request, response, self._came)
        self._responder.respond(response)


def _header(response: HttpResponse, wanted: str) -> str:
    return next((v for name, v in response.headers.items() if name.lower() == wanted), "")


def _object(body: bytes) -> JsonObject:
    try:
        return as_object(json.loads(body))
    except (ValueError, RecursionError):
        return {}
