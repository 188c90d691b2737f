"""A text is edited where its document changed, and nowhere else."""

import copy

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_yaml_render import ODD

from mcp_proof_contracts.yaml_edit import YamlEditError, edited_yaml
from mcp_proof_contracts.yaml_render import rendered
from mcp_proof_contracts.yaml_text import YamlText

FILE = """\
# yaml-language-server: $schema=contract.schema.json

# The weather, as we know it.
info: {name: weather, version: 1.0.0}   # required, both
revisions: [2025-11-25]

tools:
  # Asked most.
  - name: get_weather   # the name
    # What it says of itself.
    description: 'The weather of a city.'
    inputSchema:
      type: object
      properties:
        # Where.
        city: {type: string,   minLength: 1}   # not empty
        unit: {enum: [c, f]}
      required: [city]
    # Our own.
    answer: {text: "It is mild in {{ city }}."}

  # Asked seldom.
  - description: |
      Books a trip.

      Costs money.
    name: book
    inputSchema: {type: object, properties: {city: {type: string}}}
    cases:
      - when: {arguments: {city: Atlantis}}
        answer: {error: There is no such place.}
      - answer: {text: Booked.}
    # The last word on booking.

# Nothing to read yet.
prompts: []
"""


def changed(change, text=FILE):
    """Edit the text to its document after a change; return the text."""
    document = copy.deepcopy(YamlText(text).value)
    change(document)
    after = edited_yaml(text, document, open_levels=3)
    assert YamlText(after).value == document
    return after


def tool(document, name):
    return next(each for each in document["tools"] if each["name"] == name)


def test_a_document_that_did_not_change_leaves_every_byte():
    assert changed(dict.copy) == FILE


def test_a_text_that_changed_leaves_the_comment_behind_it_and_all_else():
    after = changed(lambda d: tool(d, "get_weather").update(name="get_weather"))
    assert after == FILE
    after = changed(lambda d: d["info"].update(version="1.1.0"))
    assert after == FILE.replace("version: 1.0.0", "version: 1.1.0")


def test_a_description_that_grew_lines_is_written_as_lines():
    after = changed(lambda d: tool(d, "get_weather").update(description="One.\nTwo."))
    assert after == FILE.replace(
        "description: 'The weather of a city.'", "description: |-\n      One.\n      Two."
    )


def test_within_a_schema_only_what_changed_is_written_anew():
    def change(document):
        properties = tool(document, "get_weather")["inputSchema"]["properties"]
        properties["city"]["minLength"] = 2
        properties["day"] = {"type": "string"}

    after = changed(change)
    assert after == FILE.replace(
        "minLength: 1}   # not empty", "minLength: 2}   # not empty"
    ).replace(
        "        unit: {enum: [c, f]}\n",
        "        unit: {enum: [c, f]}\n        day: {type: string}\n",
    )


def test_a_tool_that_is_gone_goes_with_its_comments_and_with_nobody_elses():
    after = changed(lambda d: d["tools"].remove(tool(d, "get_weather")))
    begin = FILE.index("  # Asked most.")
    end = FILE.index("  # Asked seldom.")
    assert after == FILE[:begin] + FILE[end:]
    after = changed(lambda d: d["tools"].remove(tool(d, "book")))
    begin = FILE.index("  # Asked seldom.")
    end = FILE.index("# Nothing to read yet.")
    assert after == FILE[:begin] + FILE[end:]


def test_a_member_that_is_gone_leaves_the_dash_to_the_next():
    after = changed(lambda d: tool(d, "book").pop("description"))
    begin, end = FILE.index("description: |"), FILE.index("name: book")
    assert after == FILE[:begin] + FILE[end:]


def test_new_tools_stand_where_they_belong_and_are_spaced_like_the_others():
    def change(document):
        document["tools"].insert(0, {"name": "a", "inputSchema": {"type": "object"}})
        document["tools"].insert(2, {"name": "b"})
        document["tools"].append({"name": "c"})

    after = changed(change)
    assert "tools:\n  - name: a\n    inputSchema: {type: object}\n\n  # Asked most." in after
    assert 'city }}."}\n\n  - name: b\n\n  # Asked seldom.' in after
    assert "    # The last word on booking.\n\n  - name: c\n\n# Nothing to read" in after


def test_a_list_that_was_empty_gets_lines():
    after = changed(lambda d: d["prompts"].append({"name": "greet"}))
    assert "# Nothing to read yet.\nprompts:\n  - name: greet\n" in after or "prompts: [{" in after


def test_members_are_added_behind_the_one_they_follow():
    def change(document):
        weather = tool(document, "get_weather")
        answer = weather.pop("answer")
        weather |= {"outputSchema": {"type": "object"}, "answer": answer}

    after = changed(change)
    assert "      required: [city]\n    outputSchema: {type: object}\n    # Our own.\n" in after


def test_a_file_of_one_line_stays_one():
    text = (
        '{"info": {"name": "a", "version": "1"}, "tools": [{"name": "x", "answer": {"text": 1}}]}'
    )
    after = changed(lambda d: d["tools"].append({"name": "z"}), text)
    assert after == text[:-2] + ", {name: z}]}"


