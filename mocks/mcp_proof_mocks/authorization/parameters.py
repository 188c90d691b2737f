"""The parameters of a request to the authorization server, and how its client authenticates."""

import base64
import binascii
from collections.abc import Mapping
from typing import Final
from urllib.parse import parse_qsl, unquote_plus

from mcp_proof_mocks.authorization.responses import OAuthError
from mcp_proof_mocks.http.messages import HttpRequest

FORM: Final = "application/x-www-form-urlencoded"
MAX_PARAMETERS: Final = 50


def query_of(request: HttpRequest) -> dict[str, str]:
    """Return the parameters of the URL."""
    return _single(request.path.partition("?")[2])


def form_of(request: HttpRequest) -> dict[str, str]:
    """Return the parameters of the body.

    Raises:
        OAuthError: it is no form, or a parameter is there twice.
    """
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != FORM:
        raise OAuthError("invalid_request", f"Expected {FORM}.")
    return _single(request.body.decode(errors="replace"))


def authentication(request: HttpRequest, form: Mapping[str, str]) -> tuple[str, str, str | None]:
    """Return the client's id, its method and its secret (RFC 6749 section 2.3.1).

    Raises:
        OAuthError: it uses two methods, or none that can be read.
    """
    scheme, _, encoded = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "basic":
        if "client_secret" in form:
            raise OAuthError("invalid_request", "A client authenticates in one way.")
        return _basic(encoded, form)
    client_id = form.get("client_id", "")
    if "client_secret" in form:
        return client_id, "client_secret_post", form["client_secret"]
    return client_id, "none", None


def _basic(encoded: str, form: Mapping[str, str]) -> tuple[str, str, str | None]:
    try:
        decoded = base64.b64decode(encoded.strip(), validate=True).decode()
    except (binascii.Error, UnicodeDecodeError) as error:
        raise OAuthError("invalid_client", "The Basic field cannot be read.") from error
    client_id, _, secret = (unquote_plus(part) for part in decoded.partition(":"))
    if form.get("client_id", client_id) != client_id:
        raise OAuthError("invalid_request", "client_id is not the one that authenticates.")
    return client_id, "client_secret_basic", secret


def _single(encoded: str) -> dict[str, str]:
    try:
        pairs = parse_qsl(encoded, keep_blank_values=True, max_num_fields=MAX_PARAMETERS)
    except ValueError as error:
        raise OAuthError("invalid_request", "There are too many parameters.") from error
    # What has no value counts as omitted, and nothing may be there twice (RFC 6749 section 3.1).
    parameters = {name: value for name, value in pairs if value}
    if len(parameters) < sum(1 for _, value in pairs if value):
        raise OAuthError("invalid_request", "A parameter is there twice.")
    return parameters
