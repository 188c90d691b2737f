"""Cut lists into pages."""

import base64
import binascii
from collections.abc import Sequence
from typing import Final, Protocol

from mcp_proof_contracts.error_codes import INVALID_PARAMS
from mcp_proof_contracts.json_value import Json, JsonObject
from mcp_proof_contracts.revision import Revision
from mcp_proof_mocks.call import Call
from mcp_proof_mocks.refusal import RefusalError
from mcp_proof_mocks.server import MockServer


class Listed(Protocol):
    """Something that a list shows."""

    def listed(self, revision: Revision) -> JsonObject:
        """Return it as it is listed at this revision."""
        ...


INVALID_CURSOR: Final = "page-invalid-cursor-32602"


def page(
    server: MockServer,
    member: str,
    items: Sequence[Listed],
    call: Call,
    refusal: str = INVALID_CURSOR,
) -> dict[str, Json]:
    """Return one page of `items` as the result member `member`, with the cursor of the next.

    Args:
        server: who lists.
        member: the member of the result.
        items: all that there are.
        call: the request.
        refusal: the duty to refuse a cursor that is none of ours.

    Raises:
        RefusalError: the cursor is none of ours.
    """
    size = server.contract.page_size
    start = _offset(server, call.params.get("cursor"), len(items), refusal)
    shown = [item.listed(call.revision) for item in items[start : start + size]]
    result: dict[str, Json] = {member: shown}
    following = start + size
    if following < len(items):
        if member == "resources" and not server.keeps("page-walk-complete"):
            following -= 1
        result["nextCursor"] = _cursor(server, following)
    return result


def _cursor(server: MockServer, offset: int) -> str:
    text = f"at:{offset}"
    if not server.keeps("stateless-connection-not-required"):
        text = server.signer.sign(text)  # with a key that no other process has
    return base64.b64encode(text.encode()).decode()


def _offset(server: MockServer, cursor: Json, total: int, refusal: str) -> int:
    if cursor is None:
        return 0
    try:
        text = base64.b64decode(str(cursor), validate=True).decode()
        if not server.keeps("stateless-connection-not-required"):
            text = server.signer.verified(text) or ""
        offset = int(text.removeprefix("at:"))
        if text.startswith("at:") and 0 < offset < total:
            return offset
    except (binascii.Error, UnicodeDecodeError, ValueError):
        pass  # no cursor of ours; refused below
    if server.keeps(refusal):
        raise RefusalError(INVALID_PARAMS, "Invalid cursor")
    return 0
