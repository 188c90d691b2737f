"""Challenges: what a server says in `WWW-Authenticate` (RFC 9110, section 11.6.1)."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

NAME: Final = r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+"
PART: Final = re.compile(
    rf'(?P<name>{NAME})[ \t]*=[ \t]*(?:"(?P<quoted>(?:[^"\\]|\\.)*)"|(?P<plain>{NAME}))'
    rf"|(?P<scheme>{NAME})"
)
"""A parameter, or what begins the next challenge."""
BEARER: Final = "bearer"


@dataclass(frozen=True, slots=True)
class Challenge:
    """One challenge."""

    scheme: str
    """In lower case."""
    parameters: Mapping[str, str] = field(default_factory=dict[str, str])
    """By their names in lower case."""

    def scopes(self) -> list[str]:
        """The scopes that it asks for."""
        return self.parameters.get("scope", "").split()


def challenges(value: str) -> Iterator[Challenge]:
    """Yield the challenges of a field, whose lines may have been joined by commas."""
    scheme, parameters = "", dict[str, str]()
    for part in PART.finditer(value):
        if part["scheme"] is not None:
            if scheme:
                yield Challenge(scheme, parameters)
            scheme, parameters = part["scheme"].lower(), {}
        else:
            quoted = part["quoted"]
            text = part["plain"] if quoted is None else re.sub(r"\\(.)", r"\1", quoted)
            parameters.setdefault(part["name"].lower(), text)
    if scheme:
        yield Challenge(scheme, parameters)
