"""What a contract's parts say of each other: names that must exist, and be there once."""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from typing import Final, TypeAlias

from mcp_proof_contracts.json_pointer import json_pointer
from mcp_proof_contracts.json_value import Json, JsonObject
from mcp_proof_contracts.schema_problem import Problem
from mcp_proof_contracts.slots import slot_problems
from mcp_proof_contracts.suggestion import did_you_mean
from mcp_proof_contracts.tool_schema import schema_problem
from mcp_proof_contracts.wire import as_list, as_object

Link: TypeAlias = Callable[[JsonObject], Iterator[Problem]]

CONTENTS: Final = ("text", "blob", "file", "refusal")
"""What a resource can hold: one of these."""

OFFERS: Final = ("offer", "withdraw")
OFFERED: Final = (("tools", "name"), ("prompts", "name"), ("resources", "uri"))
"""What such a step lists, and the member that names it."""
"""The steps that change what is listed."""

_KEYS: Final = {
    "tools": "name",
    "prompts": "name",
    "resources": "uri",
    "resource_templates": "uriTemplate",
}
"""What tells the items of each list apart."""

_TEMPLATES: Final = ("answer", "messages", "text", "blob", "refusal", "steps")
"""What is filled from arguments, and from what happened before."""

_MEMBERS: Final = (
    *("name", "definition", "title", "description", "icons", "annotations", "_meta", "execution"),
    *("inputSchema", "outputSchema", "uri", "uriTemplate", "mimeType", "size", "arguments"),
    *("answer", "steps", "cases", "latency", "rate_limit", "requires", "offered", "task"),
    *("text", "blob", "file", "messages", "refusal", "completions"),
)


def link_problems(document: JsonObject) -> list[Problem]:
    """Return what does not fit together in a document that satisfies the schema."""
    return [problem for link in _LINKS for problem in link(document)]


def _unique_names(document: JsonObject) -> Iterator[Problem]:
    for member, key in {**_KEYS, "servers": "name"}.items():
        items = _objects(document.get(member))
        count = Counter(str(item[key]) for item in items)
        for index, item in enumerate(items):
            if count[str(item[key])] > 1:
                yield Problem(pointer=f"/{member}/{index}/{key}", message=f"{item[key]!r} twice")


def _servers_of_a_gateway(document: JsonObject) -> Iterator[Problem]:
    servers = _objects(document.get("servers"))
    if servers and document.get("dialect") != "gateway":
        message = "only a gateway has servers behind it; add `dialect: gateway`"
        yield Problem(pointer="/servers", message=message)
    for index, server in enumerate(servers):
        tools: JsonObject = {"tools": server.get("tools", [])}
        for problem in link_problems(tools):
            yield Problem(pointer=f"/servers/{index}{problem.pointer}", message=problem.message)


def _misspelt_members(document: JsonObject) -> Iterator[Problem]:
    """A server may list members of its own; one that is nearly ours is a slip."""
    for pointer, item in _items(document):
        for name in item:
            if name not in _MEMBERS and (hint := did_you_mean(name, _MEMBERS)):
                yield Problem(pointer=pointer + json_pointer([name]), message=f"unknown.{hint}")


def _one_content(document: JsonObject) -> Iterator[Problem]:
    """A resource has one content, in each of its cases; a template may be listed only."""
    for member in ("resources", "resource_templates"):
        for pointer, item in _items(document, member):
            for where, holder in list(_cases_of(pointer, item)) or [(pointer, item)]:
                given = [name for name in CONTENTS if name in holder]
                listed_only = holder is item and member != "resources" and "steps" not in item
                if len(given) != 1 and (given or not listed_only):
                    names = ", ".join(f"`{name}`" for name in CONTENTS)
                    yield Problem(pointer=where, message=f"expected one of {names}")


def _known_tools(document: JsonObject) -> Iterator[Problem]:
    listed = {
        kind: [str(item[member]) for item in _objects(document.get(kind))]
        for kind, member in OFFERED
    }
    for pointer, step in _steps(document):
        for move in OFFERS:
            for kind, name in _offered(step.get(move)):
                if name not in listed[kind]:
                    hint = did_you_mean(name, listed[kind])
                    message = f"there is no {kind[:-1]} {name!r}.{hint}"
                    yield Problem(pointer=f"{pointer}/{move}", message=message)
    names = listed["tools"]
    for name in as_object(as_object(document.get("authorization")).get("tools")):
        if name not in names:
            message = f"there is no such tool.{did_you_mean(name, names)}"
            yield Problem(pointer=json_pointer(("authorization", "tools", name)), message=message)


def _offered(value: Json) -> Iterator[tuple[str, str]]:
    """What a step offers or withdraws: tools, or what is named by its kind."""
    named = value if isinstance(value, Mapping) else {"tools": value}
    for kind, names in named.items():
        yield from ((kind, str(name)) for name in as_list(names))


def _one_question_of_a_name(document: JsonObject) -> Iterator[Problem]:
    """Within one request the names of questions are unique (patterns/mrtr, InputRequests)."""
    for pointer, holder, _ in _scripts(document):
        asked: set[str] = set()
        for number, step in enumerate(_objects(holder.get("steps"))):
            names = as_object(step.get("ask")).keys()
            for name in names & asked:
                where = f"{pointer}/steps/{number}/ask"
                yield Problem(pointer=where, message=f"{name!r} is asked by an earlier step")
            asked |= names


