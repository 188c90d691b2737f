"""URLs of ours that a client should not fetch, or whose fetching is looked at."""

from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from typing import Final

from mcp_proof.judge.credentials import hiding_credentials
from mcp_proof.judge.notes import Notes
from mcp_proof_contracts.json_value import Json, JsonObject
from mcp_proof_contracts.secrets.headers import shown_headers
from mcp_proof_contracts.transcript import CANARIES, EventKind, Sender
from mcp_proof_contracts.wire import encode
from mcp_proof_mocks.http.listening import listening
from mcp_proof_mocks.http.messages import JSON, HttpRequest, HttpResponse, Responder

LEADS_AWAY: Final = "leads-away"
"""The last segment of a path that is answered with a redirect to another host: this machine's
other name."""
MOST: Final = 100
"""Requests that are noted: a loop that fetches is shown by its beginning."""


@asynccontextmanager
async def watching(notes: Notes, answers: Mapping[str, JsonObject]) -> AsyncGenerator[str]:
    """Note down who fetches what while the block runs; gives the URL of all canaries.

    The name of a canary is the first segment of the path, and the label of what is noted.
    """
    noted = 0

    async def answer(request: HttpRequest, responder: Responder) -> None:
        nonlocal noted
        noted += 1
        name = request.path.strip("/").partition("/")[0].partition("?")[0]
        if noted <= MOST:
            headers: dict[str, Json] = dict(shown_headers(request.fields))
            data: dict[str, Json] = {"method": request.method, "path": request.path}
            session = f"{CANARIES}{name}"
            notes.add(EventKind.HTTP_REQUEST, session, Sender.CLIENT, {**data, "headers": headers})
        responder.respond(_answer(request, answers.get(name, {})))

    async with listening(hiding_credentials(answer, notes.mask), "127.0.0.1", 0) as bound:
        yield f"http://127.0.0.1:{bound.port}"


def _answer(request: HttpRequest, body: JsonObject) -> HttpResponse:
    folder, _, last = request.path.partition("?")[0].rpartition("/")
    if last != LEADS_AWAY:
        return HttpResponse(status=200, headers=JSON, body=encode(body))
    port = request.headers.get("host", "").rpartition(":")[2]
    elsewhere = f"http://localhost:{port}{folder}/arrived"
    return HttpResponse(status=302, headers={"Location": elsewhere})
