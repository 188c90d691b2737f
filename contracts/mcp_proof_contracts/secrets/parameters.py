"""The parameters of URLs and forms as they may be recorded: without those such as `token`."""

import re
from collections.abc import Iterator
from typing import Final
from urllib.parse import unquote_plus

from mcp_proof_contracts.secrets.mask import HIDDEN
from mcp_proof_contracts.secrets.names import may_name_a_secret, names_a_secret
from mcp_proof_contracts.secrets.values import is_commonplace, is_no_word, is_secretive

FORM: Final = "application/x-www-form-urlencoded"
"""The media type of a form."""
PARAMETER: Final = re.compile(r"(?<=[?&;#])([^=&;#?]+)=([^&;#]*)")
_MEMBER: Final = re.compile(r"(?:^|(?<=[&;]))([^=&;]+)=([^&;]*)")


def shown_query(url: str) -> str:
    """Return a URL or a path without the values of parameters such as `token`."""
    return PARAMETER.sub(_shown, url)


def shown_form(text: str) -> str:
    """Return a form without what is secret in it; there `code` is a credential, however short."""
    return _MEMBER.sub(_shown_member, text)


def secrets_in_form(text: str) -> Iterator[str]:
    """Yield what is secret in a form and no mere word."""
    for member in _MEMBER.finditer(text):
        value = unquote_plus(member[2])
        if _hides(unquote_plus(member[1]), value) and is_no_word(value):
            yield value


def _shown(parameter: re.Match[str]) -> str:
    name, value = unquote_plus(parameter[1]), unquote_plus(parameter[2])
    secret = names_a_secret(name) and is_secretive(value)
    doubtful = may_name_a_secret(name) and is_no_word(value)
    return f"{parameter[1]}={HIDDEN}" if secret or doubtful else parameter[0]


def _shown_member(member: re.Match[str]) -> str:
    hides = _hides(unquote_plus(member[1]), unquote_plus(member[2]))
    return f"{member[1]}={HIDDEN}" if hides else member[0]


def _hides(name: str, value: str) -> bool:
    secret = names_a_secret(name) or may_name_a_secret(name)
    return secret and bool(value) and not is_commonplace(value)
