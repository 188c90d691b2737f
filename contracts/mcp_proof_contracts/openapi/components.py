"""Where the schemas of tools stand in an OpenAPI document."""

import re
from typing import Final

SCHEMAS: Final = "#/components/schemas/"
_NAME: Final = re.compile(r"[A-Za-z0-9._-]+")
"""What the name of a component may be (OpenAPI 3.1, Components Object)."""


def component(number: int, name: str, what: str) -> str:
    """Return the name of a component of the tool with this number."""
    return f"{name if _NAME.fullmatch(name) else f'tool-{number}'}-{what}"


def at(name: str) -> str:
    """Return the reference to a schema among the components."""
    return f"{SCHEMAS}{name}"
