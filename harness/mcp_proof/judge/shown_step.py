"""What is shown of a step towards a token: all that rules judge, and no secret."""

import base64
import binascii
from collections.abc import Mapping
from typing import Final
from urllib.parse import unquote_plus

from mcp_proof.judge.pseudonyms import Pseudonyms, s256
from mcp_proof_contracts.json_value import Json, JsonObject
from mcp_proof_contracts.secrets.mask import HIDDEN
from mcp_proof_contracts.secrets.parameters import shown_query

PLAIN: Final = frozenset(
    {
        "response_type",
        "redirect_uri",
        "scope",
        "resource",
        "code_challenge_method",
        "grant_type",
        "iss",
        "error",
        "error_description",
        "expires_in",
        "token_type",
        "client_id_issued_at",
        "client_secret_expires_at",
        "redirect_uris",
        "grant_types",
        "response_types",
        "application_type",
        "token_endpoint_auth_method",
        "client_name",
        "client_uri",
    }
)
"""Parameters and members that are shown as they are."""
SECRET: Final = {
    "access_token": "token",
    "client_secret": "secret",
    "code": "code",
    "code_challenge": "challenge",
    "code_verifier": "verifier",
    "refresh_token": "refresh",
    "registration_access_token": "secret",
    "state": "state",
}
"""Those that are shown by a name, and the kind of the name."""


class Shown:
    """Shows the steps of one run, by the names that it gives to secrets."""

    def __init__(self, names: Pseudonyms) -> None:
        self.names = names

    def authorization(self, parameters: Mapping[str, str]) -> JsonObject:
        """Show an authorization request."""
        return self._shown(parameters)

    def redirect(self, parameters: Mapping[str, str]) -> JsonObject:
        """Show what an authorization request brings back."""
        return self._shown(parameters)

    def token(self, form: Mapping[str, str], authorization: str) -> JsonObject:
        """Show a token request, with how its client authenticates."""
        shown = dict(self._shown(form))
        method = "client_secret_post" if "client_secret" in form else "none"
        scheme, _, encoded = authorization.partition(" ")
        if scheme.lower() == "basic":
            method = "client_secret_basic"
            client_id, secret = _basic(encoded)
            shown["client_id"] = self._client(client_id)
            shown["client_secret"] = self.names.name("secret", secret)
        elif "client_assertion" in form:
            method = "private_key_jwt"
        if verifier := form.get("code_verifier"):
            shown["verifies"] = self.names.known("challenge", s256(verifier))
            shown["repeats"] = self.names.known("challenge", verifier)
        return {**shown, "authentication": method}

    def registration(self, metadata: JsonObject) -> JsonObject:
        """Show what a client says of itself."""
        return self._shown(metadata)

    def registered(self, answer: JsonObject) -> JsonObject:
        """Show what the registration gave; from now on the client goes by a name."""
        shown = dict(self._shown(answer))
        if isinstance(answer.get("client_id"), str):
            shown["client_id"] = self.names.name("client", str(answer["client_id"]))
        return shown

    def issued(self, answer: JsonObject) -> JsonObject:
        """Show what a token request brought."""
        return self._shown(answer)

    def _shown(self, given: Mapping[str, Json]) -> JsonObject:
        return {name: self._value(name, value) for name, value in given.items()}

    def _value(self, name: str, value: Json) -> Json:
        if name == "client_id":
            return self._client(str(value))
        if name in SECRET:
            return self.names.name(SECRET[name], str(value))
        if name not in PLAIN:
            return HIDDEN
        return shown_query(value) if isinstance(value, str) else value

    def _client(self, client_id: str) -> str:
        """Name a registered client; others, which are known beforehand, are shown as they are."""
        return self.names.known("client", client_id) or client_id


def _basic(encoded: str) -> tuple[str, str]:
    try:
        decoded = base64.b64decode(encoded.strip(), validate=True).decode()
    except (binascii.Error, UnicodeDecodeError):
        return "", ""
    client_id, _, secret = (unquote_plus(part) for part in decoded.partition(":"))
    return client_id, secret
