"""The mock as an ASGI application, to mount in another one or to run under any ASGI server."""

import asyncio
from collections.abc import Collection
from http import HTTPStatus
from typing import Final

from mcp_proof_mocks.asgi_types import AsgiApp, AsgiMessage, Receive, Send
from mcp_proof_mocks.http.endpoint import HttpEndpoint
from mcp_proof_mocks.http.messages import HttpRequest, HttpResponse
from mcp_proof_mocks.http.request_reader import MAX_BODY
from mcp_proof_mocks.server import MockServer
from mcp_proof_mocks.stream.choice import refuse_without_relay

SECURE: Final = {"wss": "https"}


def asgi_app(server: MockServer, hosts: Collection[str] | None = None) -> AsgiApp:
    """Return the application; below its mount it serves the paths of the server's dialect.

    `hosts` are the names that `Host` and `Origin` may have besides those of this machine and of
    the contract; they may grow. Without them any `Host` is answered, for a server checks it.

    Raises:
        FaultTextError: the server has stream faults, and nothing would disturb the bytes.
    """
    refuse_without_relay(server.stream_faults)
    endpoint = HttpEndpoint(server)
    if hosts is None:
        endpoint.access.any_host = True
    else:
        endpoint.access.hosts = hosts

    async def app(scope: AsgiMessage, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            await _serve(endpoint, scope, receive, send)
        elif scope["type"] == "lifespan":
            await _live(server, receive, send)
        elif scope["type"] == "websocket" and endpoint.routes.scheme == "ws":
            from mcp_proof_mocks.asgi_socket import converse  # noqa: PLC0415  # few mocks have one

            asked = {**scope, "method": "GET", "scheme": SECURE.get(scope["scheme"], "http")}
            await converse(endpoint, scope, _request(asked, b""), receive, send)
        else:
            raise ValueError(f"the mock serves {endpoint.routes.scheme}, not {scope['type']}")

    return app


class AsgiResponder:
    """Turns a response into ASGI messages, which `deliver` sends as they come about."""

    def __init__(self) -> None:
        self._ended = asyncio.Event()
        self._messages: asyncio.Queue[AsgiMessage | None] = asyncio.Queue()

    def respond(self, response: HttpResponse) -> None:
        """Send the head, and the whole body unless a stream follows."""
        fields = dict(response.headers)
        if not response.stream:
            fields["Content-Length"] = str(len(response.body))
        headers = [(k.lower().encode(), v.encode("latin-1")) for k, v in fields.items()]
        self._messages.put_nowait(
            {"type": "http.response.start", "status": response.status, "headers": headers}
        )
        if not response.stream:
            self._body(response.body)

    def write(self, data: bytes) -> None:
        """Send one piece of a stream."""
        self._body(data, more=True)

    def end(self) -> None:
        """End a stream."""
        self._ended.set()
        self._body(b"")

    def abort(self) -> None:
        """Leave the response unfinished, upon which an ASGI server cuts the connection."""
        self._messages.put_nowait(None)

    async def ended(self) -> None:
        """Wait until the stream is ended."""
        await self._ended.wait()

    async def deliver(self, send: Send) -> None:
        """Send the response to its end."""
        while (message := await self._messages.get()) is not None:
            await send(message)
            if message.get("more_body") is False:
                return

    def _body(self, data: bytes, *, more: bool = False) -> None:
        self._messages.put_nowait({"type": "http.response.body", "body": data, "more_body": more})


async def _serve(endpoint: HttpEndpoint, scope: AsgiMessage, receive: Receive, send: Send) -> None:
    """Answer one request, until the response is complete or its client has left."""
    body = await _body(receive)
    if body is None:
        return
    responder = AsgiResponder()
    request = _request(scope, body)
    answering = asyncio.create_task(endpoint(request, responder))
    delivering = asyncio.create_task(responder.deliver(send))
    leaving = asyncio.create_task(_departure(receive))
    try:
        await asyncio.wait({answering, leaving}, return_when=asyncio.FIRST_COMPLETED)
        if answering.done():
            answering.result()  # what failed has nothing more to deliver
        await asyncio.wait({delivering, leaving}, return_when=asyncio.FIRST_COMPLETED)
        if delivering.done():
            delivering.result()
    finally:
        ending = {delivering, leaving}
        if request.outlives_client:
            endpoint.lasting.add(answering)
            answering.add_done_callback(endpoint.lasting.discard)
        else:
            ending.add(answering)
        for task in ending:
            task.cancel()
        await asyncio.gather(*ending, return_exceptions=True)


def _request(scope: AsgiMessage, body: bytes) -> HttpRequest:
    """Return the request as the endpoint sees it: its path begins where the mock is mounted."""
    root: str = scope.get("root_path", "").rstrip("/")
    path: str = scope["path"]
    if path.startswith(f"{root}/"):  # servers before ASGI 2.4 leave the root out of the path
        path = path.removeprefix(root)
    query: str = scope["query_string"].decode("latin-1")
    # Servers leave whitespace around a value, which is no part of it (RFC 9110 section 5.5).
    fields = [(k.decode("latin-1"), v.decode("latin-1").strip(" \t")) for k, v in scope["headers"]]
    return HttpRequest(
        method=scope["method"],
        path=f"{path}?{query}" if query else path,
        headers={name.lower(): value for name, value in fields},
        body=body,
        fields=fields,
        size=len(body) + sum(len(name) + len(value) for name, value in fields),
        root=root,
        scheme=scope.get("scheme", "http"),
        refusal=HTTPStatus.REQUEST_ENTITY_TOO_LARGE if len(body) > MAX_BODY else None,
    )


async def _body(receive: Receive) -> bytes | None:
    """Return the request's body, as far as it is not too long; `None` when its client has left."""
    body = bytearray()
    more = True
    while more and len(body) <= MAX_BODY:
        event = await receive()
        if event["type"] == "http.disconnect":
            return None
        body += event.get("body", b"")
        more = event.get("more_body", False)
    return bytes(body)


async def _departure(receive: Receive) -> None:
    """Wait until the client has left."""
    while (await receive())["type"] != "http.disconnect":
        pass


async def _live(server: MockServer, receive: Receive, send: Send) -> None:
    """Take part in the lifespan: there is nothing to set up, but at its end much may be open."""
    await receive()
    await send({"type": "lifespan.startup.complete"})
    await receive()
    await server.close()
    await send({"type": "lifespan.shutdown.complete"})
