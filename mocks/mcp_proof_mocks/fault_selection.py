"""Which requests a fault is for: by method, by tool, by the number of the call, by chance."""

import re
from dataclasses import dataclass
from random import Random
from typing import Final

from mcp_proof_contracts.json_value import JsonObject
from mcp_proof_contracts.wire import as_object

CALLS: Final = re.compile(r"([1-9]\d*)(\.\.)?")


@dataclass(kw_only=True)
class Selection:
    """A request is chosen when everything that is given fits; without anything, every one is.

    The fields are the keys that `--fault` takes beside a fault's own.
    """

    method: str | None = None
    tool: str | None = None
    """Only calls of this tool."""
    call: str = "1.."
    """`3` for the third of the requests that fit so far, `3..` for it and all that follow."""
    probability: float = 1.0
    """Of those, this share, by chance."""
    seed: int = 0
    """Another seed chooses others; the same one chooses the same again."""

    def __post_init__(self) -> None:
        """Read `call`, and begin to count."""
        counted = CALLS.fullmatch(self.call)
        if counted is None:
            raise ValueError(f"call is a number from 1, or one and `..`, not {self.call!r}")
        if not 0 <= self.probability <= 1:
            raise ValueError(f"probability is between 0 and 1, not {self.probability:g}")
        self._first = int(counted[1])
        self._last = None if counted[2] else self._first
        self._seen = 0
        self._random = Random(self.seed)  # noqa: S311  # repeatable chance is what is wanted

    def chooses(self, request: JsonObject) -> bool:
        """Whether the fault is for this request; each one is asked about once."""
        if self.method not in (None, request.get("method")):
            return False
        if self.tool not in (None, _tool(request)):
            return False
        self._seen += 1
        if self._seen < self._first or (self._last is not None and self._seen > self._last):
            return False
        return self._random.random() < self.probability


def _tool(request: JsonObject) -> object:
    """The tool that a request calls."""
    is_call = request.get("method") == "tools/call"
    return as_object(request.get("params")).get("name") if is_call else None
