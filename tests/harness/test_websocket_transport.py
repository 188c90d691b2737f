"""Servers behind ws and wss URLs, as targets and as connections."""

import asyncio
import json
import subprocess
import sys
from contextlib import suppress

import pytest
import trustme
from websocket_server import websocket_server
from websockets.asyncio.server import serve
from websockets.exceptions import ConnectionClosed

from mcp_proof.errors import PeerError, UsageError
from mcp_proof.events import VerdictReached
from mcp_proof.recorder import Recorder
from mcp_proof.runner import Verification, VerifyOptions
from mcp_proof.targets import UrlTarget, WebSocketTarget, header_of, target_of
from mcp_proof.targets.desktop_config import desktop_target
from mcp_proof.transports.tls import trusted
from mcp_proof_contracts.rule import Outcome
from mcp_proof_contracts.transcript import EventKind

BOUND = 20
NOWHERE = "ws://127.0.0.1:9/ws"


def run(work):
    return asyncio.run(asyncio.wait_for(work, BOUND))


async def outcomes(url, **options):
    options = {"timeout": 3, "only": ("websocket-ping", "websocket-close"), **options}
    events = Verification(target_of(url), VerifyOptions(**options)).events()
    return [e.verdict.outcome async for e in events if isinstance(e, VerdictReached)]


def test_the_scheme_of_a_url_says_what_is_spoken(tmp_path):
    assert type(target_of("ws://localhost:1/ws")) is WebSocketTarget
    assert repr(target_of("ws://localhost:1/ws")) == "WebSocketTarget('ws://localhost:1/ws')"
    assert type(target_of("wss://localhost:1/ws")) is WebSocketTarget
    assert type(target_of("http://localhost:1/mcp")) is UrlTarget
    file = tmp_path / "desktop.json"
    entry = {"url": "ws://localhost:1/ws", "headers": {"X-API-Key": "k"}}
    file.write_text(json.dumps({"mcpServers": {"socket": entry}}))
    target = desktop_target(file, "socket", {})
    assert (target.transport, target.label) == ("websocket", "ws://localhost:1/ws")


@pytest.mark.parametrize("url", ["ws://", "ws://localhost:0/ws", "http://localhost:1/ws"])
def test_what_is_no_url_of_a_websocket_is_refused(url):
    with pytest.raises(UsageError, match=r"is no ws or wss URL.*ws://localhost:3001/ws"):
        WebSocketTarget(url)


def test_what_is_secret_in_a_url_or_a_header_is_shown_nowhere():
    secret = "hunter2-hunter2"
    target = WebSocketTarget(f"ws://me:{secret}@localhost:1/ws?token={secret}", {"X-Key": secret})
    shown = f"{target!r} {target.label} {target.arguments}"
    assert secret not in shown
    assert "ws://localhost:1/ws" in shown
    assert secret in target.secrets.values
    assert "x-key" in target.secrets.headers


@pytest.mark.parametrize("url", [NOWHERE, "wss://127.0.0.1:9/ws"])
def test_nothing_that_listens_is_a_fault_of_the_peer(url):
    with pytest.raises(PeerError, match=r"cannot open a WebSocket at wss?://127.0.0.1:9/ws"):
        run(outcomes(url))


def test_a_proxy_of_the_environment_is_not_asked(monkeypatch):
    for name in ("no_proxy", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
    for name in ("http_proxy", "https_proxy", "all_proxy", "socks_proxy", "ws_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")

    async def work():
        async with websocket_server() as url:
            return await outcomes(url)

    assert run(work()) == [Outcome.PASSED, Outcome.PASSED]


def test_a_redirect_is_followed_nowhere_with_the_headers_that_it_would_get():
    async def work():
        async with websocket_server() as elsewhere:

            def refer(socket, _request):
                response = socket.respond(307, "")
                response.headers["Location"] = elsewhere
                return response

            async with serve(
                lambda socket: socket.close(), "127.0.0.1", 0, process_request=refer
            ) as s:
                await outcomes(f"ws://127.0.0.1:{s.sockets[0].getsockname()[1]}/ws")

    with pytest.raises(PeerError, match="answers HTTP 307"):
        run(work())


def test_the_certificates_that_the_environment_names_are_trusted(tmp_path, monkeypatch):
    import ssl

    authority = trustme.CA()
    authority.cert_pem.write_to_path(tmp_path / "ca.pem")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("localhost").configure_cert(context)
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ca.pem"))
    trusted.cache_clear()

    async def work():
        async with websocket_server(ssl=context) as url:
            return await outcomes(url.replace("127.0.0.1", "localhost"))

    try:
        assert run(work()) == [Outcome.PASSED, Outcome.PASSED]
    finally:
        trusted.cache_clear()


def test_the_transcript_has_the_handshake_the_messages_and_how_the_socket_ended():
    async def work():
        async with websocket_server() as url:
            target = WebSocketTarget(url)
            recorder = Recorder(header_of(target))
            connection = target.connect("websocket-1", recorder, 3)
            answered = asyncio.Event()
            connection.receiver = lambda _message: answered.set()
            await connection.open()
            await connection.send(b'{"jsonrpc":"2.0","id":1,"method":"tools/list"}')
            await answered.wait()
            await connection.ping(b"are you there")
            await connection.close()
        return recorder.transcript.events

    told = [(e.channel, str(e.sender), str(e.kind), e.data.get("status")) for e in run(work())]
    assert told == [
        ("handshake", "client", "http-request", None),
        ("handshake", "server", "http-response", 101),
        ("websocket", "client", "open", None),
        ("websocket", "client", "message", None),
        ("websocket", "server", "message", None),
        ("websocket", "client", "frame", None),
        ("websocket", "server", "frame", None),
        ("websocket", "client", "frame", None),
        ("websocket", "server", "end", None),
        ("websocket", "server", "close", None),
    ]


def test_a_server_that_never_stops_talking_is_cut_off():
    async def work():
        async def flood(socket):
            with suppress(ConnectionClosed):
                while True:
                    await socket.send(f'"{"x" * 2**22}"')

        async with serve(flood, "127.0.0.1", 0) as server:
            url = f"ws://127.0.0.1:{server.sockets[0].getsockname()[1]}/ws"
            target = WebSocketTarget(url)
            recorder = Recorder(header_of(target))
            connection = target.connect("websocket-1", recorder, 3)
            await connection.open()
            sending = await connection.send(b"{}")
            await sending.ended
            await connection.close()
        return recorder.transcript.events

    ends = [e.data["how"] for e in run(work()) if e.kind is EventKind.END]
    assert ends == ["too-long"]


@pytest.mark.parametrize(
    "command",
    [["verify", NOWHERE], ["mock", "websocket", "--port", "0"]],
    ids=lambda command: command[0],
)
def test_without_the_extra_it_is_said_how_to_get_it(command):
    code = (
        "import sys; sys.modules['websockets'] = None\n"
        "from mcp_proof.cli import main\n"
        f"sys.exit(main({command!r}))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=30, check=False
    )
    assert done.returncode == 2, done.stderr
    assert "pip install 'mcp-proof[websocket]'" in done.stderr
    assert "Traceback" not in done.stderr
