"""What a campaign against one operation comes to, as the outcome of a test."""

from collections.abc import Iterable
from typing import Final

import pytest

from mcp_proof.fuzz.failure import Failure
from mcp_proof.fuzz.tally import FuzzTally
from mcp_proof.reports.fuzz.headline import is_operation
from mcp_proof.reports.fuzz.told import SEEN_ONCE, input_lines
from mcp_proof_contracts.excerpt import excerpt

__tracebackhide__ = True  # of all that is called here: whoever reads a failure looks at the test

SHOWN: Final = 2000
"""Characters of an input, and of what came."""


def settle(run: FuzzTally, label: str) -> None:
    """Make it the outcome of the running test: pass, fail, xfail for what only tells, or skip.

    Args:
        run: the campaign.
        label: what the test is about.

    Raises:
        pytest.fail.Exception, pytest.skip.Exception, pytest.xfail.Exception: as it says.
    """
    heavy = [failure for failure in run.gravest_first if run.fails(failure)]
    if heavy:
        pytest.fail(_text(run, heavy), pytrace=False)
    if run.lost:
        pytest.fail(run.lost, pytrace=False)
    if run.faults:
        pytest.fail(
            run.mask("\n".join(["a fault of mcp-proof itself:", *run.faults])), pytrace=False
        )
    if run.failures:
        pytest.xfail(f"it does not fail the run: {_text(run, run.gravest_first)}")
    reasons = "; ".join(
        reason
        for result in run.results
        for reason in result.reasons
        if result.label == label or not is_operation(result.label)
    )
    if reasons:
        pytest.skip(f"not judged: {run.mask(reasons)}")
    if not run.cases:
        pytest.skip("not judged: no input was made")


def _text(run: FuzzTally, failures: Iterable[Failure]) -> str:
    return run.mask("\n\n".join("\n".join(_lines(failure)) for failure in failures))


def _lines(failure: Failure) -> Iterable[str]:
    complaint = failure.complaint
    yield f"{complaint.level} {failure.operation} {complaint.oracle}: {complaint.message}"
    if not failure.reproduced:
        yield f"  {SEEN_ONCE}"
    name = "input"
    for step in input_lines(failure.case, SHOWN):
        yield f"  {name:9} {step}"
        name = "then"
    yield f"  expected  {excerpt(complaint.expected, SHOWN)}"
    yield f"  actual    {excerpt(complaint.actual, SHOWN)}"
    if failure.reproduce:
        yield f"  reproduce {failure.reproduce}"
