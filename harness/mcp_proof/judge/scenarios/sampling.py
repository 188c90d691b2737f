"""The mock asks the client's model, with and without what the client has declared."""

from typing import Final

from mcp_proof.judge.scenario import scenario
from mcp_proof.judge.scenarios.asking import asks, sampling
from mcp_proof.judge.stage import Stage
from mcp_proof_contracts.json_value import JsonArray, JsonObject
from mcp_proof_contracts.revision import LATEST_STATEFUL, Revision

TOOLS: Final[JsonArray] = [
    {
        "name": "look_up",
        "description": "Looks something up.",
        "inputSchema": {"type": "object"},
    }
]
USE: Final[JsonObject] = {"type": "tool_use", "id": "call-1", "name": "look_up", "input": {}}
RESULT: Final[JsonObject] = {
    "type": "tool_result",
    "toolUseId": "call-1",
    "content": [{"type": "text", "text": "Found."}],
}
TEXT: Final[JsonObject] = {"type": "text", "text": "What now?"}
SINCE: Final = Revision.R2025_11_25
WITH_TOOLS: Final = ("sampling", "sampling.tools")


@scenario(
    "sampling", "sampling-client-declares", "sampling-result-members", "sampling-client-max-tokens"
)
def asked(stage: Stage) -> None:
    """A tool asks the client's model for a few words."""
    asks(stage, sampling(text="Count to a hundred, in words.", maxTokens=10))


@scenario("sampling-undeclared", "sampling-client-declares")
def undeclared(stage: Stage) -> None:
    """A tool asks the model of a client that has declared none."""
    stage.declares = ["elicitation"]
    stage.suspend("sampling-server-only-if-declared")
    asks(stage, sampling())


@scenario("sampling-rejected", "sampling-rejection-is-error", until=LATEST_STATEFUL)
def rejected(stage: Stage) -> None:
    """The client's user rejects what a tool asks the model."""
    stage.user["sampling"] = "reject"
    asks(stage, sampling())


@scenario("sampling-tools-undeclared", "sampling-client-tools-error", since=SINCE)
def tools_undeclared(stage: Stage) -> None:
    """A tool asks with tools, which the client has not declared that its model can use."""
    stage.declares = ["sampling"]
    stage.suspend("sampling-tools-only-if-declared")
    asks(stage, sampling(tools=TOOLS))


@scenario(
    "sampling-unbalanced", "sampling-client-rejects-unbalanced", since=SINCE, until=LATEST_STATEFUL
)
def unbalanced(stage: Stage) -> None:
    """A tool asks with a use of a tool that has no result, and with a result beside a text."""
    stage.declares = [*WITH_TOOLS]
    used: JsonObject = {"role": "assistant", "content": [USE]}
    resolved: JsonObject = {"role": "user", "content": [RESULT]}
    mixed: JsonObject = {"role": "user", "content": [RESULT, TEXT]}
    unresolved: JsonObject = {"role": "user", "content": TEXT}
    asks(
        stage,
        *(sampling(used, each, tools=TOOLS) for each in (resolved, mixed, unresolved)),
    )


@scenario("sampling-tool-choice-none", "sampling-client-tool-choice", since=SINCE)
def tool_choice_none(stage: Stage) -> None:
    """A tool asks with tools that the model is not to use."""
    stage.declares = [*WITH_TOOLS]
    asks(stage, sampling(tools=TOOLS, toolChoice={"mode": "none"}))


@scenario("sampling-tool-choice-required", "sampling-client-tool-choice", since=SINCE)
def tool_choice_required(stage: Stage) -> None:
    """A tool asks with tools of which the model is to use one, as it does."""
    stage.declares = [*WITH_TOOLS]
    stage.user["sampling"] = {
        "role": "assistant",
        "content": USE,
        "model": "scripted",
        "stopReason": "toolUse",
    }
    asks(stage, sampling(tools=TOOLS, toolChoice={"mode": "required"}))
