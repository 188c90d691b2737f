"""The HTTP headers that `--header` and `--header-env` give."""

import os
import re
from typing import Final

from mcp_proof.config.config import Config
from mcp_proof_contracts.headers import FIELD_NAME
from mcp_proof_contracts.secrets.mask import HIDDEN
from mcp_proof_contracts.secrets.values import is_no_word
from mcp_proof_contracts.suggestion import did_you_mean

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


def headers_of(config: Config) -> dict[str, str]:
    """Return the headers that are configured, or given on the command line.

    Raises:
        UsageError: one is ill-formed, is ours to set, or its variable is not set.
    """
    headers: dict[str, str] = {}
    for item in config.texts("header"):
        name, colon, value = item.partition(":")
        if not colon or not name.strip():
            # The value may be a secret that was given without its name.
            raise config.wrong("header", "expected 'Name: value'")
        headers[name.strip()] = _checked(config, "header", name.strip(), value.strip())
    for item in config.texts("header-env"):
        name, equals, variable = item.partition("=")
        if not equals or not name.strip():
            raise config.wrong("header-env", f"{_shown(item)!r}: expected NAME=VARIABLE")
        if variable not in os.environ:
            hint = did_you_mean(variable, os.environ)
            what = f"the variable {_shown(variable)} is not set.{hint}"
            raise config.wrong("header-env", what)
        value = os.environ[variable].strip()
        headers[name.strip()] = _checked(config, "header-env", name.strip(), value)
    return headers


def header_problem(name: str, value: str) -> str | None:
    """Say why HTTP cannot carry a header; `None` where it can."""
    if not FIELD_NAME.fullmatch(name):
        return f"{_shown(name)!r} is no header name: letters, digits and -_.!#$%&'*+^`|~ only"
    if not VALUE.fullmatch(value):
        return f"the value of the header {name} has characters no header can"
    return None


def _checked(config: Config, option: str, name: str, value: str) -> str:
    if (problem := header_problem(name, value)) is not None:
        raise config.wrong(option, problem)
    if name.lower() in OURS:
        raise config.wrong(
            option, f"the header {name} is set by mcp-proof itself, as each request needs it"
        )
    return value


def _shown(name: str) -> str:
    """Return what should be a name; it may be a secret in the wrong place."""
    return HIDDEN if any(map(is_no_word, name.split())) else name
