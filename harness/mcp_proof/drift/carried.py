"""Ids that a server gives anew each time: what a client took from an answer, it takes from it now.

A recorded client that listed notes and then read one sent an id that the server of today does not
know. Where a live answer has another id at the same place, that one is sent instead.
"""

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from mcp_proof.drift.recorded import Request
from mcp_proof.drift.shape import json_in
from mcp_proof_contracts.json_value import Json

ID: Final = re.compile(r"(?=\S*\d)\S{6,200}")
"""What may be an id: a word with a digit, long enough not to be there by chance."""
CARRYING: Final = ("arguments", "uri")
"""The parameters that are replaced in: never the name of a tool, which would be another one."""
MOST: Final = 50_000
"""Values of one answer that are looked at."""


class Carried:
    """Knows what has taken the place of recorded ids."""

    def __init__(self) -> None:
        self._now: dict[str, str | None] = {}
        """The live id for each recorded one; `None` where there were several."""

    def learn(self, recorded: Json, live: Json) -> None:
        """Look where a live answer has another id than a recorded one."""
        for before, now in _ids(recorded, live):
            known = self._now.setdefault(before, now)
            self._now[before] = now if known == now else None

    def into(self, request: Request) -> Request:
        """Return a request as the recorded client would send it now."""
        params = {
            name: self._replaced(value) if name in CARRYING else value
            for name, value in request.params.items()
        }
        return request if params == request.params else replace(request, params=params)

    def _replaced(self, value: Json) -> Json:
        match value:
            case str():
                now = self._now.get(value)
                return value if now is None else now
            case list():
                return [self._replaced(item) for item in value]
            case dict():
                return {name: self._replaced(item) for name, item in value.items()}
            case _:
                return value


def _ids(recorded: Json, live: Json) -> Iterator[tuple[str, str]]:
    """Yield the ids that stand at the same place of two answers."""
    left, pairs = MOST, [(recorded, live)]
    while pairs and left:
        left -= 1
        one, other = pairs.pop()
        if isinstance(one, dict) and isinstance(other, dict):
            pairs += [(value, other[name]) for name, value in one.items() if name in other]
        elif isinstance(one, list) and isinstance(other, list):
            pairs += zip(one, other, strict=False)
        elif isinstance(one, str) and isinstance(other, str):
            if ID.fullmatch(one) and ID.fullmatch(other):
                yield one, other
            elif (inner := json_in(one)) is not None:
                pairs.append((inner, json_in(other)))
