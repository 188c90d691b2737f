"""Lets a request pass that presents what it takes, and challenges the others."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from mcp_proof_contracts.contract_authorization import Scheme
from mcp_proof_contracts.json_value import JsonObject
from mcp_proof_contracts.secrets.headers import SECRET_HEADERS
from mcp_proof_contracts.secrets.mask import HIDDEN
from mcp_proof_mocks.authorization.credentials import Credentials, InvalidTokenError, Place
from mcp_proof_mocks.authorization.deviation import Deviations
from mcp_proof_mocks.authorization.responses import challenge, json_response
from mcp_proof_mocks.authorization.scopes import Scopes
from mcp_proof_mocks.http.messages import HttpRequest, HttpResponse

API_KEY: Final = "x-api-key"
SESSION: Final = "mcp-session-id"


class Guard:
    """Judges what requests to the protected endpoints present."""

    def __init__(
        self, scheme: Scheme, credentials: Credentials, scopes: Scopes, deviations: Deviations
    ) -> None:
        self._with_keys = scheme == "api-key"
        self._credentials = credentials
        self._scopes = scopes
        self._deviations = deviations

    def headers(self, credential: str) -> dict[str, str]:
        """Return the header that presents a credential."""
        if self._with_keys:
            return {"X-API-Key": credential}
        return {"Authorization": f"Bearer {credential}"}

    def refusal(
        self, request: HttpRequest, place: Place | None, metadata_url: str | None
    ) -> HttpResponse | None:
        """Return how a request is refused (RFC 6750 section 3), or `None`."""
        required = self._scopes.required_by(request.body)
        hints = {"resource_metadata": metadata_url or "", "scope": " ".join(required)}
        credential = self._presented(request)
        if credential is None:
            in_session = "session-trusted" in self._deviations and SESSION in request.headers
            optional = "token-optional" in self._deviations or in_session
            return None if optional else self._challenged(401, hints)
        try:
            granted = self._credentials.granted(credential, place)
        except InvalidTokenError as reason:
            return self._challenged(401, hints, error="invalid_token", why=str(reason))
        if self._scopes.suffice(required, granted):
            return None
        why = "The request needs scopes that the token does not have."
        return self._challenged(403, hints, error="insufficient_scope", why=why)

    def claims(self, request: HttpRequest) -> JsonObject:
        """Return what the credential of a request that may pass says for itself."""
        credential = self._presented(request)
        return {} if credential is None else self._credentials.claims(credential)

    def _presented(self, request: HttpRequest) -> str | None:
        """Return the credential: never one in the URL (Token Requirements)."""
        if self._with_keys:
            return request.headers.get(API_KEY)
        scheme, _, credential = request.headers.get("authorization", "").partition(" ")
        return credential.strip() if scheme.lower() == "bearer" else None

    def _challenged(
        self, status: int, hints: Mapping[str, str], *, error: str = "", why: str = ""
    ) -> HttpResponse:
        # Who presented nothing is told of no error (RFC 6750 section 3.1).
        problem = {"error": error, "error_description": why} if error else {}
        said = {"realm": "mcp", **problem, **{name: text for name, text in hints.items() if text}}
        headers: dict[str, str] = {}
        if "no-challenge" not in self._deviations:
            edited = self._deviations.edited("challenge", said)
            parameters = {name: str(text) for name, text in edited.items()}
            scheme = "ApiKey" if self._with_keys else "Bearer"
            headers["WWW-Authenticate"] = challenge(scheme, parameters)
        if not problem:
            return HttpResponse(status=status, headers=headers)
        return json_response(problem, status=status, headers=headers)


def without_credentials(request: HttpRequest) -> HttpRequest:
    """Return a request as it may be kept: what it presents is hidden."""
    secret = SECRET_HEADERS
    return replace(
        request,
        headers={n: HIDDEN if n in secret else text for n, text in request.headers.items()},
        fields=[(n, HIDDEN if n.lower() in secret else text) for n, text in request.fields],
    )
