"""The variables of the environment: `MCP_PROOF_<OPTION>`. A blank one is not set.

A list has one item on each line. A variable of that beginning which is no option may be the
user's own, such as a token's; only one that looks like a slip of the pen is refused.
"""

from collections.abc import Mapping
from typing import Final

from mcp_proof.config.config import BY_NAME, Config, Setting
from mcp_proof.errors import UsageError
from mcp_proof.options.kinds import WrongValueError
from mcp_proof.options.option import PREFIX

VARIABLES: Final[Mapping[str, str]] = {
    option.variable: option.name for option in BY_NAME.values() if option.configures
}
SLIP: Final = 0.85
"""How similar two names are of which one is probably meant to be the other."""


def read_environment(environment: Mapping[str, str]) -> Config:
    """Return the settings of the environment.

    Raises:
        UsageError: a variable has a wrong value, or nearly the name of an option.
    """
    settings: dict[str, Setting] = {}
    for variable, text in environment.items():
        if not variable.startswith(PREFIX) or not text.strip():
            continue
        name = VARIABLES.get(variable)
        if name is None:
            _suspect(variable)
            continue
        try:
            settings[name] = Setting(BY_NAME[name].kind.parse(text), "environment", variable)
        except WrongValueError as error:
            raise UsageError(f"{variable}: {error}") from error
    return Config(settings)


def _suspect(variable: str) -> None:
    from difflib import get_close_matches  # noqa: PLC0415  # slow to load, seldom needed

    known = {name.removeprefix(PREFIX): name for name in VARIABLES}
    for near in get_close_matches(variable.removeprefix(PREFIX), known, 1, SLIP):
        raise UsageError(f"{variable}: there is no such option. Did you mean {known[near]}?")