def _declared_lists(document: JsonObject) -> Iterator[Problem]:
    """What is announced must be declared: tools, Capabilities, `listChanged`."""
    declared = as_list(document.get("announces"))
    for pointer, step in _steps(document):
        for kind in step:
            told = {listed for listed, _ in _offered(step[kind])} if kind in OFFERS else set[str]()
            if kind == "announce":
                told = {str(step[kind])}
            for changed in sorted(told.difference(map(str, declared))):
                message = f"add `announces: [{changed}]`: what is announced must be declared"
                yield Problem(pointer=f"{pointer}/{kind}", message=message)
        if "update" in step and not document.get("subscriptions"):
            message = "clients cannot subscribe to resources; add `subscriptions: true`"
            yield Problem(pointer=f"{pointer}/update", message=message)


def _known_states(document: JsonObject) -> Iterator[Problem]:
    cases = list(_cases(document))
    states = {str(document.get("state", ""))} | {str(c["then"]) for _, c in cases if "then" in c}
    for pointer, case in cases:
        state = as_object(case.get("when")).get("state")
        if isinstance(state, str) and state not in states:
            hint = did_you_mean(state, states)
            message = f"nothing leads to the state {state!r}.{hint}"
            yield Problem(pointer=f"{pointer}/when/state", message=message)


def _usable_patterns(document: JsonObject) -> Iterator[Problem]:
    for pointer, case in _cases(document):
        patterns = as_object(as_object(case.get("when")).get("pattern"))
        for name, pattern in patterns.items():
            try:
                re.compile(str(pattern))
            except re.error as error:
                message = f"no regular expression: {error}"
                where = f"{pointer}/when/pattern{json_pointer([name])}"
                yield Problem(pointer=where, message=message)


def _usable_schemas(document: JsonObject) -> Iterator[Problem]:
    schemas = [
        (f"{pointer}/when/schema", as_object(case.get("when")).get("schema"))
        for pointer, case in _cases(document)
    ]
    schemas += [
        (f"{pointer}/{member}", tool.get(member))
        for pointer, tool in _items(document, "tools")
        for member in ("inputSchema", "outputSchema")
    ]
    for pointer, schema in schemas:
        if schema is not None and (problem := schema_problem(schema)) is not None:
            yield Problem(pointer=pointer, message=f"no usable JSON Schema: {problem}")


def _generated_by_a_schema(document: JsonObject) -> Iterator[Problem]:
    for pointer, holder, item in _scripts(document):
        if "generate" in as_object(holder.get("answer")) and "outputSchema" not in item:
            message = "there is nothing to go by; give the tool an `outputSchema`"
            yield Problem(pointer=f"{pointer}/answer/generate", message=message)


def _usable_slots(document: JsonObject) -> Iterator[Problem]:
    for pointer, holder, item in _scripts(document):
        arguments = _arguments(item)
        for name in _TEMPLATES:
            if name in holder:
                yield from slot_problems(holder[name], f"{pointer}/{name}", arguments)
    yield from slot_problems(document.get("on_initialized"), "/on_initialized", ())


def _arguments(item: JsonObject) -> list[str]:
    """The arguments that a tool or prompt says that it takes."""
    properties = as_object(as_object(item.get("inputSchema")).get("properties"))
    listed = [str(as_object(argument).get("name")) for argument in as_list(item.get("arguments"))]
    return [*properties, *listed]


_LINKS: Final[tuple[Link, ...]] = (
    _unique_names,
    _servers_of_a_gateway,
    _misspelt_members,
    _one_content,
    _known_tools,
    _one_question_of_a_name,
    _declared_lists,
    _known_states,
    _usable_patterns,
    _usable_schemas,
    _generated_by_a_schema,
    _usable_slots,
)


def _items(document: JsonObject, *members: str) -> Iterator[tuple[str, JsonObject]]:
    """What is listed under these members, or all that is."""
    for member in members or _KEYS:
        for index, item in enumerate(_objects(document.get(member))):
            yield f"/{member}/{index}", item


def _cases_of(pointer: str, item: JsonObject) -> Iterator[tuple[str, JsonObject]]:
    for number, case in enumerate(_objects(item.get("cases"))):
        yield f"{pointer}/cases/{number}", case


def _cases(document: JsonObject) -> Iterator[tuple[str, JsonObject]]:
    for pointer, item in _items(document):
        yield from _cases_of(pointer, item)


def _scripts(document: JsonObject) -> Iterator[tuple[str, JsonObject, JsonObject]]:
    """All that can have steps under that name, each with the item that it is or belongs to."""
    for pointer, item in _items(document):
        for where, case in _cases_of(pointer, item):
            yield where, case, item
        yield pointer, item, item


def _steps(document: JsonObject) -> Iterator[tuple[str, JsonObject]]:
    for pointer, holder, _ in _scripts(document):
        for number, step in enumerate(_objects(holder.get("steps"))):
            yield f"{pointer}/steps/{number}", step
    for number, step in enumerate(_objects(document.get("on_initialized"))):
        yield f"/on_initialized/{number}", step


def _objects(value: Json) -> list[JsonObject]:
    return [as_object(item) for item in as_list(value)]
