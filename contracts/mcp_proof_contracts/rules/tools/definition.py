"""Tools, Data Types: the definition of a tool, its names and its schemas."""

import re
from collections.abc import Mapping, Sequence

from mcp_proof_contracts.exchange import Said
from mcp_proof_contracts.json_value import Json, JsonObject
from mcp_proof_contracts.reading import Reading
from mcp_proof_contracts.revision import LATEST_STATEFUL, Revision
from mcp_proof_contracts.rule import Finding, Kept, Observations, Untested, rule
from mcp_proof_contracts.schema import problems
from mcp_proof_contracts.schema_problem import Problem
from mcp_proof_contracts.tool_schema import is_known_dialect, schema_problem
from mcp_proof_contracts.wire import encode

DEFINITION = "server/tools#tool"
NAMES = "server/tools#tool-names"
LONGEST_NAME = 128
NAME = re.compile(r"[A-Za-z0-9_.-]*")
JUDGED_APART = ("outputSchema", "annotations", "icons")
NO_TOOL = "no tool was listed"


@rule("tools-tool-members", "schema", DEFINITION, otherwise=NO_TOOL)
def tool_members(read: Reading) -> Observations:
    """Every tool has a `name` and an `inputSchema`, and its other members have their types.

    Without a name a tool cannot be called, without a schema nobody knows how. Looked at: every
    listed tool by the revision's definition. Description, title, icons and annotations are
    optional. What schemas, annotations and icons hold is for their own rules.
    """
    for tool, said in _tools(read):
        judged = {n: m for n, m in tool.items() if n not in JUDGED_APART}
        if "inputSchema" in judged:
            judged["inputSchema"] = {"type": "object"}
        wrong = problems(read.revision, "Tool", judged)
        yield from _judged(tool, said, "is ill-formed", wrong, "a well-formed tool")


@rule("tools-input-schema-object", "schema", DEFINITION, otherwise=NO_TOOL)
def input_schema_object(read: Reading) -> Observations:
    """A tool's `inputSchema` is a schema whose `type` is "object".

    Arguments are always an object, so any other schema would fit none. Looked at: the schema's
    root, as the revision defines it; a root that only combines others (`anyOf`) needs the type too.
    """
    expected = '`inputSchema` as an object with `"type": "object"`'
    for tool, said in _tools(read):
        if "inputSchema" in tool:
            wrong = problems(read.revision, "InputSchema", tool["inputSchema"])
            yield from _judged(tool, said, "has a wrong inputSchema", wrong, expected)


@rule(
    "tools-output-schema-object",
    "schema",
    DEFINITION,
    since=Revision.R2025_06_18,
    until=LATEST_STATEFUL,
    otherwise="no tool with an `outputSchema` was listed",
)
def output_schema_object(read: Reading) -> Observations:
    """A tool's `outputSchema` is a schema whose `type` is "object".

    Structured content is an object until 2025-11-25. From 2026-07-28 on any schema is right.
    """
    expected = '`outputSchema` as an object with `"type": "object"`'
    for tool, said in _tools(read):
        if "outputSchema" in tool:
            wrong = problems(read.revision, "OutputSchema", tool["outputSchema"])
            yield from _judged(tool, said, "has a wrong outputSchema", wrong, expected)


@rule(
    "tools-schemas-valid",
    "MUST",
    "basic#schema-validation",
    since=Revision.R2025_11_25,
    otherwise=NO_TOOL,
)
def schemas_valid(read: Reading) -> Observations:
    """The schemas of a tool are valid in their dialect: that of `$schema`, otherwise 2020-12.

    A client that cannot read a schema cannot call the tool, and some drop the whole list. Looked
    at: `inputSchema` and `outputSchema` by their dialect's own schema, and local references.
    Dialects older than draft-04 or unknown here are not judged, nor are references to other
    documents (never fetched) and regular expressions that only the engine here may refuse.
    """
    for tool, said in _tools(read):
        for member in ("inputSchema", "outputSchema"):
            schema = tool.get(member)
            if not isinstance(schema, Mapping):
                continue
            if not is_known_dialect(schema):
                yield Untested(f"a dialect that is not known here: {schema.get('$schema')}")
                continue
            problem = schema_problem(schema)
            if problem is not None and schema_problem(_without_doubts(schema)) is None:
                yield Untested(f"a schema that only the engine here may refuse: {problem}")
                continue
            wrong = [] if problem is None else [Problem(pointer="", message=problem)]
            yield from _judged(tool, said, f"has an invalid {member}", wrong, "a valid schema")