def test_a_file_without_a_last_newline_and_with_those_of_windows_is_kept_so():
    text = "info: {name: a, version: x}\r\ntools:\r\n- name: x\r\n  answer: {text: ok}"
    after = changed(lambda d: d["tools"].append({"name": "z"}), text)
    assert after == text + "\r\n- name: z"


def test_a_byte_order_mark_stays_where_it_is():
    after = changed(lambda d: tool(d, "book").update(description="Books."), "\ufeff" + FILE)
    assert after == "\ufeff" + changed(lambda d: tool(d, "book").update(description="Books."))


def test_an_alias_that_is_no_longer_true_is_written_out():
    text = "a: &x {k: 1}\nb: *x   # as a\n"
    assert changed(lambda d: d["b"].update(k=2), text) == "a: &x {k: 1}\nb: {k: 2}   # as a\n"


SHARED = """\
tools:
  # The first.
  - name: a
    answer: &a {text: hi}   # shared
  # The second.
  - name: b
    description: &b what it says
    answer: *a   # as the first

  # The third.
  - name: c
    description: *b   # as the second
    cases: [{answer: *a}]
"""


def test_an_alias_whose_anchor_goes_is_written_out_and_all_else_stays():
    after = changed(lambda d: d["tools"].pop(0), SHARED)
    kept = SHARED[SHARED.index("  # The second") :].replace("*a", "{text: hi}")
    assert after == "tools:\n" + kept


def test_an_alias_of_what_becomes_something_else_stands_for_what_it_did():
    after = changed(lambda d: d["tools"][0].update(answer={"text": "ho"}), SHARED)
    assert "answer: &a {text: ho}   # shared" in after
    assert "answer: {text: hi}   # as the first" in after


def test_what_is_merged_from_elsewhere_is_written_out_where_that_changes():
    text = "a: &x {k: 1}   # one\nb: {<<: *x, l: 1}\nc: *x\n"
    after = changed(lambda d: d["a"].update(k=2), text)
    assert after == "a: &x {k: 2}   # one\nb: {<<: {k: 1}, l: 1}\nc: {k: 1}\n"
    after = changed(lambda d: d["b"].update(k=2), text)
    assert after.startswith("a: &x {k: 1}   # one\n")
    assert "a" not in YamlText(changed(lambda d: d.pop("a"), text)).value


def test_an_anchor_on_what_is_merged_goes_with_it():
    text = "a: {<<: &x {k: 1}, l: 1}\nb: *x   # as a\nc: 1\n"
    assert changed(lambda d: d.update(c=2), text) == text.replace("c: 1", "c: 2")
    assert changed(lambda d: d.pop("a"), text) == "b: {k: 1}   # as a\nc: 1\n"


def test_what_cannot_be_edited_is_refused(monkeypatch):
    monkeypatch.setattr("mcp_proof_contracts.yaml_layout.Layout.edited", lambda _: None)
    with pytest.raises(YamlEditError, match="write it anew"):
        edited_yaml("a: 1\nb: 1\n", {"a": 1, "b": 2})


@pytest.mark.parametrize(
    ("old", "new"),
    [(1, True), (1, 1.0), (0, False), ("1", 1), (None, ""), ({}, []), ([1], [True])],
)
def test_what_python_takes_for_the_same_is_told_apart(old, new):
    after = edited_yaml(rendered({"a": old, "b": 1}), {"a": new, "b": 1})
    assert repr(YamlText(after).value["a"]) == repr(new)


few = st.sampled_from(ODD[:40])
small = st.recursive(
    st.one_of(few, st.integers(0, 2), st.booleans(), st.none()),
    lambda inner: st.one_of(st.lists(inner, max_size=2), st.dictionaries(few, inner, max_size=2)),
    max_leaves=4,
)
documents = st.dictionaries(few, small, max_size=4)


@settings(max_examples=150, deadline=None)
@given(documents, documents, st.integers(0, 3))
def test_every_document_can_become_every_other(old, new, open_levels):
    text = rendered(old, open_levels=open_levels)
    assert YamlText(edited_yaml(text, new)).value == new


items = st.lists(
    st.fixed_dictionaries({"name": st.sampled_from("abcdef")}, optional={"d": few, "s": documents}),
    unique_by=lambda item: item["name"],
)


@settings(max_examples=150, deadline=None)
@given(items, items, st.booleans(), st.integers(1, 3))
def test_every_list_of_named_items_can_become_every_other(old, new, spaced, open_levels):
    text = rendered({"tools": old, "z": 1}, open_levels=open_levels)
    if spaced:
        text = text.replace("\n  - ", "\n\n  # about\n  - ")
    try:
        YamlText(text)
    except Exception:  # noqa: BLE001  # a comment within a text of several lines
        return
    if YamlText(text).value != {"tools": old, "z": 1}:
        return
    after = edited_yaml(text, {"tools": new, "z": 2})
    assert YamlText(after).value == {"tools": new, "z": 2}
