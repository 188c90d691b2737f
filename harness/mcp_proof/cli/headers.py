"""The HTTP headers that `--header` and `--header-env` give."""

import argparse
import os
import re
from typing import Final

from mcp_proof.errors import UsageError
from mcp_proof_contracts.headers import FIELD_NAME

VALUE: Final = re.compile(r"[\t\x20-\x7e\x80-\xff]*")
OURS: Final = frozenset(
    {
        "accept",
        "connection",
        "content-length",
        "content-type",
        "last-event-id",
        "mcp-method",
        "mcp-name",
        "mcp-protocol-version",
        "mcp-session-id",
        "transfer-encoding",
    }
)
"""Headers that mcp-proof itself sends, rightly or wrongly on purpose."""


def headers_of(options: argparse.Namespace) -> dict[str, str]:
    """Return the headers that the options give.

    Raises:
        UsageError: one is ill-formed, is ours to set, or its variable is not set.
    """
    headers: dict[str, str] = {}
    for item in options.header:
        name, colon, value = item.partition(":")
        if not colon or not name.strip():
            # The value may be a secret that was given without its name.
            raise UsageError("--header: expected 'Name: value'")
        headers[_name(name.strip())] = _value(name, value)
    for item in options.header_env:
        name, equals, variable = item.partition("=")
        if not equals or not name.strip():
            raise UsageError(f"--header-env {item!r}: expected NAME=VARIABLE")
        if variable not in os.environ:
            raise UsageError(f"--header-env {item!r}: the variable {variable} is not set")
        headers[_name(name.strip())] = _value(name, os.environ[variable])
    return headers


def _name(name: str) -> str:
    if not FIELD_NAME.fullmatch(name):
        raise UsageError(f"{name!r} is no header name: letters, digits and -_.!#$%&'*+^`|~ only")
    if name.lower() in OURS:
        raise UsageError(f"the header {name} is set by mcp-proof itself, as each request needs it")
    return name


def _value(name: str, value: str) -> str:
    stripped = value.strip()
    if not VALUE.fullmatch(stripped):
        raise UsageError(f"the value of the header {name.strip()} has characters no header can")
    return stripped
