"""A server behind TLS, whose certificate is trusted if the environment names who signed it."""

import asyncio
import os
import sys
from pathlib import Path
from typing import NamedTuple

import pytest
import trustme
from under_uvicorn import under_uvicorn

from mcp_proof.cli import main
from mcp_proof_mocks.asgi import asgi_app
from mcp_proof_mocks.running import running
from mcp_proof_mocks.server import MockServer

BOUND = 60.0
RULE = "h26-header-edge-whitespace"


class Certificate(NamedTuple):
    """The files of a server's certificate."""

    chain: str
    key: str
    authority: str
    """Who signed it."""


@pytest.fixture
def certificate(tmp_path: Path) -> Certificate:
    files = Certificate(*(str(tmp_path / f"{name}.pem") for name in Certificate._fields))
    authority = trustme.CA()
    issued = authority.issue_cert("127.0.0.1")
    issued.cert_chain_pems[0].write_to_path(files.chain)
    issued.private_key_pem.write_to_path(files.key)
    authority.cert_pem.write_to_path(files.authority)
    return files


async def verify(files: Certificate, **environment: str) -> tuple[int | None, str]:
    tls = {"ssl_certfile": files.chain, "ssl_keyfile": files.key}
    async with (
        asyncio.timeout(BOUND),
        under_uvicorn(asgi_app(MockServer("modern")), **tls) as address,
    ):
        # The rule's probe also opens connections that send headers unchanged.
        command = ["-m", "mcp_proof", "verify", f"{address}/mcp", "--only", RULE]
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            *command,
            env={**os.environ, **environment},
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        said, _ = await process.communicate()
    return process.returncode, said.decode()


def test_an_authority_that_the_environment_names_is_trusted(certificate):
    code, said = asyncio.run(verify(certificate, SSL_CERT_FILE=certificate.authority))
    assert (code, "1 passed, 0 violated, 0 untested" in said) == (0, True), said


def test_an_unknown_authority_is_not_trusted(certificate):
    code, said = asyncio.run(verify(certificate))
    assert (code, "certificate verify failed" in said) == (3, True), said


@pytest.mark.parametrize("content", [None, "no certificate"])
def test_a_file_of_authorities_that_cannot_be_read_is_a_wrong_usage(certificate, tmp_path, content):
    named = tmp_path / "other.pem"
    if content is not None:
        named.write_text(content)
    code, said = asyncio.run(verify(certificate, SSL_CERT_FILE=str(named)))
    assert (code, said.count("\n")) == (2, 1), said
    assert f"cannot load the certificates of {named}: " in said


def test_without_tls_nothing_depends_on_certificates(monkeypatch, capsys):
    monkeypatch.setenv("SSL_CERT_FILE", "/absent/authorities.pem")
    with running(MockServer("modern")) as url:
        assert main(["verify", url, "--only", "h26-post-endpoint"]) == 0
    assert "1 passed" in capsys.readouterr().out
