"""The clients of an authorization server: known from the start, registered, or self-hosted."""

import hmac
import secrets
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final

from mcp_proof_contracts.contract_authorization import AuthorizationContract, ClientContract
from mcp_proof_contracts.json_value import Json, JsonObject
from mcp_proof_contracts.wire import as_list
from mcp_proof_mocks.authorization.deviation import Deviations
from mcp_proof_mocks.authorization.responses import OAuthError
from mcp_proof_mocks.authorization.uris import is_local, may_redirect_to, same_redirect
from mcp_proof_mocks.bounded import Bounded

MAX_CLIENTS: Final = 1_000
MAX_METADATA: Final = 16 * 1024
"""Bytes of the longest registration."""
ISSUED: Final = ("client_secret", "client_secret_expires_at")
"""Members that a client cannot choose."""
GRANTS: Final = ("authorization_code", "refresh_token")
CLIENT_CREDENTIALS: Final = "client_credentials"
"""What every client with a secret may use."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Client:
    """One client, as the authorization server knows it."""

    client_id: str
    redirect_uris: Sequence[str]
    methods: Collection[str]
    """How it may authenticate."""
    grant_types: Collection[str] = GRANTS
    secret: str | None = field(default=None, repr=False)

    def may_be_sent_to(self, redirect_uri: str) -> bool:
        """Whether it registered this redirect URI."""
        return any(same_redirect(known, redirect_uri) for known in self.redirect_uris)

    def proves_itself(self, method: str, secret: str | None) -> bool:
        """Whether it may authenticate so, and did."""
        if method not in self.methods:
            return False
        return hmac.compare_digest((secret or "").encode(), (self.secret or "").encode())


class RegisteredClients:
    """The clients that one authorization server gave an id, or was told of."""

    def __init__(self, contract: AuthorizationContract, deviations: Deviations) -> None:
        self._deviations = deviations
        self._methods = contract.client_authentication
        self._known = {client.client_id: self._told(client) for client in contract.clients}
        self._registered: Bounded[str, Client] = Bounded(MAX_CLIENTS)

    def get(self, client_id: str) -> Client | None:
        """Return the client with this id."""
        return self._known.get(client_id) or self._registered.get(client_id)

    def register(self, metadata: JsonObject, issued_at: int) -> dict[str, Json]:
        """Register a client (RFC 7591) and return the response.

        Raises:
            OAuthError: what it says of itself cannot be registered.
        """
        if "registration-refused" in self._deviations:
            raise OAuthError("invalid_client_metadata", "This client is not welcome.")
        redirect_uris = checked_redirect_uris(metadata.get("redirect_uris"))
        self._check_application_type(metadata, redirect_uris)
        method = str(metadata.get("token_endpoint_auth_method", "client_secret_basic"))
        if method not in self._methods:
            method = self._methods[0]
        client = Client(
            client_id=secrets.token_urlsafe(16),
            redirect_uris=redirect_uris,
            methods=(method,),
            grant_types=wanted_grants(metadata),
            secret=None if method == "none" else secrets.token_urlsafe(32),
        )
        self._registered[client.client_id] = client
        said = {name: value for name, value in metadata.items() if name not in ISSUED}
        return {**said, **_answer(client, method, issued_at)}

    def _told(self, client: ClientContract) -> Client:
        with_secret = [method for method in self._methods if method != "none"]
        return Client(
            client_id=client.client_id,
            redirect_uris=client.redirect_uris,
            methods=("none",) if client.client_secret is None else with_secret,
            secret=client.client_secret,
        )

    def _check_application_type(self, metadata: JsonObject, redirect_uris: Iterable[str]) -> None:
        # OpenID Connect Dynamic Client Registration 1.0, section 2
        web = metadata.get("application_type", "web") == "web"
        if "openid-registration" in self._deviations and web:
            for uri in redirect_uris:
                if is_local(uri):
                    raise OAuthError(
                        "invalid_redirect_uri", "A web application is not on this machine."
                    )


def checked_redirect_uris(value: Json) -> list[str]:
    """Return a client's redirect URIs.

    Raises:
        OAuthError: there is none, or one that is not allowed.
    """
    uris = as_list(value)
    if not uris:
        raise OAuthError("invalid_redirect_uri", "redirect_uris: expected a list of URIs.")
    for uri in uris:
        if not isinstance(uri, str) or not may_redirect_to(uri):
            raise OAuthError(
                "invalid_redirect_uri", "redirect_uris: expected https, or http on localhost."
            )
    return [str(uri) for uri in uris]


def wanted_grants(metadata: JsonObject) -> list[str]:
    """Return the grant types of a client that there are here."""
    wanted = as_list(metadata.get("grant_types", GRANTS[:1]))
    return [grant for grant in GRANTS if grant in wanted]


def _answer(client: Client, method: str, issued_at: int) -> dict[str, Json]:
    answer: dict[str, Json] = {
        "client_id": client.client_id,
        "client_id_issued_at": issued_at,
        "redirect_uris": client.redirect_uris,
        "grant_types": list(client.grant_types),
        "response_types": ["code"],
        "token_endpoint_auth_method": method,
    }
    if client.secret is not None:
        answer |= {"client_secret": client.secret, "client_secret_expires_at": 0}
    return answer
