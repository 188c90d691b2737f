"""Retries: what the mock client brings when a result asks for input (patterns/mrtr)."""

from typing import TYPE_CHECKING, Final

from mcp_proof_contracts.json_value import Json, JsonObject
from mcp_proof_contracts.wire import PROGRESS, as_object
from mcp_proof_mocks.client.failure import InvalidError
from mcp_proof_mocks.refusal import RefusalError

if TYPE_CHECKING:
    from mcp_proof_mocks.client.mock_client import MockClient

STATE: Final = "requestState"
MADE_UP: Final = "made up"


async def retried(client: "MockClient", params: JsonObject, result: JsonObject) -> JsonObject:
    """Return the params of the retry of a request that was answered by questions.

    Raises:
        InvalidError: this client does not do what it is asked.
    """
    client.asked_of.append(result)
    if not client.keeps("progress-26-client-none"):
        await client.notify(PROGRESS, {"progressToken": MADE_UP, "progress": 1})
    again: dict[str, Json] = dict(params)
    asked = as_object(result.get("inputRequests"))
    if asked:
        again["inputResponses"] = await _answers(client, asked)
    if STATE in result:
        again[STATE] = result[STATE]
    return _spoilt(client, again, result)


async def _answers(client: "MockClient", asked: JsonObject) -> dict[str, Json]:
    answers: dict[str, Json] = {}
    for key, request in asked.items():
        try:
            answer = await client.answered(as_object(request))
        except RefusalError as refusal:
            raise InvalidError(f"the server asks for too much: {refusal}") from refusal
        wrapped = not client.keeps("mrtr-client-response-shapes")
        answers[key] = {"jsonrpc": "2.0", "id": key, "result": answer} if wrapped else answer
    if not client.keeps("mrtr-client-fulfils-first"):
        answers.popitem()
    return answers


def _spoilt(client: "MockClient", again: dict[str, Json], result: JsonObject) -> JsonObject:
    """Break what this client is to break."""
    if STATE in result and not client.keeps("mrtr-client-echoes-state"):
        again[STATE] = str(result[STATE]).strip() + "="
    if STATE not in result and not client.keeps("mrtr-client-no-invented-state"):
        states = [each[STATE] for each in client.asked_of if STATE in each]
        again[STATE] = states[-1] if states else MADE_UP
    others = [each for each in client.asked_of if each is not result and STATE in each]
    if others and not client.keeps("mrtr-client-isolation"):
        again[STATE] = others[-1][STATE]
    if not client.keeps("mrtr-client-same-request"):
        again["arguments"] = {**as_object(again.get("arguments")), "again": True}
    return again
