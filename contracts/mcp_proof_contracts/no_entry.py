"""Requests that were turned away at the door: they show nothing of what they were about."""

from http import HTTPStatus
from typing import Final

from mcp_proof_contracts.rule import Untested

NO_ENTRY: Final = {
    HTTPStatus.UNAUTHORIZED: "the server wants a credential: it answers 401; "
    "give one with --header or --header-env",
    HTTPStatus.FORBIDDEN: "the server forbids it: it answers 403; "
    "give a credential that allows it with --header or --header-env",
}
"""Why nothing can be told, by the status that says so."""


def no_entry(status: int | None) -> Untested | None:
    """Why nothing can be told of what was answered with this status; `None` where it was let in."""
    return Untested(NO_ENTRY[HTTPStatus(status)]) if status in NO_ENTRY else None
