"""Progress, both ways."""

from mcp_proof.judge.scenario import scenario
from mcp_proof.judge.scenarios.asking import asker, asks, sampling
from mcp_proof.judge.stage import Stage
from mcp_proof_contracts.json_value import Json, JsonObject
from mcp_proof_contracts.revision import LATEST_STATEFUL


@scenario("progress-wanted", "progress-token-type", "progress-token-unique")
def wanted(stage: Stage) -> None:
    """The user wants to hear how far two calls are that run at the same time."""
    report: JsonObject = {"progress": {"progress": 1, "total": 2}}
    names = ["first", "second"]
    stage.tools(*(asker(name, {"delay": 100}, report) for name in names))
    calls: list[Json] = [
        {"do": "call", "tool": name, "arguments": {}, "progress": True} for name in names
    ]
    stage.wish("together", wishes=calls)


@scenario(
    "progress-of-the-client",
    "progress-known-token",
    "progress-members",
    "progress-increases",
    "progress-stops",
    until=LATEST_STATEFUL,
)
def of_the_client(stage: Stage) -> None:
    """A tool asks the model, and wants to hear how far it is."""
    asks(stage, sampling(_meta={"progressToken": "how-far"}))
