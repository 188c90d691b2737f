"""The path of a request as it is recorded: with its query, without the secrets in that."""

import re
from typing import Final
from urllib.parse import unquote_plus

from mcp_proof_contracts.secrets.mask import HIDDEN
from mcp_proof_contracts.secrets.names import may_name_a_secret, names_a_secret
from mcp_proof_contracts.secrets.values import is_no_word, is_secretive

PARAMETER: Final = re.compile(r"(?<=[?&;])([^=&;#]+)=([^&;#]*)")


def shown_path(path: str) -> str:
    """Return a path without the values of parameters such as `token`."""
    return PARAMETER.sub(_shown, path)


def _shown(parameter: re.Match[str]) -> str:
    name, value = unquote_plus(parameter[1]), unquote_plus(parameter[2])
    secret = names_a_secret(name) and is_secretive(value)
    doubtful = may_name_a_secret(name) and is_no_word(value)
    return f"{parameter[1]}={HIDDEN}" if secret or doubtful else parameter[0]
