"""Lists are compared whole, whatever pages they came in: a cursor means nothing to others."""

from dataclasses import replace
from typing import Final

from mcp_proof.drift.recorded import Recording, Request
from mcp_proof_contracts.json_value import Json
from mcp_proof_contracts.lists import LISTS
from mcp_proof_contracts.wire import as_list, as_object

MEMBER_OF: Final = {method: member for _, method, member in LISTS}
"""The member that holds what is listed, by method."""
NO_BEGINNING: Final = "it goes on with a list whose first page is not in the recording"
NO_END: Final = "the last page of the list is not in the recording"


def with_whole_lists(recording: Recording) -> None:
    """Join the pages of each list that was recorded under the request for its first one."""
    begun: dict[tuple[str, str, str], Request] = {}
    kept: list[Request] = []
    for request in recording.requests:
        member = MEMBER_OF.get(request.method)
        cursor = request.params.get("cursor")
        if member is None:
            kept.append(request)
            continue
        first = begun.pop((request.session, request.method, str(cursor)), None)
        if cursor is None:
            first = request
            kept.append(request)
        elif first is None:
            request.why_not = request.why_not or NO_BEGINNING
            kept.append(request)
            continue
        else:
            _append(first, request, member)
        following = as_object(request.answer.value if request.answer else None).get("nextCursor")
        if isinstance(following, str):
            first.why_not = NO_END
            begun[(request.session, request.method, following)] = first
    recording.requests = kept


def _append(first: Request, page: Request, member: str) -> None:
    first.why_not = page.why_not
    if first.answer is None or page.answer is None:
        return
    items = [*_items(first, member), *_items(page, member)]
    value: dict[str, Json] = {**as_object(page.answer.value), member: items}
    first.answer = replace(page.answer, value=value)


def _items(request: Request, member: str) -> list[Json]:
    value = request.answer.value if request.answer is not None else None
    return list(as_list(as_object(value).get(member)))
