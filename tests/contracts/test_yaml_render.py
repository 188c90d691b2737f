"""What is written as YAML reads back to the same, whatever a server has said."""

import time

import pytest
import yaml
from hypothesis import example, given, settings
from hypothesis import strategies as st

from mcp_proof_contracts.yaml_render import on_one_line, rendered
from mcp_proof_contracts.yaml_text import YamlText

ODD = (
    *("yes", "No", "on", "y", "null", "~", "", " ", "1e3", "1_000", "0x1F", "0o7", "012", ".5"),
    *("1:30", "2025-11-25", "1.0.0", "-", "- a", "? a", ": a", "a: b", "a:", "a #b", "#a", "&a"),
    *("*a", "!a", "!!python/object:os.system", "|", ">", "%a", "@a", "`a", "'a", '"a"', "[a", "{a"),
    *(
        "a, b",
        "a]",
        "<<",
        "=",
        "---",
        "...",
        "a\tb",
        "\ta",
        "a\n",
        "a\nb",
        "a\n\nb\n",
        "\na",
        "a\n\n",
    ),
    *(
        " a\nb",
        "a \nb",
        "a\r\nb",
        "\x00",
        "\x07\x1b[2J",
        "\x85",
        "\u2028",
        "\ufeff",
        "\u202e",
        "\x7f",
    ),
    *(
        "\ufffe",
        "\U0001f600",
        "ä",
        "Überblick",
        "日本",
        "a\x85b",
        "a\\b",
        "{{ $call }}",
        "key" * 500,
    ),
    *("a\n# b\n", "a\n---\nb", "a\n\tb", "a\n  b: c\n", "٣", "_", "/", "(a)", "nan", ".inf", "a:b"),
)
texts = st.one_of(st.sampled_from(ODD), st.text(st.characters(exclude_categories=["Cs"])))
numbers = st.one_of(
    st.integers(-(2**63), 2**64 - 1), st.floats(allow_nan=False, allow_infinity=False)
)
values = st.recursive(
    st.one_of(st.none(), st.booleans(), numbers, texts),
    lambda inner: st.one_of(st.lists(inner), st.dictionaries(texts, inner)),
    max_leaves=8,
)
documents = st.dictionaries(texts, values)


def read(text):
    return YamlText(text).value


@settings(max_examples=150, deadline=None)
@given(documents, st.integers(0, 4))
def test_every_document_reads_back_to_the_same(document, open_levels):
    assert read(rendered(document, open_levels=open_levels)) == document


@settings(max_examples=100, deadline=None)
@given(values)
def test_every_value_reads_back_from_one_line(value):
    line = on_one_line(value)
    assert "\n" not in line
    assert read(f"a: {line}") == {"a": value}


@pytest.mark.parametrize("text", ODD)
def test_an_odd_text_is_the_same_text_as_a_name_a_value_an_item_and_to_every_loader(text):
    document = {text: text, "in": [text, {text: [text]}], "b": {"c": {text: {"d": text}}}}
    for open_levels in range(5):
        written = rendered(document, open_levels=open_levels)
        assert read(written) == document
        loader = yaml.SafeLoader(written)
        loader.yaml_implicit_resolvers = {
            start: [pair for pair in pairs if not pair[0].endswith(":timestamp")]
            for start, pairs in yaml.SafeLoader.yaml_implicit_resolvers.items()
        }
        assert loader.get_single_data() == document


@example("1e3")
@example("0o7")
@given(st.from_regex(r"[-+.0-9eExXoO_:a-f]{1,8}", fullmatch=True))
def test_what_a_loader_of_1_2_takes_for_a_number_is_quoted(text):
    plain = f"a: {text}\n" == rendered({"a": text})
    looks_like_number = any(map(str.isdecimal, text)) and text[0] in "-+.0123456789"
    dated = text.count("-") == 2 or text.count(".") >= 2
    assert not (plain and looks_like_number and not dated)


def test_the_same_value_is_written_the_same_way_and_for_people():
    document = {
        "info": {"name": "weather", "version": "1.0.0"},
        "tools": [
            {
                "name": "get_weather",
                "description": "The weather of a city.\n\nAsk for one city.",
                "inputSchema": {"type": "object", "properties": {"city": {"type": "string"}}},
                "answer": {"text": "It's mild: always."},
            }
        ],
        "revisions": ["2025-11-25"],
    }
    assert rendered(document, open_levels=3) == (
        "info:\n"
        "  name: weather\n"
        "  version: 1.0.0\n"
        "tools:\n"
        "  - name: get_weather\n"
        "    description: |-\n"
        "      The weather of a city.\n"
        "\n"
        "      Ask for one city.\n"
        "    inputSchema: {type: object, properties: {city: {type: string}}}\n"
        '    answer: {text: "It\'s mild: always."}\n'
        "revisions:\n"
        "  - 2025-11-25\n"
    )


@pytest.mark.parametrize("text", ["x" * 3_900_000, "a b\n" * 300_000, "\x07" * 500_000])
def test_as_much_text_as_may_be_is_written_and_read_in_seconds(text):
    began = time.process_time()
    assert read(rendered({"a": {"b": [text]}})) == {"a": {"b": [text]}}
    assert time.process_time() - began < 20
