"""Oracles: each looks at what was seen of a case and says what is wrong, if anything.

What the text of the protocol demands of messages is judged by the rules, over all that was
recorded; an oracle knows what the fuzzer alone knows: which input was good, what was sent before.
"""

from collections.abc import Callable, Iterator, Sequence
from importlib import import_module
from typing import Final, TypeAlias

from mcp_proof.fuzz.failure import Complaint
from mcp_proof.fuzz.observation import Observation

Oracle: TypeAlias = Callable[[Sequence[Observation]], Iterator[Complaint]]
"""Takes what was seen of the steps of a case, judges the last."""

NAMES: Final = (
    "crash",
    "hang",
    "server_error",
    "protocol_error",
    "wire_schema",
    "output_schema",
    "invalid_accepted",
    "leak",
    "read_only",
    "idempotent",
    "echo",
)
"""The modules in `mcp_proof.fuzz.oracles`; each has a function `judge`."""
IN_COMPANY: Final = ("crash", "hang", "server_error", "crossed")
"""Those that judge a call in flight with others, of which it is not sure what came back for it."""
CANCELLED: Final = ("crash", "hang")
"""Those that judge a call that was cancelled."""


def complaints(seen: Sequence[Observation]) -> Iterator[Complaint]:
    """Yield what any oracle has to say of the last step of a case."""
    for oracle in _oracles(seen[-1]):
        yield from oracle(seen)


def _oracles(last: Observation) -> Iterator[Oracle]:
    names = CANCELLED if last.cancelled else IN_COMPANY if last.alone else NAMES
    return (import_module(f"mcp_proof.fuzz.oracles.{name}").judge for name in names)
