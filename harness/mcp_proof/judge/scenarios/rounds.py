"""Results that ask for input, and what the client brings back with its retry."""

from collections.abc import Callable
from typing import Final

from mcp_proof.judge.scenario import scenario
from mcp_proof.judge.scenarios.asking import ROOTS, asker, form, sampling
from mcp_proof.judge.stage import Stage
from mcp_proof_contracts.json_value import Json, JsonObject
from mcp_proof_contracts.revision import Revision
from mcp_proof_contracts.wire import as_object

SINCE: Final = Revision.R2026_07_28
ODD: Final = ' {"after": "b/+="}\tß😀 %41&amp;'
"""The beginning of a state that nobody can make sense of, nor has to."""
SECOND: Final = "second"


def _on_questions(stage: Stage, edit: Callable[[JsonObject], JsonObject]) -> None:
    """Change the results that ask for input."""

    def changed(_request: JsonObject, reply: JsonObject) -> Json:
        result = as_object(reply.get("result"))
        asks = result.get("resultType") == "input_required"
        return {**reply, "result": edit(result)} if asks else reply

    stage.reply(changed)


def _without_state(result: JsonObject) -> JsonObject:
    return {name: value for name, value in result.items() if name != "requestState"}


@scenario(
    "rounds",
    "mrtr-client-fulfils-first",
    "mrtr-client-echoes-state",
    "mrtr-client-new-id",
    "mrtr-client-same-request",
    "mrtr-client-response-shapes",
    "progress-26-client-none",
    since=SINCE,
)
def several(stage: Stage) -> None:
    """A tool asks for three things at once, and for another one then."""
    first: JsonObject = {"name": form(mode="form"), "word": sampling(), "places": ROOTS}
    stage.tools(asker("ask", {"ask": first}, {"ask": {"again": form(mode="form")}}))
    stage.wish("call", tool="ask", arguments={"purpose": "a test"})


@scenario("rounds-odd-state", "mrtr-client-echoes-state", since=SINCE)
def odd_state(stage: Stage) -> None:
    """The state to bring back has spaces, quotes and characters of all kinds."""
    stage.suspend("mrtr-tampered-state-rejected")  # what is put before it does not count
    stage.tools(asker("ask", {"ask": {"places": ROOTS}}))
    _on_questions(stage, lambda r: {**r, "requestState": f"{ODD}{r.get('requestState')}"})
    stage.wish("call", tool="ask", arguments={})


@scenario("rounds-without-state", "mrtr-client-no-invented-state", since=SINCE)
def without_state(stage: Stage) -> None:
    """A tool asks, and gives no state to bring back."""
    stage.tools(asker("ask", {"ask": {"places": ROOTS}}))
    _on_questions(stage, _without_state)
    stage.wish("call", tool="ask", arguments={})


@scenario("rounds-stale-state", "mrtr-client-no-invented-state", since=SINCE)
def stale_state(stage: Stage) -> None:
    """A tool asks with a state in the first round, and with none in the second."""
    stage.tools(asker("ask", {"ask": {"first": ROOTS}}))

    def second(request: JsonObject, reply: JsonObject) -> Json:
        params = as_object(request.get("params"))
        brought = as_object(params.get("inputResponses"))
        if request.get("method") != "tools/call" or not brought:
            return reply
        thanks: Json = [{"type": "text", "text": "Thank you."}]
        result: JsonObject = {"resultType": "complete", "content": thanks}
        if SECOND not in brought:
            result = {"resultType": "input_required", "inputRequests": {SECOND: ROOTS}}
        return {"jsonrpc": "2.0", "id": reply["id"], "result": result}

    stage.reply(second)
    stage.wish("call", tool="ask", arguments={})


@scenario("rounds-together", "mrtr-client-isolation", since=SINCE)
def together(stage: Stage) -> None:
    """Two tools that are called at the same time ask for different things."""
    stage.tools(
        asker("places", {"ask": {"places": ROOTS}}),
        asker("name", {"ask": {"name": form(mode="form")}}),
    )
    calls: list[Json] = [
        {"do": "call", "tool": tool, "arguments": {}} for tool in ("places", "name")
    ]
    stage.wish("together", wishes=calls)
