"""Servers whose cursors lead astray."""

from collections.abc import Mapping

from mcp_proof_contracts.json_value import Json, JsonObject
from mcp_proof_contracts.wire import as_list, as_object
from mcp_proof_mocks.fault import fault


def _null_at_the_end(request: JsonObject, reply: JsonObject) -> Json:
    result = reply.get("result")
    if not str(request.get("method")).endswith("/list") or not isinstance(result, Mapping):
        return reply
    return {**reply, "result": {"nextCursor": None, **result}}


def _small_pages(document: dict[str, Json]) -> None:
    """Have so many items on a page that the list of resources has two."""
    document["page_size"] = 4


class _ShorterAgain:
    """Leaves an item out of the page that a cursor leads to, when it is used again at once."""

    def __init__(self) -> None:
        self._before: Json = None

    def __call__(self, request: JsonObject, reply: JsonObject) -> Json:
        result = as_object(reply.get("result"))
        if "resources" not in result:
            return reply
        cursor = as_object(request.get("params")).get("cursor")
        before, self._before = self._before, cursor
        if cursor is None or cursor != before:
            return reply
        return {**reply, "result": {**result, "resources": as_list(result["resources"])[1:]}}


fault("page-next-cursor-type", reply=_null_at_the_end)
fault("page-walk-complete", contract=_small_pages)
fault("page-invalid-cursor-32602")
fault("page-cursors-stable", reply=_ShorterAgain(), contract=_small_pages)