@rule("tools-name-length", "SHOULD", NAMES, since=Revision.R2025_11_25, otherwise=NO_TOOL)
def name_length(read: Reading) -> Observations:
    """A tool's name has 1 to 128 characters.

    Clients prefix and shorten names; long ones may become the same. Older or stricter limits,
    such as 64 characters, are not in the specification.
    """
    for tool, said in _tools(read):
        if isinstance(name := tool.get("name"), str):
            text = f"{len(name)} characters"
            wrong = (
                [] if 1 <= len(name) <= LONGEST_NAME else [Problem(pointer="/name", message=text)]
            )
            yield from _judged(tool, said, "has a name of a bad length", wrong, "1 to 128")


@rule("tools-name-charset", "SHOULD", NAMES, since=Revision.R2025_11_25, otherwise=NO_TOOL)
def name_charset(read: Reading) -> Observations:
    """A tool's name consists of ASCII letters, digits, `_`, `-` and `.` only.

    Models and the programming interfaces around them refuse others. `/` is common and yet outside
    the list.
    """
    expected = "A-Z a-z 0-9 _ - ."
    for tool, said in _tools(read):
        if isinstance(name := tool.get("name"), str):
            wrong = [] if NAME.fullmatch(name) else [Problem(pointer="/name", message=repr(name))]
            yield from _judged(tool, said, "has a name with other characters", wrong, expected)


@rule(
    "tools-annotations-types",
    "schema",
    DEFINITION,
    since=Revision.R2025_03_26,
    otherwise="no tool with annotations was listed",
)
def annotations_types(read: Reading) -> Observations:
    """The hints in a tool's `annotations` are booleans, and its title is a string.

    A client that decides by `"readOnlyHint": "false"` decides wrongly. Unknown members are legal.
    """
    for tool, said in _tools(read):
        if "annotations" in tool:
            wrong = problems(read.revision, "ToolAnnotations", tool["annotations"])
            expected = "boolean hints and a string title"
            yield from _judged(tool, said, "has ill-typed annotations", wrong, expected)


def _tools(read: Reading) -> list[tuple[JsonObject, Said]]:
    """Every different tool that was listed, once."""
    return read.derived(_different_tools)


def _different_tools(read: Reading) -> list[tuple[JsonObject, Said]]:
    different: dict[bytes, tuple[JsonObject, Said]] = {}
    for tool, said in read.tools:
        different.setdefault(encode(tool), (tool, said))
    return list(different.values())


def _judged(
    tool: JsonObject, said: Said, fault: str, wrong: Sequence[Problem], expected: str
) -> Observations:
    if not wrong:
        yield Kept(said.event)
    for problem in wrong:
        yield Finding(
            message=f"the tool {tool.get('name')!r} {fault}: {problem}",
            expected=expected,
            actual=str(problem),
            events=(said.event,),
        )


def _without_doubts(schema: Json) -> Json:
    """The schema without what validators rightly differ about: see `schemas_valid`."""
    if isinstance(schema, Mapping):
        plain: dict[str, Json] = {}
        for name, member in schema.items():
            if name == "pattern" and isinstance(member, str):
                continue
            if name == "$ref" and isinstance(member, str) and not member.startswith("#"):
                continue
            if name == "patternProperties" and isinstance(member, Mapping):
                harmless = {f"^{i}$": value for i, value in enumerate(member.values())}
                plain[name] = _without_doubts(harmless)
            else:
                plain[name] = _without_doubts(member)
        return plain
    if isinstance(schema, list):
        return [_without_doubts(item) for item in schema]
    return schema
