"""Streamable HTTP: the forms of an answer, and sessions."""

from http import HTTPStatus
from typing import Final

from mcp_proof.judge.as_stream import calls_answered, one_event
from mcp_proof.judge.scenario import scenario
from mcp_proof.judge.scenarios.ordinary import ECHO
from mcp_proof.judge.stage import Stage
from mcp_proof.judge.staged_endpoint import Before
from mcp_proof_contracts.json_value import Json, JsonObject
from mcp_proof_contracts.revision import Revision
from mcp_proof_contracts.wire import parse
from mcp_proof_mocks.http.messages import HttpRequest, HttpResponse, Responder
from mcp_proof_mocks.http.protocol import Application

FIRST: Final = Revision.R2025_03_26
LAST: Final = Revision.R2025_11_25
SMALL: Final = 40
"""Bytes of the pieces in which odd streams arrive."""
SLOW: Final[JsonObject] = {
    "name": "slow",
    "description": "Takes a second.",
    "inputSchema": {"type": "object"},
    "steps": [{"delay": 1000}],
    "answer": {"text": "At last."},
}
ASKING: Final[JsonObject] = {
    "name": "asking",
    "description": "Asks for the roots first.",
    "inputSchema": {"type": "object"},
    "steps": [{"ask": {"roots": {"method": "roots/list"}}}],
    "answer": {"text": "Thanks."},
}


def say_hello(stage: Stage, times: int = 1) -> None:
    """Have the client call the echo tool, each time in the same way."""
    for _ in range(times):
        stage.wish("call", tool="echo", arguments={"message": "hello"})


@scenario(
    "http-json-and-sse", "http-client-handles-json-and-sse", since=FIRST, transports=("http",)
)
def json_and_sse(stage: Stage) -> None:
    """The same call is answered by JSON, by an event stream, and by JSON again."""
    stage.tools(ECHO)
    calls_answered(stage, None, one_event)
    say_hello(stage, 3)


@scenario("http-odd-streams", "http-client-handles-json-and-sse", since=FIRST, transports=("http",))
def odd_streams(stage: Stage) -> None:
    """Event streams end lines by CRLF or CR, spread a message over lines, and come in bits."""
    stage.tools(ECHO)
    calls_answered(
        stage,
        None,
        lambda text: [f"event: message\r\ndata:{text}\r\n\r\n".encode()],
        lambda text: [f"data: {text}\r\r".encode()],
        lambda text: [f"note: x\ndata: {text[:1]}\ndata: {text[1:]}\n\n".encode()],
    )
    stage.cut(lambda data: [data[i : i + SMALL] for i in range(0, len(data), SMALL)])
    say_hello(stage, 4)


@scenario(
    "http-no-listening",
    "http-client-tolerates-405-get",
    since=FIRST,
    until=LAST,
    transports=("http",),
)
def no_listening(stage: Stage) -> None:
    """The server offers no stream to listen on: GET is answered with 405."""

    async def refuse(request: HttpRequest, responder: Responder, application: Application) -> None:
        if request.method == "GET":
            refusal = HttpResponse(status=HTTPStatus.METHOD_NOT_ALLOWED, headers={"Allow": "POST"})
            responder.respond(refusal)
        else:
            await application(request, responder)

    stage.tools(ECHO)
    stage.intercept(refuse)
    stage.wish("list", what="tools")
    say_hello(stage)


@scenario(
    "http-session-lost",
    "session-client-404-reinitializes",
    since=FIRST,
    until=LAST,
    transports=("http",),
)
def session_lost(stage: Stage) -> None:
    """The server forgets the session before the second of three calls: 404 from then on."""
    stage.tools(ECHO)
    stage.intercept(_forgetful())
    say_hello(stage, 3)


@scenario(
    "http-cancelled",
    "http-client-cancel-explicit",
    since=FIRST,
    until=LAST,
    transports=("http",),
)
def cancelled(stage: Stage) -> None:
    """The user gives up a slow call, and goes on with another."""
    stage.tools(SLOW, ECHO)
    stage.suspend("http-disconnect-not-cancel")  # so that the mock notes who closes a response
    stage.wish("call", tool="slow", arguments={}, cancel_after=0.1)
    say_hello(stage)


@scenario(
    "http-asked-meanwhile",
    "http-client-batch-composition",
    since=FIRST,
    until=LAST,
    transports=("http",),
)
def asked_meanwhile(stage: Stage) -> None:
    """A tool asks the client for its roots before it answers."""
    stage.tools(ASKING)
    stage.wish("call", tool="asking", arguments={})


@scenario(
    "http-odd-names",
    "h26-client-mcp-name-encoded",
    since=Revision.R2026_07_28,
    transports=("http",),
)
def odd_names(stage: Stage) -> None:
    """A tool, a prompt and a resource have names that no header can carry as they are."""
    message: JsonObject = {"role": "user", "content": {"type": "text", "text": "Hello."}}
    names: list[Json] = ["grüße", "=?base64?eA==?="]
    stage.document |= {
        "tools": [{**ECHO, "name": names[0]}],
        "prompts": [{"name": names[1], "messages": [message]}],
        "resources": [{"uri": "memo://straße", "name": "street", "text": "Long."}],
    }
    stage.wish("call", tool=names[0], arguments={"message": "hello"})
    stage.wish("get-prompt", prompt=names[1], arguments={})
    stage.wish("read", uri="memo://straße")


def _forgetful() -> Before:
    calls = 0
    forgotten: set[str] = set()

    async def before(request: HttpRequest, responder: Responder, application: Application) -> None:
        nonlocal calls
        session = request.headers.get("mcp-session-id", "")
        if request.method == "POST" and parse(request.body).method == "tools/call":
            calls += 1
            forgotten.update([session] if calls == 2 else [])  # noqa: PLR2004  # the second call
        if session in forgotten:
            responder.respond(HttpResponse(status=HTTPStatus.NOT_FOUND))
        else:
            await application(request, responder)

    return before
