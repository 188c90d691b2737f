"""What changes of a surface besides its schemas do to clients, each with the argument."""

from typing import Any

import pytest

from mcp_proof_contracts.compatibility.compare import compare
from mcp_proof_contracts.compatibility.verdict import effect_of, semantic_version
from mcp_proof_contracts.contract_file import checked_contract
from mcp_proof_contracts.dialect import Dialect
from mcp_proof_contracts.revision import REVISIONS, Revision
from mcp_proof_contracts.surface import Surface
from mcp_proof_contracts.surface_of_contract import surface_of_contract

B, C, U = "breaking", "compatible", "unknown"
TASKS = {"execution": {"taskSupport": "optional"}}


def tools(**listed: Any) -> Surface:
    schema = {"type": "object"}
    tool = {"name": "t", "inputSchema": schema, **listed}
    return Surface(tools={"t": tool})


def hints(**annotations: Any) -> Surface:
    return tools(annotations=annotations)


def prompts(*arguments: dict[str, Any], **listed: Any) -> Surface:
    return Surface(prompts={"p": {"name": "p", "arguments": [*arguments], **listed}})


def resources(**listed: Any) -> Surface:
    return Surface(resources={"memo://a": {"uri": "memo://a", "name": "a", **listed}})


def templates(uri: str, **listed: Any) -> Surface:
    return Surface(resource_templates={uri: {"uriTemplate": uri, "name": "a", **listed}})


def declared(**capabilities: Any) -> Surface:
    return Surface(capabilities=capabilities)


def task(support: str) -> Surface:
    return tools(execution={"taskSupport": support})


