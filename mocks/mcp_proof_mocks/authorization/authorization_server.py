"""A mock OAuth 2.1 authorization server: it grants at once what is asked properly."""

from collections.abc import Mapping
from functools import partial
from urllib.parse import urlencode

from mcp_proof_contracts.json_value import Json
from mcp_proof_contracts.wire import as_object, parse
from mcp_proof_mocks.authorization.authorization_request import (
    AuthorizationRequest,
    read_own_request,
    read_request,
)
from mcp_proof_mocks.authorization.clients import (
    CLIENT_CREDENTIALS,
    GRANTS,
    MAX_METADATA,
    Client,
    RegisteredClients,
)
from mcp_proof_mocks.authorization.domain import Domain, Routes
from mcp_proof_mocks.authorization.grants import Grant, Grants
from mcp_proof_mocks.authorization.parameters import authentication, form_of, query_of
from mcp_proof_mocks.authorization.responses import OAuthError, json_response, redirect
from mcp_proof_mocks.authorization.server_metadata import metadata_locations, server_metadata
from mcp_proof_mocks.authorization.uris import split
from mcp_proof_mocks.authorization.variants import OFFLINE
from mcp_proof_mocks.http.messages import HttpRequest, HttpResponse


class AuthorizationServer:
    """One issuer, with its clients and grants."""

    def __init__(self, domain: Domain, path: str) -> None:
        self.path = path
        """The issuer's path."""
        self._domain = domain
        self._clients = RegisteredClients(domain.contract, domain.deviations)
        self._grants = Grants(domain.deviations, domain.clock)

    def routes(self) -> Routes:
        """Return what this issuer serves."""
        routes: Routes = {
            location: ("GET", partial(self._metadata, openid=openid))
            for location, openid in metadata_locations(self.path, self._domain.deviations).items()
        }
        routes[f"{self.path}/authorize"] = ("GET", self._authorize)
        routes[f"{self.path}/token"] = ("POST", self._token)
        if "no-registration" not in self._domain.deviations:
            routes[f"{self.path}/register"] = ("POST", self._register)
        return routes

    def _metadata(self, _: HttpRequest, base_url: str, *, openid: bool) -> HttpResponse:
        return json_response(server_metadata(self._domain, base_url, self.path, openid=openid))

    def _client(self, client_id: str) -> Client:
        client = self._clients.get(client_id)
        if client is None and "no-client-documents" not in self._domain.deviations:
            client = self._domain.documents.get(client_id)
        if client is None:
            raise OAuthError("invalid_client", "This client is not known here.")
        return client

    # Registration (RFC 7591)

    def _register(self, request: HttpRequest, _: str) -> HttpResponse:
        if len(request.body) > MAX_METADATA:
            raise OAuthError("invalid_client_metadata", f"Longer than {MAX_METADATA} bytes.")
        metadata = as_object(parse(request.body).value)
        if not metadata:
            raise OAuthError("invalid_client_metadata", "Expected a JSON object.")
        answer = self._clients.register(metadata, int(self._domain.clock()))
        return json_response(answer, status=201)

    # Authorization (OAuth 2.1 section 4.1)

    def _authorize(self, request: HttpRequest, base_url: str) -> HttpResponse:
        parameters = query_of(request)
        client = self._client(parameters.get("client_id", ""))
        redirect_uri = self._redirect_uri(client, parameters)
        try:
            asked = self._consented(parameters, base_url)
            answer = {"code": self._grants.code(client, redirect_uri, asked)}
        except OAuthError as error:
            answer = error.members
        if "state" in parameters:
            answer["state"] = parameters["state"]
        answer["iss"] = base_url + self.path
        sent = self._domain.deviations.edited("redirect", answer)
        separator = "&" if "?" in redirect_uri else "?"
        return redirect(f"{redirect_uri}{separator}{urlencode(sent)}")

    def _consented(self, parameters: Mapping[str, str], base_url: str) -> AuthorizationRequest:
        asked = read_request(parameters, self._domain, base_url)
        if "access-denied" in self._domain.deviations:
            raise OAuthError("access_denied", "The user does not consent.")
        return asked

    def _redirect_uri(self, client: Client, parameters: Mapping[str, str]) -> str:
        """Return where to redirect to; without one that was registered nobody is redirected."""
        given = parameters.get("redirect_uri")
        if given is None and len(client.redirect_uris) == 1:
            return client.redirect_uris[0]
        if given is not None and client.may_be_sent_to(given):
            return given
        if given is not None and split(given) and "redirect-unchecked" in self._domain.deviations:
            return given
        raise OAuthError("invalid_request", "The redirect URI was not registered.")

    # Tokens (OAuth 2.1 section 4.1.3 and 4.3)

    def _token(self, request: HttpRequest, base_url: str) -> HttpResponse:
        form = form_of(request)
        client_id, method, secret = authentication(request, form)
        client = self._client(client_id)
        if not client.proves_itself(method, secret):
            expected = ", ".join(client.methods)
            raise OAuthError("invalid_client", f"Expected {expected}, got {method}.")
        kind = form.get("grant_type")
        if kind == "authorization_code":
            verifier = form.get("code_verifier", "")
            grant = self._grants.redeem(
                client, form.get("code", ""), verifier, form.get("redirect_uri")
            )
        elif kind == "refresh_token":
            grant = self._grants.refreshed(client, form.get("refresh_token", ""))
        elif kind == CLIENT_CREDENTIALS:
            grant = self._own(client, form, base_url)
        else:
            raise OAuthError(
                "unsupported_grant_type", f"Expected {', '.join((*GRANTS, CLIENT_CREDENTIALS))}."
            )
        grant.asked.check_resource(form.get("resource"))
        scopes = self._narrowed(grant, form.get("scope")) if kind == "refresh_token" else None
        return json_response(self._issued(grant, scopes or grant.asked.scopes, base_url))

    def _own(self, client: Client, form: Mapping[str, str], base_url: str) -> Grant:
        """Grant what a client asks for in its own name (OAuth 2.1 section 4.2)."""
        if client.secret is None:
            raise OAuthError("unauthorized_client", "This takes a client with a secret.")
        asked = read_own_request(form, self._domain, base_url)
        return Grant(client=client, redirect_uri="", asked=asked, expires=self._domain.clock())

    def _narrowed(self, grant: Grant, scope: str | None) -> tuple[str, ...]:
        asked = tuple((scope or "").split())
        if not set(asked) <= set(grant.asked.scopes):
            raise OAuthError("invalid_scope", "A refresh cannot add scopes.")
        return asked

    def _issued(self, grant: Grant, scopes: tuple[str, ...], base_url: str) -> dict[str, Json]:
        lifetime = self._domain.contract.expires_in
        claims = self._domain.deviations.edited(
            "access token",
            {
                "iss": base_url + self.path,
                "aud": grant.asked.resource,
                "client_id": grant.client.client_id,
            },
        )
        answer: dict[str, Json] = {
            "access_token": self._domain.tokens.issue(scopes, lifetime, claims),
            "token_type": "Bearer",
            "expires_in": lifetime,
        }
        if scopes:
            answer["scope"] = " ".join(scopes)
        if self._refreshable(grant):
            answer["refresh_token"] = self._grants.refresh_token(grant)
        return answer

    def _refreshable(self, grant: Grant) -> bool:
        deviations = self._domain.deviations
        if "no-refresh-tokens" in deviations or "refresh_token" not in grant.client.grant_types:
            return False
        if not grant.redirect_uri:
            return False  # who can ask for itself needs none (OAuth 2.1, 4.2.3)
        return "offline-access" not in deviations or OFFLINE in grant.asked.scopes
