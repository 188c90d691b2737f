"""Dialects of JSON Schema: where they differ, and what is none."""

import re
from typing import Final
from urllib.parse import urlsplit

from mcp_proof_contracts.json_value import Json, JsonObject
from mcp_proof_contracts.tool_schema import instance_problems, schema_problem

DRAFT_07: Final = "http://json-schema.org/draft-07/schema#"
NOBODYS: Final = re.compile(r"(?:.*\.)?(?:example(?:\.com|\.net|\.org)?|invalid|test)")
"""Hosts that belong to nobody (RFC 2606, RFC 6761): nothing is defined there."""
SAYS_WHY: Final = re.compile("(?i)dialect|schema")
"""What an error says that speaks of a schema."""


def newer_alone_refuses(schema: JsonObject, arguments: Json) -> bool:
    """Whether 2020-12 forbids arguments that the same schema, read as draft-07, allows."""
    older: JsonObject = {**schema, "$schema": DRAFT_07}
    if "$schema" in schema or schema_problem(schema) or schema_problem(older):
        return False
    return bool(instance_problems(schema, arguments)) and not instance_problems(older, arguments)


def is_surely_no_dialect(named: Json) -> bool:
    """Whether a `$schema` can name no dialect that anybody has defined."""
    return not isinstance(named, str) or is_at_nobodys_host(named)


def is_at_nobodys_host(uri: str) -> bool:
    """Whether a URI leads to a host that cannot exist, or is none."""
    try:
        host = urlsplit(uri).hostname or ""
    except ValueError:
        return True
    return NOBODYS.fullmatch(host) is not None


def refused_by_any(schema: JsonObject, value: Json) -> bool:
    """Whether a value breaks a schema that names no dialect, as draft-07 and 2020-12 read it."""
    older: JsonObject = {**schema, "$schema": DRAFT_07}
    if "$schema" in schema or schema_problem(schema) or schema_problem(older):
        return False
    return bool(instance_problems(schema, value)) and bool(instance_problems(older, value))


def allowed_by_any(schema: JsonObject, value: Json) -> bool:
    """Whether a value satisfies a schema that names no dialect, as draft-07 and 2020-12 read it."""
    older: JsonObject = {**schema, "$schema": DRAFT_07}
    if "$schema" in schema or schema_problem(schema) or schema_problem(older):
        return False
    return not instance_problems(schema, value) and not instance_problems(older, value)