NOTHING = Surface()
EDITS: list[tuple[str, Surface, Surface, str, str]] = [
    ("a tool was removed", tools(), NOTHING, B, "major"),
    ("a tool was added", NOTHING, tools(), C, "minor"),
    # Annotations: clients take liberties by them, whoever gave them.
    ("readOnlyHint flipped", hints(readOnlyHint=True), hints(readOnlyHint=False), B, "major"),
    (
        "readOnlyHint dropped: it is false without a word",
        hints(readOnlyHint=True),
        tools(),
        B,
        "major",
    ),
    ("readOnlyHint given", tools(), hints(readOnlyHint=True), C, "patch"),
    ("a default spelled out", tools(), hints(readOnlyHint=False, destructiveHint=True), C, "none"),
    (
        "destructiveHint dropped: it is true without a word",
        hints(destructiveHint=False),
        tools(),
        B,
        "major",
    ),
    (
        "destructiveHint of a read-only tool says nothing",
        hints(readOnlyHint=True, destructiveHint=False),
        hints(readOnlyHint=True, destructiveHint=True),
        C,
        "none",
    ),
    (
        "idempotentHint dropped: calls are repeated by it",
        hints(idempotentHint=True),
        tools(),
        B,
        "major",
    ),
    (
        "openWorldHint dropped: it is true without a word",
        hints(openWorldHint=False),
        tools(),
        B,
        "major",
    ),
    ("openWorldHint withdrawn", hints(openWorldHint=True), hints(openWorldHint=False), C, "patch"),
    ("a hint that is no boolean is not given", hints(readOnlyHint="yes"), tools(), C, "none"),
    ("the title of annotations", hints(title="x"), hints(title="y"), C, "patch"),
    ("an annotation nobody knows", hints(x=1), hints(x=2), U, "major"),
    # Words and pictures
    ("a title", tools(title="x"), tools(title="y"), C, "patch"),
    ("a description", tools(description="x"), tools(), C, "patch"),
    ("icons", tools(), tools(icons=[{"src": "https://example.com/i.png"}]), C, "patch"),
    ("_meta added", tools(), tools(_meta={"example.com/x": 1}), C, "patch"),
    (
        "_meta changed: its keys have an owner",
        tools(_meta={"example.com/x": 1}),
        tools(_meta={}),
        U,
        "major",
    ),
    # Results, tasks, permissions
    ("outputSchema added", tools(), tools(outputSchema={"type": "object"}), C, "minor"),
    ("outputSchema removed", tools(outputSchema={"type": "object"}), tools(), B, "major"),
    (
        "input_schema for inputSchema: another dialect's spelling",
        Surface(tools={"t": {"name": "t", "input_schema": {"type": "object"}}}),
        tools(),
        C,
        "none",
    ),
    ("it can be a task", tools(), task("optional"), C, "minor"),
    ("it must be a task", tools(), task("required"), B, "major"),
    ("it must be a task, and could be", task("optional"), task("required"), B, "major"),
    ("it cannot be a task any more", task("optional"), task("forbidden"), B, "major"),
    ("it need not be a task", task("required"), task("optional"), C, "minor"),
    ("a default of taskSupport spelled out", tools(), task("forbidden"), C, "none"),
    ("a taskSupport nobody knows", tools(), task("maybe"), U, "major"),
    (
        "a permission more is demanded",
        tools(permissions=["a"]),
        tools(permissions=["a", "b"]),
        B,
        "major",
    ),
    (
        "a permission less is demanded",
        tools(permissions=["a", "b"]),
        tools(permissions=["b"]),
        C,
        "minor",
    ),
    (
        "a parameter goes by a header as well: who does not know is refused",
        tools(inputSchema={"type": "object", "properties": {"r": {"type": "string"}}}),
        tools(
            inputSchema={
                "type": "object",
                "properties": {"r": {"type": "string", "x-mcp-header": "R"}},
            }
        ),
        B,
        "major",
    ),
    # Prompts
    ("a prompt was removed", prompts(), NOTHING, B, "major"),
    ("a prompt was added", NOTHING, prompts(), C, "minor"),
    (
        "a prompt's argument became required",
        prompts({"name": "x"}),
        prompts({"name": "x", "required": True}),
        B,
        "major",
    ),
    (
        "a prompt's argument need not be given",
        prompts({"name": "x", "required": True}),
        prompts({"name": "x"}),
        C,
        "minor",
    ),
    (
        "a required argument was added",
        prompts(),
        prompts({"name": "x", "required": True}),
        B,
        "major",
    ),
    ("an optional argument was added", prompts(), prompts({"name": "x"}), C, "minor"),
    (
        "an argument was dropped: prompts do not say what becomes of it",
        prompts({"name": "x"}),
        prompts(),
        U,
        "major",
    ),
    (
        "the order of arguments",
        prompts({"name": "x"}, {"name": "y"}),
        prompts({"name": "y"}, {"name": "x"}),
        C,
        "none",
    ),
    (
        "an argument's description",
        prompts({"name": "x"}),
        prompts({"name": "x", "description": "d"}),
        C,
        "patch",
    ),
    # Resources and templates
    ("a resource was removed", resources(), NOTHING, B, "major"),
    ("a resource was added", NOTHING, resources(), C, "minor"),
    (
        "another mimeType",
        resources(mimeType="text/plain"),
        resources(mimeType="text/html"),
        B,
        "major",
    ),
    ("a mimeType where none was said", resources(), resources(mimeType="text/plain"), C, "patch"),
    (
        "no mimeType any more: the content may be the same",
        resources(mimeType="text/plain"),
        resources(),
        U,
        "major",
    ),
    (
        "size, name and audience",
        resources(size=1, annotations={"priority": 1}),
        resources(size=2, title="x"),
        C,
        "patch",
    ),
    (
        "a template with another variable",
        templates("memo://{a}"),
        templates("memo://{b}"),
        B,
        "major",
    ),
    ("a template was added", NOTHING, templates("memo://{a}"), C, "minor"),
    # Capabilities and revisions
    ("a capability was dropped", declared(logging={}), declared(), B, "major"),
    ("a capability was added", declared(), declared(logging={}), C, "minor"),
    (
        "listChanged was dropped: who waits for it waits in vain",
        declared(tools={"listChanged": True}),
        declared(tools={}),
        B,
        "major",
    ),
    (
        "listChanged was added",
        declared(tools={}),
        declared(tools={"listChanged": True}),
        C,
        "minor",
    ),
    (
        "listChanged: false is what nothing is",
        declared(tools={"listChanged": False}),
        declared(tools={}),
        C,
        "none",
    ),
    (
        "an extension was dropped",
        declared(extensions={"example.com/x": {}}),
        declared(extensions={}),
        B,
        "major",
    ),
    (
        "settings of an extension",
        declared(extensions={"example.com/x": {"v": 1}}),
        declared(extensions={"example.com/x": {"v": 2}}),
        U,
        "major",
    ),
    (
        "an experiment ended",
        declared(experimental={"x": {}}),
        declared(experimental={}),
        U,
        "major",
    ),
    (
        "a revision was dropped",
        Surface(revisions=REVISIONS),
        Surface(revisions=REVISIONS[1:]),
        B,
        "major",
    ),
    (
        "a revision was added",
        Surface(revisions=REVISIONS[1:]),
        Surface(revisions=REVISIONS),
        C,
        "minor",
    ),
    ("revisions that are not known", Surface(revisions=REVISIONS), Surface(), C, "none"),
    ("another dialect", NOTHING, Surface(dialect=Dialect.REST), B, "major"),
    # What it says of itself
    ("a version", Surface(info={"version": "1"}), Surface(info={"version": "2"}), C, "patch"),
    ("a name", Surface(info={"name": "a"}), Surface(info={"name": "b"}), C, "patch"),
    ("instructions", Surface(instructions="x"), Surface(instructions="y"), C, "patch"),
    # What is not known
    ("a list that was not read", tools(), Surface(unread={"tools": "no answer"}), U, "major"),
]


