"""The edits of the table have the labels that are argued there."""

import json
from random import Random

import jsonschema
import pytest
from schema_edits import EDITS, INPUT, OUTPUT, B, C, Edit, U

from mcp_proof_contracts.compatibility.change import Change
from mcp_proof_contracts.compatibility.compare import compare
from mcp_proof_contracts.compatibility.verdict import effect_of
from mcp_proof_contracts.generate import UngeneratableError, generate
from mcp_proof_contracts.surface import Surface

IDS = [edit.name for edit in EDITS]
MEMBER = {INPUT: "inputSchema", OUTPUT: "outputSchema"}


def changes(edit: Edit) -> list[Change]:
    member = MEMBER[edit.direction]
    rest = {"name": "t", "inputSchema": {"type": "object"}}
    old, new = (Surface(tools={"t": {**rest, member: s}}) for s in (edit.old, edit.new))
    return compare(old, new)


def test_the_table_is_large_and_its_names_are_unique():
    assert len(EDITS) >= 60
    assert len({*IDS}) == len(EDITS)
    assert {edit.label for edit in EDITS} == {B, C, U}


@pytest.mark.parametrize("edit", EDITS, ids=IDS)
def test_an_edit_does_what_the_argument_says(edit):
    found = changes(edit)

    assert effect_of(found).value == edit.label, (edit.argument, found)


@pytest.mark.parametrize("edit", EDITS, ids=IDS)
def test_an_edit_is_told_with_a_sentence_at_its_place(edit):
    for change in changes(edit):
        assert change.path.startswith(f"/tools/t/{MEMBER[edit.direction]}")
        assert change.why.endswith(".")


@pytest.mark.parametrize("edit", EDITS, ids=IDS)
def test_the_same_edit_is_told_in_the_same_words_whatever_the_order_of_members(edit):
    def backwards(value):
        if isinstance(value, dict):
            return {name: backwards(value[name]) for name in reversed(value)}
        return [backwards(each) for each in value] if isinstance(value, list) else value

    turned = edit._replace(old=backwards(edit.old), new=backwards(edit.new))
    told = [(c.path, c.kind, c.effect, c.adds) for c in changes(edit)]

    assert changes(edit) == changes(edit)
    assert [(c.path, c.kind, c.effect, c.adds) for c in changes(turned)] == told


NO_CHANGE = [
    "a default moved into a definition",
    "a default moved into a part",
    "a default in a definition that nothing refers to",
    "alternatives changed places",
    "a field is told of in a part",
    "a field is told of in a definition",
]


@pytest.mark.parametrize("name", NO_CHANGE)
def test_what_only_moves_is_no_change(name):
    assert changes(next(edit for edit in EDITS if edit.name == name)) == []


def test_other_examples_are_a_change_of_words():
    (change,) = changes(next(edit for edit in EDITS if edit.name == "other examples"))

    assert change.path.endswith("/a/examples")
    assert not change.adds


def test_what_nobody_was_told_of_is_not_said_to_be_accepted_still():
    name = "a tool without arguments got an optional one"
    (change,) = changes(next(edit for edit in EDITS if edit.name == name))

    assert "were not told of may be refused" in change.why
    assert change.adds


def test_what_is_no_schema_is_shown_as_it_was():
    (change,) = changes(Edit("", INPUT, None, {"type": "object"}, U, ""))

    assert change.old is None
    assert change.effect.value == U


def samples(schema: object, count: int) -> list[object]:
    """Values made of a schema by what knows nothing of the comparison."""
    made = []
    for seed in range(count):
        try:
            made.append(generate(schema, Random(seed)))
        except UngeneratableError:
            break
    return made


@pytest.mark.parametrize("edit", [e for e in EDITS if e.label == C], ids=lambda edit: edit.name)
def test_no_value_shows_that_a_compatible_edit_breaks(edit):
    """Judged by another validator, in the drafts as they are written."""
    accepted, sent = (edit.new, edit.old) if edit.direction == INPUT else (edit.old, edit.new)
    untold = names(accepted) - names(sent) if edit.direction == INPUT else set()

    for value in samples(sent, 200):
        if not names_in(value) & untold and validator(sent).is_valid(value):
            assert validator(accepted).is_valid(value), value


@pytest.mark.parametrize("edit", [e for e in EDITS if e.label == B], ids=lambda edit: edit.name)
def test_the_example_in_the_sentence_of_a_breaking_edit_is_one(edit):
    accepted, sent = (edit.new, edit.old) if edit.direction == INPUT else (edit.old, edit.new)
    for change in changes(edit):
        member = MEMBER[edit.direction]
        place = change.path.removeprefix(f"/tools/t/{member}")
        told = change.why.partition(" was accepted")[0].partition(" may be answered now")[0]
        if change.effect.value != B or told == change.why or place.count("/") > 3:
            continue  # it has none, or stands deeper than is put together here
        value = json.loads(told)
        steps = place.split("/")
        whole = {steps[2]: value} if steps[1:2] == ["properties"] else value

        assert validator(sent).is_valid(whole)
        assert not validator(accepted).is_valid(whole)


def validator(schema: object) -> jsonschema.protocols.Validator:
    return jsonschema.validators.validator_for(schema, jsonschema.Draft202012Validator)(schema)


def names(schema: object) -> set[str]:
    """The members that a schema names anywhere."""
    if isinstance(schema, list):
        return set().union(*map(names, schema)) if schema else set()
    if not isinstance(schema, dict):
        return set()
    properties = schema.get("properties")
    own = set(properties) if isinstance(properties, dict) else set()
    return own.union(*map(names, schema.values()))


def names_in(value: object) -> set[str]:
    """The members that a value has anywhere."""
    if isinstance(value, list):
        return set().union(*map(names_in, value)) if value else set()
    return set(value).union(*map(names_in, value.values())) if isinstance(value, dict) else set()
