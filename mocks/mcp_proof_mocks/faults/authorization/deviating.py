"""Edits of protected servers that several faults share."""

from dataclasses import replace
from typing import Final

from mcp_proof_contracts.json_value import Json
from mcp_proof_contracts.wire import as_list, as_object
from mcp_proof_mocks.fault import ContractEdit, HttpEdit
from mcp_proof_mocks.http.messages import HttpRequest, HttpResponse

PROTECTED: Final = "protected"
"""The contract that shows them."""


def deviating(**named: tuple[str, ...]) -> ContractEdit:
    """Add variants or misbehaviours to what the contract has."""

    def edit(document: dict[str, Json]) -> None:
        guarded = as_object(document.get("authorization"))
        added = {kind: [*as_list(guarded.get(kind)), *names] for kind, names in named.items()}
        document["authorization"] = {**guarded, **added}

    return edit


def with_status(wrong: int, *, instead_of: int, presented: bool | None = None) -> HttpEdit:
    """Turn away with another status; `presented`: only who sends `Authorization`, or does not."""

    def edit(request: HttpRequest, response: HttpResponse) -> HttpResponse:
        other = presented is not None and presented != ("authorization" in request.headers)
        challenged = "WWW-Authenticate" in response.headers
        if response.status != instead_of or other or not challenged:
            return response
        return replace(response, status=wrong)

    return edit


def without_challenge(status: int) -> HttpEdit:
    """Leave `WWW-Authenticate` out of the responses with a status."""

    def edit(_: HttpRequest, response: HttpResponse) -> HttpResponse:
        if response.status != status:
            return response
        kept = {n: v for n, v in response.headers.items() if n.lower() != "www-authenticate"}
        return replace(response, headers=kept)

    return edit


def missing(*beginnings: str) -> HttpEdit:
    """Know nothing of paths that begin so."""

    def edit(request: HttpRequest, response: HttpResponse) -> HttpResponse:
        return HttpResponse(status=404) if request.path.startswith(beginnings) else response

    return edit
