"""A server at an https URL is recorded; the client speaks to the recorder without TLS."""

import asyncio
import os
import sys
from pathlib import Path

import pytest
import trustme
from raw_client import connected
from recorded import read_back, said
from under_uvicorn import under_uvicorn

from mcp_proof_mocks.asgi import asgi_app
from mcp_proof_mocks.server import MockServer

BOUND = 60.0
REQUEST = b'{"jsonrpc":"2.0","id":1,"method":"initialize","params":{}}'


async def recorded(folder: Path, *, trusted: bool) -> tuple[bytes, str]:
    """Ask through a recorder; return what came, and what it said."""
    names = [str(folder / f"{name}.pem") for name in ("chain", "key", "authority")]
    authority = trustme.CA()
    issued = authority.issue_cert("127.0.0.1")
    issued.cert_chain_pems[0].write_to_path(names[0])
    issued.private_key_pem.write_to_path(names[1])
    authority.cert_pem.write_to_path(names[2])
    app, tls = asgi_app(MockServer("modern")), {"ssl_certfile": names[0], "ssl_keyfile": names[1]}
    async with asyncio.timeout(BOUND), under_uvicorn(app, **tls) as address:
        command = ["-m", "mcp_proof", "record", "-o", str(folder / "c.ndjson"), "--port", "0"]
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, *command, f"{address}/mcp"),
            env={**os.environ, **({"SSL_CERT_FILE": names[2]} if trusted else {})},
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        assert process.stdout is not None
        own = (await process.stdout.readline()).decode().strip()
        async with connected(own) as client:
            head = f"POST /mcp HTTP/1.1\r\nHost: x\r\nContent-Length: {len(REQUEST)}\r\n"
            await client.send(f"{head}Connection: close\r\n\r\n".encode() + REQUEST)
            try:
                came = await client.reader.read(-1)
            except ConnectionError:
                came = b""
        process.terminate()
        _, errors = await process.communicate()
    return came, errors.decode()


def test_what_is_trusted_is_recorded(tmp_path):
    came, _ = asyncio.run(recorded(tmp_path, trusted=True))
    assert came.startswith(b"HTTP/1.1 ")
    assert [sender for sender, _ in said(read_back(tmp_path / "c.ndjson"))] == ["client", "server"]


@pytest.mark.parametrize("word", ["cannot reach 127.0.0.1:", "CERTIFICATE_VERIFY_FAILED"])
def test_what_is_not_trusted_is_not_spoken_to(tmp_path, word: str):
    came, errors = asyncio.run(recorded(tmp_path, trusted=False))
    assert came.startswith(b"HTTP/1.1 502 ")
    assert word in errors
