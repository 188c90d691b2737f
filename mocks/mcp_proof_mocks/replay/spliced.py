"""A recorded response with the id of another request, byte for byte otherwise."""

import re
from typing import Final

from mcp_proof_contracts.json_value import Json
from mcp_proof_contracts.wire import encode, parse

ID: Final = rb'(?:"[^"\\]*"|-?\d{1,15})'
IN_FRONT: Final = re.compile(rb'\{"jsonrpc":"2\.0","id":(' + ID + rb"),").match
AT_THE_END: Final = re.compile(rb',"id":(' + ID + rb")\}$").search
TAIL: Final = 60


def with_id(raw: bytes, given: Json) -> bytes:
    """Return a response with this id; what is no JSON object stays as it is."""
    found = IN_FRONT(raw)
    start = 0
    if found is None and raw.startswith(b'{"'):
        start = max(0, len(raw) - TAIL)
        found = AT_THE_END(raw[start:])
    if found is not None:
        begin, end = found.span(1)
        return raw[: start + begin] + encode(given) + raw[start + end :]
    value = parse(raw).value
    return encode({**value, "id": given}) if isinstance(value, dict) else raw
