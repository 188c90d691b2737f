"""Tool definitions, each in a JSON file."""

import json
from pathlib import Path
from typing import Any

from jsonschema import Draft7Validator, SchemaError

OURS = Path(__file__).parent / "tools"
REQUIRED = ("name", "description", "input_schema")


class WrongDefinitionError(Exception):
    """A file does not define a tool."""


def read_definitions(folder: Path = OURS) -> dict[str, dict[str, Any]]:
    """Return the definitions by the tools' names.

    Raises:
        WrongDefinitionError: a member is missing, or a schema is none.
    """
    definitions = [_definition(file) for file in sorted(folder.glob("*.json"))]
    return {definition["name"]: definition for definition in definitions}


def _definition(file: Path) -> dict[str, Any]:
    definition = json.loads(file.read_text())
    for member in REQUIRED:
        if member not in definition:
            raise WrongDefinitionError(f"{file.name}: {member} is missing")
    for member in ("input_schema", "output_schema"):
        try:
            Draft7Validator.check_schema(definition.get(member, {}))
        except SchemaError as error:
            raise WrongDefinitionError(f"{file.name}: {member}: {error.message}") from error
    return definition
