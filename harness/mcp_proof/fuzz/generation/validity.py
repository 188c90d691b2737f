import json
import re
from enum import StrEnum
from typing import Final

from jsonschema_rs import ValidationErrorKind as Kind

from mcp_proof_contracts.json_value import Json
from mcp_proof_contracts.tool_schema import validator_of

_BACKTRACKING: Final = re.compile(r"\(\?<?[=!]|\\\\(?:[1-9]|k<)")
"""What patterns have, as JSON, that the validator does not match in linear time."""


class Validity(StrEnum):
    """What a schema says of a value."""

    VALID = "valid"
    """Also where formats are asserted."""
    INVALID = "invalid"
    """Also where formats are annotations."""
    UNJUDGED = "unjudged"
    """Only a format is broken, which a server may refuse or not; or there is no verdict."""


class Judge:
    """Judges values by a tool's own schema, in the schema's own dialect."""

    def __init__(self, schema: Json) -> None:
        """Raise a ValueError for a schema that cannot be used."""
        self._strict = validator_of(schema, formats=True)
        self._lax = validator_of(schema, formats=False)
        self._backtracks = _BACKTRACKING.search(json.dumps(schema)) is not None

    def verdict(self, value: Json) -> Validity:
        """Judge one value; a value that no JSON text can hold is not judged."""
        try:
            if self._strict.is_valid(value):
                return Validity.VALID
            if self._lax.is_valid(value) or self._gave_up(value):
                return Validity.UNJUDGED
        except ValueError:  # half a surrogate pair, or nested deeper than the validator goes
            return Validity.UNJUDGED
        return Validity.INVALID

    def _gave_up(self, value: Json) -> bool:
        """Whether the validator stopped backtracking through a pattern: no verdict at all."""
        return self._backtracks and any(
            isinstance(error.kind, Kind.BacktrackLimitExceeded | Kind.RegexEngineFailure)
            for error in self._lax.iter_errors(value)
        )
