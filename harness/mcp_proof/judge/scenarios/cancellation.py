"""What is taken back: by the client's user, and by the mock."""

from typing import Final

from mcp_proof.judge.scenario import scenario
from mcp_proof.judge.scenarios.asking import ROOTS, asker, form
from mcp_proof.judge.stage import Stage
from mcp_proof_contracts.json_value import Json, JsonObject
from mcp_proof_contracts.revision import LATEST_STATEFUL, Revision

CANCELLED: Final = "notifications/cancelled"
FORMS_SINCE: Final = Revision.R2025_06_18
FIRST_QUESTION: Final = "mock-1"
"""The id of the first question that the mock asks in a session."""


@scenario(
    "cancelled-call",
    "cancel-client-ignores-late-response",
    "cancel-own-inflight-only",
    "cancel-members",
)
def call(stage: Stage) -> None:
    """The user takes back a call, which is answered all the same a little later."""
    stage.suspend("cancel-honoured")
    stage.tools(asker("slow", {"delay": 200}))
    stage.wish("call", tool="slow", arguments={}, cancel_after=0.05)
    stage.wish("wait", seconds=0.2)
    stage.wish("list", what="tools")


@scenario("cancelled-question", "cancel-honoured", since=FORMS_SINCE, until=LATEST_STATEFUL)
def question(stage: Stage) -> None:
    """A tool asks the user, who takes a while, and takes the question back meanwhile."""
    stage.user["seconds"] = 0.25
    asked: JsonObject = {**form(), "timeout_ms": 30}
    stage.tools(asker("hasty", {"ask": {"name": asked}}), asker("roots", {"ask": {"roots": ROOTS}}))
    stage.wish("call", tool="hasty", arguments={})
    stage.wish("call", tool="roots", arguments={})
    stage.wish("wait", seconds=0.25)


@scenario("cancelled-nothing", "cancel-unknown-ignored", until=LATEST_STATEFUL)
def nothing(stage: Stage) -> None:
    """While a tool runs, the mock takes back what it has never asked."""
    ids: list[Json] = ["nobody-asked", 1_000_000]
    notices: list[JsonObject] = [
        {"notify": {"method": CANCELLED, "params": {"requestId": each}}} for each in ids
    ]
    stage.tools(asker("cancel", *notices))
    stage.wish("call", tool="cancel", arguments={})


@scenario("cancelled-too-late", "cancel-race-survived", until=LATEST_STATEFUL)
def too_late(stage: Stage) -> None:
    """A tool takes back a question that the client has answered already."""
    back: JsonObject = {"method": CANCELLED, "params": {"requestId": FIRST_QUESTION}}
    stage.tools(asker("roots", {"ask": {"roots": ROOTS}}, {"notify": back}))
    stage.wish("call", tool="roots", arguments={})