@pytest.mark.parametrize(
    ("name", "old", "new", "label", "semver"), EDITS, ids=[e[0] for e in EDITS]
)
def test_an_edit_of_a_surface_does_what_it_should(name, old, new, label, semver):  # noqa: ARG001
    changes = compare(old, new)

    assert (effect_of(changes).value, semantic_version(changes).value) == (label, semver), changes
    assert [change.why for change in changes if not change.why] == []


@pytest.mark.parametrize(
    ("name", "old", "new", "label", "semver"), EDITS, ids=[e[0] for e in EDITS]
)
def test_what_did_not_change_is_not_told(name, old, new, label, semver):  # noqa: ARG001
    assert [c for c in compare(new, new) if c.path.strip("/") not in new.unread] == []
    assert [c for c in compare(old, old) if c.path.strip("/") not in old.unread] == []


def test_of_a_list_that_was_read_in_part_what_is_there_is_compared_and_nothing_said_of_the_rest():
    old = Surface(tools={"a": {"name": "a", "description": "x"}, "b": {"name": "b"}})
    new = Surface(tools={"a": {"name": "a", "description": "y"}}, unread={"tools": "it broke off"})

    assert [change.path for change in compare(old, new)] == ["/tools", "/tools/a/description"]


def test_changes_come_in_order_of_their_places_whatever_the_order_of_the_lists():
    names = ["b", "a", "c"]
    old = Surface(tools={n: {"name": n} for n in names})
    new = Surface(prompts={n: {"name": n} for n in names})
    turned = Surface(prompts={n: {"name": n} for n in reversed(names)})

    paths = [change.path for change in compare(old, new)]

    assert paths == sorted(paths)
    assert compare(old, new) == compare(old, turned)


def test_a_contract_shows_what_its_revisions_have():
    tool = {"name": "t", "task": "optional", "title": "T"}
    contract = checked_contract(
        {
            "info": {"name": "n", "version": "1"},
            "tools": [tool, {"name": "later", "offered": False}],
        }
    )

    everything = surface_of_contract(contract)
    early = surface_of_contract(contract, Revision.R2024_11_05)

    assert set(everything.tools) == {"t"}
    assert everything.tools["t"]["execution"] == {"taskSupport": "optional"}
    assert {"tasks", "extensions"} <= set(everything.capabilities)
    assert set(early.tools["t"]) == {"name", "inputSchema"}
    assert set(early.capabilities) == {"tools"}
