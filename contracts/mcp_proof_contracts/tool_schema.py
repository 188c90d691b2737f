"""Judges the JSON Schemas that tools carry, and values by them. Nothing is ever fetched."""

import json
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Final

from jsonschema_rs import ValidationError, Validator, validator_for

from mcp_proof_contracts.json_pointer import json_pointer
from mcp_proof_contracts.json_value import Json
from mcp_proof_contracts.schema_problem import Problem, explain, shown

DEFAULT_DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"
"""Of a schema without `$schema` (basic §JSON Schema Usage)."""

_KNOWN: Final = frozenset(
    f"json-schema.org/{name}/schema"
    for name in ("draft/2020-12", "draft/2019-09", "draft-07", "draft-06", "draft-04")
)


def is_known_dialect(schema: Json) -> bool:
    """Whether the schema's `$schema` names a dialect that can be judged here."""
    return _bare(_dialect(schema)) in _KNOWN


def schema_problem(schema: Json) -> str | None:
    """Why a schema cannot be used under its dialect; None if it can.

    An unknown dialect is a reason of its own kind: see `is_known_dialect`.
    """
    if not is_known_dialect(schema):
        return f"unknown dialect {shown(_dialect(schema))}"
    try:
        _validator(json.dumps(schema))
    except ValidationError as error:
        pointer = json_pointer(error.instance_path)
        return f"{pointer}: {error.message}" if pointer else error.message
    except (ValueError, RecursionError) as error:  # nested deeper than the validator goes
        return str(error)
    return None


def instance_problems(schema: Json, value: Json) -> list[Problem]:
    """What is wrong with a value under a tool's schema, by the dialect of its `$schema`.

    Raises:
        ValueError: The schema itself cannot be used; `schema_problem` says why.
    """
    if not is_known_dialect(schema):
        raise ValueError(f"unknown dialect {shown(_dialect(schema))}")
    validator = _validator(json.dumps(schema))
    return [] if validator.is_valid(value) else explain(validator.iter_errors(value))


def broken_keyword(schema: Json, value: Json) -> str:
    """Return the keyword that a value breaks first; empty where it breaks none."""
    error = next(iter(_validator(json.dumps(schema)).iter_errors(value)), None)
    return str(error.kind.name) if error is not None else ""


def instance_check(schema: Json) -> Callable[[Json], bool]:
    """Return what tells whether a value satisfies a tool's schema: for many values, and quick.

    Raises:
        ValueError: The schema itself cannot be used; `schema_problem` says why.
    """
    return validator_of(schema).is_valid


def validator_of(schema: Json, *, formats: bool = False) -> Validator:
    """Return what judges values by a tool's schema, where asked for with formats as assertions.

    Raises:
        ValueError: The schema itself cannot be used; `schema_problem` says why.
    """
    if (problem := schema_problem(schema)) is not None:
        raise ValueError(problem)
    return _validator(json.dumps(schema), formats=formats)


def _dialect(schema: Json) -> Json:
    return (
        schema.get("$schema", DEFAULT_DIALECT) if isinstance(schema, Mapping) else DEFAULT_DIALECT
    )


def _bare(dialect: Json) -> str:
    """The dialect's name without scheme and empty fragment, which are written in every way."""
    text = dialect if isinstance(dialect, str) else ""
    return text.removeprefix("https://").removeprefix("http://").removesuffix("#")


@lru_cache(maxsize=1024)
def _validator(schema_text: str, *, formats: bool = False) -> Validator:
    # Draft-07 leaves it to the validator whether a format is judged; later drafts only annotate.
    return validator_for(json.loads(schema_text), validate_formats=formats, offline=True)
