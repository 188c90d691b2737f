"""Secrets and what a terminal would obey reach no report, not even in part."""

import json

import pytest

from mcp_proof_contracts.excerpt import excerpt, printable_lines
from mcp_proof_contracts.secret import Mask

TOKEN = "ghp_" + "a1B2" * 9
GIVEN = "Bearer my-own-secret-value"


def test_a_known_secret_that_crosses_the_cut_is_hidden():
    for before in range(60):
        shown = excerpt("x" * before + " " + TOKEN + " rest", limit=40)
        assert TOKEN[:12] not in shown


def test_a_cut_is_marked_with_the_length_of_the_whole():
    assert excerpt("y" * 100, limit=10) == "y" * 10 + "… (100 characters)"
    assert excerpt("short", limit=10) == "short"


def test_control_characters_are_written_out():
    assert excerpt("\x1b]0;title\x07\r\n\x9b") == "\\x1b]0;title\\x07\\r\\n\\x9b"
    assert printable_lines("a\n\x1b[2J") == "a\n\\x1b[2J"


def test_what_would_reorder_a_line_or_break_it_is_written_out():
    assert excerpt("a\u202egpj.exe\u2066\u061c\u2028b") == ("a\\u202egpj.exe\\u2066\\u061c\\u2028b")
    assert excerpt("שלום, مرحبا 👨\u200d👩") == "שלום, مرحبا 👨\u200d👩"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("::add-mask::a", "\\x3a:add-mask::a"),
        ("said\n \u2003::stop-commands::x", "said\n \u2003\\x3a:stop-commands::x"),
        ("said ##[error]no", "said #\\x23[error]no"),
        ("##vso[task.complete]", "#\\x23vso[task.complete]"),
        ("a::b ## c [d]", "a::b ## c [d]"),
    ],
)
def test_what_a_ci_system_would_obey_is_written_out(text, shown):
    assert printable_lines(text) == shown


def test_a_given_secret_is_hidden_with_its_scheme_and_without():
    mask = Mask([GIVEN])
    assert mask(f"got {GIVEN}.") == "got [hidden]."
    assert mask("got my-own-secret-value.") == "got [hidden]."
    assert mask(f"got {GIVEN[:20]}… (90 characters)") == "got [hidden]… (90 characters)"


def test_a_given_secret_is_hidden_in_a_line_of_json_that_stays_json():
    line = json.dumps({"raw": 'a "my-own-secret-value" \\ b'}).encode()
    assert json.loads(Mask([GIVEN]).line(line)) == {"raw": 'a "[hidden]" \\ b'}


def test_a_short_value_is_a_word_and_no_secret():
    assert Mask(["true"])("it is true") == "it is true"
