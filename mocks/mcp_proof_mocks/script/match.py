"""Which case of a script answers a call."""

import re
from collections.abc import Callable, Mapping
from typing import TypeAlias

from mcp_proof_contracts.contract import When
from mcp_proof_contracts.json_value import Json, JsonObject
from mcp_proof_contracts.tool_schema import instance_check
from mcp_proof_mocks.equality import same

Condition: TypeAlias = Callable[[JsonObject, int, str], bool]
"""Takes the arguments, the number of the call and the server's state."""


def condition(when: When) -> Condition:
    """Prepare what must hold for a case to be taken; a case that asks nothing always holds."""
    conditions = [*_of_arguments(when), *_of_server(when)]
    return lambda arguments, call, state: all(c(arguments, call, state) for c in conditions)


def _of_arguments(when: When) -> list[Condition]:
    conditions: list[Condition] = []
    if when.arguments:
        wanted = when.arguments.items()
        conditions.append(
            lambda arguments, _call, _state: all(
                name in arguments and same(arguments[name], value) for name, value in wanted
            )
        )
    if when.schema is not None:
        satisfies = instance_check(when.schema)
        conditions.append(lambda arguments, _call, _state: satisfies(arguments))
    if when.pattern:
        patterns = {name: re.compile(pattern) for name, pattern in when.pattern.items()}
        conditions.append(
            lambda arguments, _call, _state: all(
                isinstance(text := arguments.get(name), str) and pattern.search(text) is not None
                for name, pattern in patterns.items()
            )
        )
    return conditions


def _of_server(when: When) -> list[Condition]:
    conditions: list[Condition] = []
    if when.call is not None:
        counts = _counts(when.call)
        conditions.append(lambda _arguments, call, _state: counts(call))
    if when.state is not None:
        wanted = when.state
        conditions.append(lambda _arguments, _call, state: state == wanted)
    return conditions


def _counts(wanted: Json) -> Callable[[int], bool]:
    if isinstance(wanted, Mapping):
        first = float(str(wanted["from"]))
        return lambda call: call >= first
    numbers = wanted if isinstance(wanted, list) else [wanted]
    return lambda call: call in numbers
