"""Hand metrics to an OpenTelemetry collector."""

import json
from collections.abc import Mapping
from typing import Final
from urllib.parse import urlsplit

import httpx2

from mcp_proof.errors import UsageError
from mcp_proof.targets.url import harmless_url
from mcp_proof_contracts.excerpt import excerpt
from mcp_proof_contracts.json_value import Json, JsonObject
from mcp_proof_contracts.secrets.given import secrets_in_headers, secrets_in_url
from mcp_proof_contracts.secrets.mask import Mask
from mcp_proof_mocks.loopback import is_loopback

TIMEOUT: Final = 10.0
"""Seconds that a collector may take; OTLP's default."""
PATH: Final = "/v1/metrics"


def push(url: str, body: bytes, headers: Mapping[str, str]) -> None:
    """POST an `ExportMetricsServiceRequest` as JSON.

    Raises:
        UsageError: the collector cannot be reached, refuses, or takes a part only.
    """
    where = harmless_url(url)
    mask = Mask((secrets_in_url(url) | secrets_in_headers(headers)).values)
    try:
        answer = _answer(url, body, headers)
    except (httpx2.HTTPError, httpx2.InvalidURL, ValueError) as error:
        why = excerpt(mask(str(error))) or type(error).__name__
        raise UsageError(
            f"no metrics were pushed to {where}: {why}\n"
            f"Start the collector, or give the URL of its OTLP/HTTP receiver: it ends with {PATH}"
        ) from error
    if not answer.is_success:
        said = _said(mask(answer.text))
        raise UsageError(
            f"the collector at {where} refuses the metrics with status {answer.status_code}{said}\n"
            f"{_advice(answer.status_code)}"
        )
    if why := _rejected(answer.content):
        raise UsageError(f"the collector at {where} took only a part of the metrics: {mask(why)}")


def _answer(url: str, body: bytes, headers: Mapping[str, str]) -> httpx2.Response:
    local = is_loopback(urlsplit(url).hostname or "")
    with httpx2.Client(timeout=TIMEOUT, trust_env=not local) as client:
        sent = {**headers, "content-type": "application/json"}
        return client.post(url, content=body, headers=sent)


def _said(text: str) -> str:
    return f": {excerpt(text.strip())}" if text.strip() else ""


def _advice(status: int) -> str:
    known = {
        401: "Give the credentials that it asks for as a header",
        403: "Give credentials that may write metrics as a header",
        404: f"The path of its OTLP/HTTP receiver is {PATH} by default",
        415: "It must take OTLP as JSON; some take Protobuf only",
    }
    return known.get(status, "Its log says more")


def _rejected(content: bytes) -> str:
    """Why points were refused; empty where none were."""
    try:
        answer = _members(json.loads(content or b"{}"))
    except ValueError:
        return ""
    partial = _members(answer.get("partialSuccess"))
    rejected = str(partial.get("rejectedDataPoints") or 0)
    if rejected == "0":
        return ""
    why = excerpt(str(partial.get("errorMessage") or "it does not say why"))
    return f"{rejected} points were refused: {why}"


def _members(value: Json) -> JsonObject:
    return value if isinstance(value, Mapping) else {}
