"""Servers whose errors do not tell what to do."""

from mcp_proof_contracts.dialects.kailash import INTERNAL, INVALID_INPUT, UNAVAILABLE
from mcp_proof_contracts.error_codes import INTERNAL_ERROR, INVALID_PARAMS
from mcp_proof_contracts.json_value import Json
from mcp_proof_mocks.fault import ReplyEdit, fault
from mcp_proof_mocks.faults.edits import in_errors

TRACEBACK = 'Traceback (most recent call last):\n  File "/srv/tools.py", line 7, in read_sensor'


def _changed(wrong: int, **members: Json) -> ReplyEdit:
    """Spoil the errors with a code; a member given as `None` is left out."""

    def edit(error: dict[str, Json]) -> Json:
        if error.get("code") != wrong:
            return error
        return {name: v for name, v in {**error, **members}.items() if v is not None}

    return in_errors(edit)


fault("kailash-invalid-input-code", reply=_changed(INVALID_INPUT, code=INVALID_PARAMS))
fault("kailash-invalid-input-data", reply=_changed(INVALID_INPUT, data=None))
fault("kailash-retry-after", reply=_changed(UNAVAILABLE, data={"retry_after": "soon"}))
fault("kailash-internal-code", reply=_changed(INTERNAL, code=INTERNAL_ERROR))
fault("kailash-internal-tells-nothing", reply=_changed(INTERNAL, data=TRACEBACK))
