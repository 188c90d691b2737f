"""The two schemas of a comparison, each as the prover has it and as the validator does."""

from functools import cached_property
from typing import Any, cast

from jsonschema_rs import CanonicalSchema, canonical, canonicalize

from mcp_proof_contracts.compatibility.schemas.one_draft import in_one_draft
from mcp_proof_contracts.compatibility.schemas.told_members import Asked, of_told_members
from mcp_proof_contracts.json_value import Json, JsonObject
from mcp_proof_contracts.tool_schema import validator_of
from mcp_proof_contracts.wire import as_object


class Larger:
    """The schema that is to admit all.

    Raises:
        UnembeddableError: it needs more than itself.
    """

    def __init__(self, schema: Json, *, formats: bool) -> None:
        self.written = schema
        self.schema = in_one_draft(schema_object(schema))
        self.formats = formats
        # As it is written, in its own draft: so what is translated wrongly is found out.
        self._validator = validator_of(schema, formats=formats)

    @cached_property
    def form(self) -> CanonicalSchema:
        """What the prover has of it.

        Raises:
            CanonicalizationError: the prover cannot read it.
        """
        return _canonical(self.schema, formats=self.formats)

    def admits(self, value: Json) -> bool:
        """Whether a value is valid."""
        return self._validator.is_valid(value)


class Smaller(Larger):
    """The schema of whose values some are asked about, beside the one that is to admit them."""

    def __init__(self, schema: Json, larger: Larger, asked: Asked) -> None:
        super().__init__(schema, formats=larger.formats)
        told = of_told_members(self.schema, larger.schema, asked)
        # Where nothing would be left to ask about, all is asked about.
        limited = told is not self.schema and not _is_empty(told, formats=self.formats)
        self.described: JsonObject = told if limited else self.schema
        """A schema of the values that are asked about."""
        self._is_told = validator_of(self.described, formats=self.formats).is_valid

    @cached_property
    def asked(self) -> CanonicalSchema:
        """What the prover has of the values that are asked about.

        Raises:
            CanonicalizationError: the prover cannot read it.
        """
        if self.described is self.schema:
            return self.form
        return self.form.intersect(_canonical(self.described, formats=self.formats))

    def admits(self, value: Json) -> bool:
        """Whether a value is one that is asked about."""
        return super().admits(value) and self._is_told(value)


def _is_empty(schema: JsonObject, *, formats: bool) -> bool:
    try:
        satisfiable = _canonical(schema, formats=formats).satisfiability()
    except (canonical.CanonicalizationError, ValueError):
        return False
    return satisfiable is canonical.Satisfiability.NO


def schema_object(schema: Json) -> JsonObject:
    """Return a schema as an object: `true` and `false` are schemas, too."""
    if schema is True:
        return {}
    return {"not": {}} if schema is False else as_object(schema)


def _canonical(schema: Json, *, formats: bool) -> CanonicalSchema:
    return canonicalize(cast("dict[str, Any]", schema), validate_formats=formats, offline=True)
