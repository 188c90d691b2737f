"""An OAuth client in steps, without I/O: correct in everything that a test does not change."""

import asyncio
import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from mcp_proof_contracts.contract_authorization import read_authorization
from mcp_proof_mocks.authorization import Authorization
from mcp_proof_mocks.authorization.grants import s256
from mcp_proof_mocks.http.messages import HttpRequest, HttpResponse

BASE = "http://127.0.0.1:8000"
MCP = f"{BASE}/mcp"
REDIRECT = "http://localhost:3000/callback"
VERIFIER = "v" * 43
FORM = "application/x-www-form-urlencoded"


async def unreachable(url: str) -> HttpResponse:
    raise OSError(f"nobody is at {url}")


class Walk:
    """One mock with its clock, and the requests of a client to it."""

    def __init__(self, fetch=unreachable, **contract: Any) -> None:
        self.time = 1_000_000.0
        usual = {"scheme": "oauth", "scopes": ["read"], "tools": {"delete": ["write"]}}
        self.document: dict[str, Any] = {**usual, **contract}
        self.authorization = Authorization(
            read_authorization(self.document), lambda: self.time, fetch=fetch
        )

    def send(self, method: str, path: str, body: bytes = b"", **headers: str) -> "Answer":
        """Send any request; header names are written with underscores."""
        named = {name.replace("_", "-"): text for name, text in headers.items()}
        request = HttpRequest(method=method, path=path, headers=named, body=body)
        response = asyncio.run(self.authorization.respond(request, BASE))
        return Answer(response)

    def get(self, path: str) -> "Answer":
        return self.send("GET", path)

    def call(self, token: str | None = None, tool: str | None = None) -> "Answer":
        """Send a message to the MCP endpoint."""
        message: dict[str, Any] = {"jsonrpc": "2.0", "id": 1, "method": "tools/list"}
        if tool is not None:
            message |= {"method": "tools/call", "params": {"name": tool, "arguments": {}}}
        headers = {} if token is None else {"authorization": f"Bearer {token}"}
        return self.send("POST", "/mcp", json.dumps(message).encode(), **headers)

    def register(self, **metadata: Any) -> "Answer":
        document = {
            "redirect_uris": [REDIRECT],
            "application_type": "native",
            "grant_types": ["authorization_code", "refresh_token"],
            "token_endpoint_auth_method": "none",
            **metadata,
        }
        kept = {name: value for name, value in document.items() if value is not None}
        return self.send("POST", "/register", json.dumps(kept).encode())

    def authorize(self, client_id: str, *, at: str = "/authorize", **changes: Any) -> "Answer":
        parameters = {
            "response_type": "code",
            "client_id": client_id,
            "redirect_uri": REDIRECT,
            "scope": "read",
            "state": "s",
            "code_challenge": s256(VERIFIER),
            "code_challenge_method": "S256",
            "resource": MCP,
        }
        return self.get(f"{at}?{urlencode(_changed(parameters, changes))}")

    def token(self, *, at: str = "/token", headers=(), **form: Any) -> "Answer":
        body = urlencode(_changed({}, form)).encode()
        return self.send("POST", at, body, content_type=FORM, **dict(headers))

    def redeem(self, client_id: str, code: str, /, *, headers=(), **changes: Any) -> "Answer":
        form = {
            "grant_type": "authorization_code",
            "client_id": client_id,
            "code": code,
            "redirect_uri": REDIRECT,
            "code_verifier": VERIFIER,
            "resource": MCP,
        }
        return self.token(headers=headers, **_changed(form, changes))

    def refresh(self, client_id: str, refresh_token: str, /, **changes: Any) -> "Answer":
        form = {
            "grant_type": "refresh_token",
            "client_id": client_id,
            "refresh_token": refresh_token,
            "resource": MCP,
        }
        return self.token(**_changed(form, changes))

    def tokens(self, client_id: str | None = None, **changes: Any) -> tuple[str, dict[str, Any]]:
        """Walk the whole way; return the client's id and the token response."""
        client_id = client_id or self.register().json["client_id"]
        code = self.authorize(client_id, **changes).redirect["code"]
        return client_id, self.redeem(client_id, code).json


@dataclass
class Answer:
    """A response as a client reads it; `None` says that the request passed."""

    response: HttpResponse | None

    @property
    def passed(self) -> bool:
        return self.response is None

    @property
    def status(self) -> int | None:
        return None if self.response is None else self.response.status

    @property
    def json(self) -> Any:
        assert self.response is not None
        return json.loads(self.response.body)

    @property
    def challenge(self) -> str | None:
        assert self.response is not None
        return self.response.headers.get("WWW-Authenticate")

    @property
    def redirect(self) -> dict[str, str]:
        """The parameters that the user agent is redirected with."""
        assert self.response is not None
        query = urlsplit(self.response.headers["Location"]).query
        return {name: values[0] for name, values in parse_qs(query).items()}


def _changed(parameters: dict[str, Any], changes: dict[str, Any]) -> dict[str, Any]:
    """Return parameters with changes; `None` leaves one out."""
    return {n: value for n, value in {**parameters, **changes}.items() if value is not None}
