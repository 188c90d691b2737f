"""Servers that mix up what two clients send."""

from typing import Final

from mcp_proof_contracts.json_value import Json, JsonObject
from mcp_proof_contracts.wire import as_list, as_object
from mcp_proof_mocks.fault import fault

LARGE: Final = 100_000


class _ByIdAlone:
    """Finds the result of a call by the id of its request, whoever it is; here of large ones."""

    def __init__(self) -> None:
        self._results: dict[int, Json] = {}

    def __call__(self, request: JsonObject, reply: JsonObject) -> Json:
        request_id = request.get("id")
        called = request.get("method") == "tools/call" and "result" in reply
        if not called or not isinstance(request_id, int) or request_id < LARGE:
            return reply
        return {**reply, "result": self._results.setdefault(request_id, reply["result"])}


class _History:
    """Shows with each text that it echoes those that were sent by two clients before."""

    def __init__(self) -> None:
        self._texts: list[str] = []

    def __call__(self, request: JsonObject, reply: JsonObject) -> Json:
        arguments = as_object(as_object(request.get("params")).get("arguments"))
        result = as_object(reply.get("result"))
        text = arguments.get("message")
        if not isinstance(text, str) or "two clients" not in text or not result:
            return reply
        before = [{"type": "text", "text": f"earlier: {each}"} for each in self._texts]
        self._texts.append(text)
        return {**reply, "result": {**result, "content": [*as_list(result["content"]), *before]}}


fault("conduct-clients-answers-apart", reply=_ByIdAlone())
fault("conduct-clients-data-apart", reply=_History())
