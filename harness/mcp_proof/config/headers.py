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
        headers[_name(config, "header", name)] = _value(config, "header", name, value)
    for item in config.texts("header-env"):
        name, equals, variable = item.partition("=")
        if not equals or not name.strip():
            raise config.wrong("header-env", f"{_shown(item)!r}: expected NAME=VARIABLE")
        if variable not in os.environ:
            hint = did_you_mean(variable, os.environ)
            what = f"the variable {_shown(variable)} is not set.{hint}"
            raise config.wrong("header-env", what)
        value = os.environ[variable]
        headers[_name(config, "header-env", name)] = _value(config, "header-env", name, value)
    return headers


def _name(config: Config, option: str, text: str) -> str:
    name = text.strip()
    if not FIELD_NAME.fullmatch(name):
        raise config.wrong(
            option,
            f"{_shown(name)!r} is no header name: letters, digits and -_.!#$%&'*+^`|~ only",
        )
    if name.lower() in OURS:
        raise config.wrong(
            option, f"the header {name} is set by mcp-proof itself, as each request needs it"
        )
    return name


def _shown(name: str) -> str:
    """Return what should be a name; it may be a secret in the wrong place."""
    return HIDDEN if any(map(is_no_word, name.split())) else name


def _value(config: Config, option: str, name: str, text: str) -> str:
    value = text.strip()
    if not VALUE.fullmatch(value):
        raise config.wrong(
            option, f"the value of the header {name.strip()} has characters no header can"
        )
    return value
