"""Campaigns written by hand: what a test says that fuzzing came to."""

from typing import Any

from mcp_proof.events import PeerFound, RunStarted
from mcp_proof.fuzz.events import (
    FailureFound,
    FuzzFinished,
    NotTried,
    OperationFinished,
    OperationStarted,
)
from mcp_proof.fuzz.failure import Complaint, Failure
from mcp_proof.fuzz.tally import FuzzTally
from mcp_proof_contracts.revision import Revision
from mcp_proof_contracts.rule import Level
from mcp_proof_contracts.secrets.mask import Mask

FORBIDDEN = "it does not declare itself read-only"


def failure(operation: str = "tool divide", **members: Any) -> Failure:
    """A failure that fails the run, unless it is told otherwise."""
    complaint = {
        "oracle": "crash",
        "level": Level.MUST,
        "message": "the server ended instead of answering",
        "expected": "an answer",
        "actual": "exit code 1",
    }
    complaint |= {name: members.pop(name) for name in list(members) if name in complaint}
    kind, _, name = operation.partition(" ")
    defaults = {
        "case": {kind: name, "arguments": {"by": 0}},
        "reproduce": "mcp-proof fuzz --case '{}' -- python server.py",
        "reproduced": True,
        "seen": 3,
        "seed": 0,
    }
    return Failure(operation=operation, complaint=Complaint(**complaint), **{**defaults, **members})


def advice(operation: str = "tool quote", **members: Any) -> Failure:
    """A failure that only tells."""
    return failure(operation, **{"oracle": "echo", "level": Level.ADVICE, **members})


def campaign(
    *failures: Failure,
    fine: tuple[str, ...] = ("tool add",),
    not_tried: tuple[tuple[str, str], ...] = (),
    fail_on: Level = Level.MUST,
    secrets: tuple[str, ...] = (),
    lost: str = "",
    interrupted: bool = False,
    faults: tuple[str, ...] = (),
    peer: str = "python server.py",
    name: str = "shop",
) -> FuzzTally:
    """A campaign in which these failures were found, and nothing in what is fine."""
    run = FuzzTally(fail_on=fail_on, mask=Mask(secrets), seed=0)
    run.take(RunStarted(peer=peer, transport="stdio", started="2026-01-02T03:04:05+00:00"))
    run.take(
        PeerFound(spoken=Revision.R2025_11_25, transport="stdio", name=name, version="1.0", rules=0)
    )
    labels = [*dict.fromkeys([*(each.operation for each in failures), *fine])]
    for number, label in enumerate(labels, 1):
        run.take(OperationStarted(label=label, number=number, total=len(labels)))
        for each in failures:
            if each.operation == label:
                run.take(FailureFound(failure=each))
        run.take(OperationFinished(label=label, cases=10))
    for label, reason in not_tried:
        run.take(NotTried(label=label, reason=reason))
    run.take(
        FuzzFinished(
            cases=10 * len(labels),
            calls=99,
            seconds=1.5,
            interrupted=interrupted,
            faults=faults,
            lost=lost,
        )
    )
    return run
