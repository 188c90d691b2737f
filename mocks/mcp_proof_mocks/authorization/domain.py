"""What the parts of one mock's OAuth share, and how their routes are written down."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, TypeAlias

from mcp_proof_contracts.contract_authorization import AuthorizationContract
from mcp_proof_mocks.authorization.client_documents import ClientDocuments
from mcp_proof_mocks.authorization.credentials import Clock, Credentials
from mcp_proof_mocks.authorization.deviation import Deviations
from mcp_proof_mocks.authorization.scopes import Scopes
from mcp_proof_mocks.authorization.uris import canonical
from mcp_proof_mocks.http.messages import HttpRequest, HttpResponse

Handler: TypeAlias = Callable[[HttpRequest, str], HttpResponse]
"""Takes a request and the base URL it came to; may raise `OAuthError`."""
Routes: TypeAlias = dict[str, tuple[str, Handler]]
"""By path: the method, and what answers it."""

KEYS_PATH: Final = "/.well-known/jwks.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Domain:
    """One mock: who is protected, and by what."""

    contract: AuthorizationContract
    deviations: Deviations
    scopes: Scopes
    clock: Clock
    tokens: Credentials
    documents: ClientDocuments
    paths: tuple[str, ...]
    """The protected endpoints; the first is meant when a client does not say."""

    def resources(self, base_url: str) -> list[str]:
        """Return the URIs that mean this server: its endpoints, and its origin."""
        return [canonical(base_url + path) for path in (*self.paths, "")]
