"""Client id metadata documents (CIMD): a client's id is the URL where it describes itself.

Fetching is the one thing here that takes I/O. `resolve` does it before a request is answered and
keeps the outcome, so that the answer itself needs none.
"""

import re
from collections.abc import Awaitable, Callable
from http import HTTPStatus
from typing import Final, TypeAlias

from mcp_proof_contracts.json_value import JsonObject
from mcp_proof_contracts.wire import as_object, parse
from mcp_proof_mocks.authorization.clients import Client, checked_redirect_uris, wanted_grants
from mcp_proof_mocks.authorization.credentials import Clock
from mcp_proof_mocks.authorization.responses import OAuthError
from mcp_proof_mocks.authorization.uris import is_local, split
from mcp_proof_mocks.bounded import Bounded
from mcp_proof_mocks.http.messages import HttpResponse

Fetch: TypeAlias = Callable[[str], Awaitable[HttpResponse]]
"""Gets a document; raises `OSError` when it cannot."""

MAX_DOCUMENTS: Final = 1_000
MAX_AGE: Final = re.compile(r"(?:^|[\s,])max-age\s*=\s*\"?(\d{1,9})", re.IGNORECASE)


class ClientDocuments:
    """The clients that describe themselves."""

    def __init__(self, fetch: Fetch, clock: Clock) -> None:
        self._fetch = fetch
        self._clock = clock
        self._found: Bounded[str, tuple[Client | OAuthError, float]] = Bounded(MAX_DOCUMENTS)
        """What was made of a document, and until when it need not be fetched again."""

    async def resolve(self, client_id: str) -> None:
        """Fetch the document of a client, unless what is known of it is fresh."""
        if not is_document_url(client_id):
            return
        if client_id in self._found and self._clock() < self._found[client_id][1]:
            return
        try:
            response = await self._fetch(client_id)
            client = read_document(client_id, response)
        except OSError as error:
            refusal = OAuthError("invalid_client", f"The metadata document did not come: {error}")
            self._found[client_id] = (refusal, 0)
        except OAuthError as error:
            self._found[client_id] = (error, 0)  # what is wrong is not kept
        else:
            self._found[client_id] = (client, self._clock() + _fresh_for(response))

    def get(self, client_id: str) -> Client | None:
        """Return the client whose document was resolved.

        Raises:
            OAuthError: it did not come, or it is wrong.
        """
        client, _ = self._found.get(client_id, (None, 0))
        if isinstance(client, OAuthError):
            raise client
        return client


def is_document_url(client_id: str) -> bool:
    """Whether a client id is a URL to fetch: https with a path; http on this machine, for tests."""
    parts = split(client_id)
    if parts is None or "#" in client_id or "@" in parts.netloc or parts.path in ("", "/"):
        return False
    if {".", ".."} & set(parts.path.split("/")):
        return False
    return parts.scheme == "https" or (parts.scheme == "http" and is_local(client_id))


def read_document(client_id: str, response: HttpResponse) -> Client:
    """Return the client that a document describes.

    Raises:
        OAuthError: the document is wrong.
    """
    document = as_object(parse(response.body).value)
    if response.status != HTTPStatus.OK or not document:
        raise _wrong(f"expected 200 and a JSON object, got {response.status}")
    if document.get("client_id") != client_id:
        raise _wrong("client_id is not the URL of the document")
    if not isinstance(document.get("client_name"), str):
        raise _wrong("client_name is missing")
    if "client_secret" in document or _method(document) != "none":
        raise _wrong("a client that everybody can read has no secret, and authenticates with none")
    return Client(
        client_id=client_id,
        redirect_uris=checked_redirect_uris(document.get("redirect_uris")),
        methods=("none",),
        grant_types=wanted_grants(document),
    )


def _method(document: JsonObject) -> str:
    return str(document.get("token_endpoint_auth_method", "none"))


def _wrong(what: str) -> OAuthError:
    return OAuthError("invalid_client", f"The metadata document is wrong: {what}.")


def _fresh_for(response: HttpResponse) -> float:
    """Return for how long a document may be kept, by `Cache-Control`."""
    control = response.headers.get("cache-control", "")
    age = MAX_AGE.search(control)
    return 0 if age is None or "no-store" in control.lower() else float(age[1])
