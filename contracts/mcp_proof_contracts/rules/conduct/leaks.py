"""What servers do to users: what repeated calls leave behind."""

from itertools import pairwise
from typing import Final

from mcp_proof_contracts.reading import Reading
from mcp_proof_contracts.rule import Finding, Kept, Observations, Untested, rule
from mcp_proof_contracts.transcript import Event, EventKind

REPEATED: Final = "repeated-calls"
SETTLING: Final = 40
"""Calls that are not judged: pools fill, and modules are loaded, at first."""
EVERY: Final = 20
"""Calls between two looks at the process."""
MOST: Final = 200
"""Calls in all."""
FEWEST_STEPS: Final = 5
"""From so many looks in a row on a rise at each of them is no chance."""
FEW: Final = 5
"""What may be there besides in the end: a healthy server is never quite still."""
UNITS: Final = ("handles", "threads", "processes")


@rule(
    "conduct-calls-leave-nothing",
    "implied",
    "transports/stdio#stdio",
    transport="stdio",
    probes=(REPEATED,),
    otherwise="no read-only tool was called repeatedly, or the process cannot be looked at here",
)
def calls_leave_nothing(read: Reading) -> Observations:
    """The same call, repeated, leaves no handles, threads or processes behind.

    A client keeps the process as long as its window is open, and what each call leaves adds up
    until the server, or the machine, has no more. Looked at: two hundred calls of a read-only tool
    that answers at once; after the first forty, the open handles, threads and processes of the
    server and its children at every twentieth. A finding rises at each look, by half a piece for
    each call or more: pools and caches that fill come to an end. Memory is not judged: in so short
    a time garbage that waits for its collection cannot be told from a leak; `mcp-proof load` can.
    """
    looks = [event for event in read.events(EventKind.USAGE) if event.probe == REPEATED]
    judged = [event for event in looks if _number(event, "calls") >= SETTLING]
    if not judged:
        return
    if len(judged) <= FEWEST_STEPS:
        yield Untested("too few calls were answered in the time that there was")
        return
    rising = [unit for unit in UNITS if _rises(judged, unit)]
    for unit in rising:
        first, last = judged[0], judged[-1]
        calls = _number(last, "calls") - _number(first, "calls")
        yield Finding(
            message=f"the {unit} of the server rise with every call",
            expected="as many as before, once the server has settled",
            actual=f"{_number(first, unit)} and, {calls} calls later, {_number(last, unit)}",
            events=(first, judged[len(judged) // 2], last),
        )
    if rising:
        return
    if all(_number(judged[-1], unit) - _number(judged[0], unit) <= FEW for unit in UNITS):
        yield Kept(judged[-1])
    else:
        yield Untested("the server had not settled, or what calls leave is sometimes taken away")


def _rises(looks: list[Event], unit: str) -> bool:
    return all(
        2 * (_number(later, unit) - _number(earlier, unit))
        >= _number(later, "calls") - _number(earlier, "calls")
        for earlier, later in pairwise(looks)
    )


def _number(event: Event, name: str) -> int:
    value = event.data.get(name)
    return value if isinstance(value, int) else 0
