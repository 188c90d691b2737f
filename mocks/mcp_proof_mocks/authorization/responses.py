"""What the authorization server and the guarded endpoint answer with."""

from collections.abc import Mapping
from typing import Final

from mcp_proof_contracts.json_value import JsonObject
from mcp_proof_contracts.wire import encode
from mcp_proof_mocks.http.messages import JSON, HttpResponse

UNSTORED: Final = {"Cache-Control": "no-store"}
"""Tokens must not be cached (RFC 6749 section 5.1), nor metadata that can change."""


class OAuthError(Exception):
    """A refusal by the authorization server (RFC 6749 sections 4.1.2.1 and 5.2)."""

    def __init__(self, code: str, description: str) -> None:
        super().__init__(f"{code}: {description}")
        self.code = code
        self.description = description

    @property
    def members(self) -> dict[str, str]:
        """The error as it is sent."""
        return {"error": self.code, "error_description": self.description}


def json_response(
    document: JsonObject, *, status: int = 200, headers: Mapping[str, str] | None = None
) -> HttpResponse:
    """Return a response with a JSON body."""
    fields = {**JSON, **UNSTORED, **(headers or {})}
    return HttpResponse(status=status, headers=fields, body=encode(document))


def redirect(location: str) -> HttpResponse:
    """Return a response that sends the user agent elsewhere."""
    return HttpResponse(status=302, headers={"Location": location, **UNSTORED})


def challenge(scheme: str, parameters: Mapping[str, str]) -> str:
    """Return a `WWW-Authenticate` field (RFC 9110 section 11.6.1)."""
    return f"{scheme} {', '.join(f'{name}={_quoted(text)}' for name, text in parameters.items())}"


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
