"""No answer comes: from the tool, while the server lives, or from the server at all.

A control request tells the two apart (JSON-RPC 2.0, section 5: a request is answered). Who is slow
is no failure: the smallest input is given all of `--timeout` on a server of its own before it is
told.
"""

from collections.abc import Iterator, Sequence

from mcp_proof.fuzz.failure import Complaint
from mcp_proof.fuzz.observation import Ending, Observation, telling
from mcp_proof_contracts.rule import Level


def judge(seen: Sequence[Observation]) -> Iterator[Complaint]:
    """Complain where nothing came in time; whether more time helps is found out later."""
    last = telling(seen)
    if last.ending in (Ending.HUNG, Ending.SLOW):
        dead = last.ending is Ending.HUNG
        yield Complaint(
            oracle="hang",
            level=Level.MUST,
            message=(
                "the server answers nothing any more, not even a control request"
                if dead
                else "no answer comes, though the server answers a control request meanwhile"
            ),
            expected="an answer to every request",
            actual=f"silence for {last.seconds:.1f} s",
        )
