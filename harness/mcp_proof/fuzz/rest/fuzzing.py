"""Try a server that an OpenAPI document describes by Schemathesis."""

from collections.abc import AsyncGenerator, Callable, Collection
from contextlib import aclosing
from dataclasses import replace
from http import HTTPStatus
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from mcp_proof.approach import UNAUTHORIZED
from mcp_proof.dialects.openapi_jsonrpc import OpenApiJsonRpcServer
from mcp_proof.dialects.over_http import HttpToolServer
from mcp_proof.errors import PeerError
from mcp_proof.fuzz.rest.document import document_of
from mcp_proof.fuzz.rest.failure import RestFailure, RestNotTried
from mcp_proof.fuzz.rest.relay import PLACEHOLDER, Relay
from mcp_proof.fuzz.rest.schemathesis_run import SchemathesisOptions, schemathesis_run
from mcp_proof.recorder import shown_url
from mcp_proof_contracts.dialects.rest import EXECUTE
from mcp_proof_contracts.json_value import JsonObject
from mcp_proof_contracts.openapi.described import credential_headers, operations
from mcp_proof_contracts.openapi.jsonrpc import DOCUMENT
from mcp_proof_contracts.secrets.mask import Mask
from mcp_proof_mocks.http.listening import LOCALLY, listening

REFUSED: Final = (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN)


async def fuzz_rest(  # noqa: PLR0913  # the bounds of a run, all by keyword
    server: HttpToolServer,
    *,
    permitted: Collection[str],
    seed: int,
    max_examples: int,
    seconds: float | None = None,
    rate: float | None = None,
    reports: Path | None = None,
) -> AsyncGenerator[RestFailure | RestNotTried]:
    """Yield what Schemathesis finds, each failure once.

    Everything is sent through the server's own connection, and recorded.

    Args:
        server: of the dialect REST, or of JSON-RPC with an OpenAPI document.
        permitted: the names of the tools that may be called; no other one is.
        seed: the same one gives the same requests.
        max_examples: generated requests for each operation and phase.
        seconds: when to end; `None` when everything is done.
        rate: requests in a second at most.
        reports: the folder that takes Schemathesis' own reports: JUnit, HAR, VCR, NDJSON, JSON.

    Raises:
        UsageError: nothing describes the server's dialect, or Schemathesis is not installed.
        PeerError: the server does not describe itself, or does not accept the credential.
        InternalError: Schemathesis could not do its work.
    """
    document = await document_of(server, permitted)
    await _check_credential(server)
    forbidden = {tool.name for tool in await server.list_tools()} - set(permitted)
    here, mask = shown_url(server.base), server.recorder.mask
    with TemporaryDirectory(prefix="mcp-proof-") as folder:
        async with listening(Relay(server, document, forbidden), LOCALLY, 0) as bound:
            there = f"http://{LOCALLY}:{bound.port}"
            options = SchemathesisOptions(
                document=there + DOCUMENT,
                headers=_placeholders(server, document),
                seed=seed,
                max_examples=max_examples,
                timeout=2 * server.timeout,  # the relay gives up first
                seconds=seconds,
                rate=rate,
                reports=Path(folder),
            )
            try:
                async with aclosing(schemathesis_run(options)) as found:
                    async for each in found:
                        yield _as_of(each, there, here, mask)
            finally:
                if reports is not None:
                    _keep(Path(folder), reports, lambda text: mask(text.replace(there, here)))


def _keep(written: Path, reports: Path, shown: Callable[[str], str]) -> None:
    """Keep reports, each as it is for the server itself, without what is secret."""
    reports.mkdir(parents=True, exist_ok=True)
    for file in written.iterdir():
        text = file.read_text(encoding="utf-8", errors="surrogateescape")
        kept = shown(text).encode("utf-8", errors="surrogateescape")
        (reports / file.name).write_bytes(kept)


async def _check_credential(server: HttpToolServer) -> None:
    """Ask for nothing, to see whether asking is allowed.

    Raises:
        PeerError: it is not; all answers would be refusals, and nothing be tried.
    """
    described = server.described if isinstance(server, OpenApiJsonRpcServer) else None
    path = described.path if described is not None else EXECUTE
    answer = await server.request("POST", path, {})
    if answer.status in REFUSED:
        raise PeerError(f"nothing can be tried: {answer.refusal.text}. {UNAUTHORIZED}")


def _placeholders(server: HttpToolServer, document: JsonObject) -> dict[str, str]:
    """Return what stands for the headers that the user gave.

    Schemathesis tries what happens without a credential, and finds the header to leave out only by
    the spelling that the document has.
    """
    credentials = {
        name.lower(): name
        for operation in operations(document)
        for name in credential_headers(operation)
    }
    given = server.connection.given_names
    return {credentials.get(name, name): PLACEHOLDER for name in sorted(given)}


def _as_of(
    found: RestFailure | RestNotTried, there: str, here: str, mask: Mask
) -> RestFailure | RestNotTried:
    """Return what was found likewise."""
    if isinstance(found, RestNotTried):
        return replace(found, reason=mask(found.reason))
    return replace(
        found,
        message=mask(found.message),
        reproduce=mask(found.reproduce.replace(there, here).replace(PLACEHOLDER, "…")),
        response=mask(found.response),
    )
