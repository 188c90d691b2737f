"""The servers that are compared: how they run, on a core of their own, and what they are asked."""

import json
import os
import re
import shlex
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, Final, TypeAlias

HERE: Final = Path(__file__).parent
SDK_PYTHON: Final = HERE.parent / ".peers/python/bin/python"
SDK: Final = [str(SDK_PYTHON), str(HERE / "sdk_server.py")]
MOCK: Final = [sys.executable, "-m", "mcp_proof", "mock", str(HERE / "weather.yaml")]
SERVER_CORE, OUR_CORE = 0, max(os.sched_getaffinity(0))

ID: Final = "123456789"
"""Stands for the JSON-RPC id of a request: a number of as many digits."""
CLIENT: Final = {"name": "bench", "version": "1.0.0"}
CALL: Final = {"name": "describe", "arguments": {"city": "Reykjavik"}}
META: Final = {
    "io.modelcontextprotocol/protocolVersion": "2026-07-28",
    "io.modelcontextprotocol/clientInfo": CLIENT,
    "io.modelcontextprotocol/clientCapabilities": {},
}
Parts: TypeAlias = tuple[bytes, bytes]
"""A request cut at its id."""
HELLO: Final = {"protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": CLIENT}


def message(method: str, params: dict[str, Any] | None = None, *, notify: bool = False) -> bytes:
    """A JSON-RPC message; a request has `ID` for its id."""
    members: dict[str, Any] = {"jsonrpc": "2.0", "method": method}
    if not notify:
        members["id"] = int(ID)
    if params is not None:
        members["params"] = params
    return json.dumps(members, separators=(",", ":")).encode()


def post(body: bytes, **headers: str) -> bytes:
    """The HTTP request that carries a message; `_` in a header's name stands for a hyphen."""
    lines = [
        "POST /mcp HTTP/1.1",
        "Host: 127.0.0.1:80",  # the SDK insists on a port
        "User-Agent: bench/1.0",
        "Accept: application/json, text/event-stream",
        "Content-Type: application/json",
        f"Content-Length: {len(body)}",
        *(f"{name.replace('_', '-')}: {value}" for name, value in headers.items()),
    ]
    return "\r\n".join((*lines, "", "")).encode() + body


def around_id(request: bytes) -> Parts:
    """A request cut at its id."""
    before, _, after = request.partition(ID.encode())
    return before, after


def modern_call() -> Parts:
    """A `tools/call` of 2026-07-28."""
    body = message("tools/call", {**CALL, "_meta": META})
    headers = {
        "MCP_Protocol_Version": "2026-07-28",
        "Mcp_Method": "tools/call",
        "Mcp_Name": "describe",
    }
    return around_id(post(body, **headers))


def session_call(port: int) -> Parts:
    """A `tools/call` of 2025-11-25 in a session of its own, which is opened here."""
    head = _exchange(port, post(message("initialize", HELLO)))
    session = re.search(rb"mcp-session-id: *(\S+)", head, re.IGNORECASE)
    if session is None:
        raise ValueError(f"no session was opened: {head!r}")
    headers = {"MCP_Protocol_Version": "2025-11-25", "Mcp_Session_Id": session[1].decode()}
    _exchange(port, post(message("notifications/initialized", notify=True), **headers))
    return around_id(post(message("tools/call", CALL), **headers))


def _exchange(port: int, request: bytes) -> bytes:
    with socket.create_connection(("127.0.0.1", port), timeout=20) as client:
        client.sendall(request)
        return client.recv(1 << 16)


@contextmanager
def running(command: list[str], *, piped: bool = False) -> Iterator["subprocess.Popen[bytes]"]:
    """A process on the servers' core while the block runs, spoken to over pipes or not at all."""
    # Installed packages are compiled once, at the latest when they first run.
    env = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    streams = subprocess.PIPE if piped else subprocess.DEVNULL
    ours = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {SERVER_CORE})  # which the process inherits
    try:
        process = subprocess.Popen(
            command, stdin=streams, stdout=streams, stderr=subprocess.DEVNULL, bufsize=0, env=env
        )
    finally:
        os.sched_setaffinity(0, ours)
    try:
        yield process
    finally:
        process.kill()
        process.wait()
        for stream in (process.stdin, process.stdout):
            if stream is not None:
                stream.close()


@contextmanager
def http_server(command: list[str]) -> Iterator[tuple[int, int]]:
    """Run an HTTP server whose command takes a port last; its process id and port."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with running([*command, str(port)]) as process:
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline and process.poll() is None:
            try:
                socket.create_connection(("127.0.0.1", port), timeout=1).close()
                break
            except OSError:
                time.sleep(0.05)
        else:
            raise OSError(f"{shlex.join(command)} does not listen on port {port}")
        yield process.pid, port


@contextmanager
def stdio_server(command: list[str]) -> Iterator[tuple[int, IO[bytes], IO[bytes]]]:
    """Run a server over stdio until it has answered `initialize`; its process id and its pipes."""
    with running(command, piped=True) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(message("initialize", HELLO) + b"\n")
        if b'"result"' not in (answer := read_lines(process.stdout, 1)):
            raise ValueError(f"no answer to initialize: {answer!r}")
        yield process.pid, process.stdin, process.stdout


def read_lines(source: IO[bytes], count: int) -> bytes:
    """Read so many lines from a pipe."""
    data = b""
    while data.count(b"\n") < count:
        chunk = source.read(1 << 16)
        if not chunk:
            raise EOFError(f"the server ended after {data!r}")
        data += chunk
    return data


def nginx(folder: Path) -> list[str] | None:
    """The command of an nginx that answers with as many bytes, without its port; or `None`."""
    found = shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin")
    if found is None:
        return None
    script = folder / "nginx.sh"
    body = "x" * 500
    script.write_text(
        "#!/bin/sh\n"
        f"cat > {folder}/nginx.conf <<END\n"
        f"daemon off; master_process off; pid {folder}/nginx.pid; error_log stderr crit;\n"
        "events { worker_connections 1024; }\n"
        "http {\n"
        "  access_log off; keepalive_requests 1000000000; default_type application/json;\n"
        f"  client_body_temp_path {folder}/body;\n"
        f"  server {{ listen 127.0.0.1:$1; location / {{ return 200 '{body}'; }} }}\n"
        "}\n"
        "END\n"
        f"exec {found} -p {folder} -c {folder}/nginx.conf\n"
    )
    script.chmod(0o700)
    return [str(script)]
