"""Secrets and what a terminal would obey reach no report, not even in part."""

import base64
import html
import json
import shlex
from urllib.parse import quote, quote_plus

import pytest

from mcp_proof_contracts.excerpt import excerpt, printable_lines
from mcp_proof_contracts.secrets.known import known_secrets, masked
from mcp_proof_contracts.secrets.mask import HIDDEN, MOST_LEARNT, Mask

TOKEN = "ghp_" + "a1B2" * 9
AWS_KEY = "AKIA" + "Q3EGRSTUVWX2YZ47"
PRIVATE_KEY = "-----BEGIN PRIVATE KEY-----\n" + f"{'MIIEowIBAAKCAQEA' * 4}\n" * 20
GIVEN = "my-own-secret-value"
ODD = "p@ss \"w/ö\\rd' <&>+=%\n2"


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


# Known kinds


@pytest.mark.parametrize("before", ["", " ", "\n", "\\n", "\\\\n", "\\u000a", "%0A", "key="])
def test_a_known_secret_is_found_behind_what_stands_for_another_character(before):
    assert masked(f"{before}{AWS_KEY}") == f"{before}AKIAQ3[hidden: an AWS access key]"


@pytest.mark.parametrize("written", [str, json.dumps, lambda text: json.dumps(json.dumps(text))])
def test_nothing_is_left_of_a_private_key_however_its_lines_are_written(written):
    shown = masked(written(PRIVATE_KEY + "-----END PRIVATE KEY-----"))
    assert "MIIE" not in shown
    assert shown.strip('"\\') == "-----B[hidden: a private key]-----END PRIVATE KEY-----"


def test_a_known_secret_that_was_hidden_is_still_known_to_have_been_there():
    shown = masked(f"{TOKEN} and {AWS_KEY}")
    assert masked(shown) == shown
    assert [kind for kind, _ in known_secrets(shown)] == [
        kind for kind, _ in known_secrets(TOKEN + " " + AWS_KEY)
    ][::-1]
    assert list(known_secrets("nothing [hidden] here")) == []


# Given ones


def test_a_given_secret_is_hidden_in_a_line_of_json_that_stays_json():
    line = json.dumps({"raw": f'a "{GIVEN}" \\ b'})
    assert json.loads(Mask([GIVEN])(line)) == {"raw": 'a "[hidden]" \\ b'}


def test_a_short_value_is_a_word_and_no_secret():
    assert Mask(["true"])("it is true") == "it is true"


SPELLINGS = {
    "as it is": str,
    "in JSON": lambda text: json.dumps(text)[1:-1],
    "in JSON of UTF-8": lambda text: json.dumps(text, ensure_ascii=False)[1:-1],
    "in JSON of PHP": lambda text: json.dumps(text)[1:-1].replace("/", "\\/"),
    "in JSON in JSON": lambda text: json.dumps(json.dumps(text))[3:-3],
    "in JSON for HTML": lambda text: (
        json.dumps(text)[1:-1]
        .replace("&", "\\u0026")
        .replace("<", "\\u003C")
        .replace("'", "\\u0027")
    ),
    "in a path": quote,
    "in a parameter": lambda text: quote(text, safe=""),
    "in a form": quote_plus,
    "in a parameter in a parameter": lambda text: quote(quote(text, safe=""), safe=""),
    "in HTML": html.escape,
    "in XML": lambda text: html.escape(text).replace("&quot;", "&#34;").replace("\n", "&#10;"),
    "for a shell": lambda text: shlex.quote(f"{text} ")[1:-2],
    "for Python": lambda text: repr(text)[1:-1],
    "on a terminal": printable_lines,
    "as Latin-1": lambda text: text.encode().decode("latin-1"),
}


@pytest.mark.parametrize("spelled", SPELLINGS.values(), ids=SPELLINGS)
@pytest.mark.parametrize(
    "secret",
    [ODD, GIVEN, "päßwörter", "😀-smile-😀", "+/=+/=+/=", "a b c d e f", "a\\\\b\\<c\\\\\\d"],
)
def test_a_given_secret_is_hidden_in_every_spelling(secret, spelled):
    assert Mask([secret])(f"<{spelled(secret)}>") == f"<{HIDDEN}>"


@pytest.mark.parametrize("before", ["", "u", "us", "use"])
@pytest.mark.parametrize("encoded", [base64.b64encode, base64.urlsafe_b64encode])
def test_a_given_secret_is_hidden_in_base64_of_whatever_holds_it(before, encoded):
    for secret in (GIVEN, ODD, "\xff\xfe\xfd\xfc\xfb\xfa"):
        text = encoded(f"{before}{secret}:more".encode()).decode()
        left = Mask([secret])(text).replace(HIDDEN, "")
        assert len(left) < len(text) - len(secret)
        assert len(left) <= 16  # of what stands before it and behind it


@pytest.mark.parametrize("spelled", SPELLINGS.values(), ids=SPELLINGS)
def test_the_beginning_of_a_secret_is_hidden_where_an_excerpt_ends(spelled):
    whole = spelled(ODD)
    for end in range(len(spelled(ODD[:7])), len(whole)):
        shown = Mask([ODD])(f"got {whole[:end]}… (90 characters)")
        assert shown == f"got {HIDDEN}… (90 characters)"


def test_a_text_made_to_be_searched_for_ever_is_searched_at_once():
    secret = 'a\\\\\\"\\x'
    text = ("a" + "\\" * 20_000) * 3
    assert Mask([secret])(text) == text
    assert Mask(["x" * 40])("x" * 200_000).count(HIDDEN) == 5000
    assert len(Mask(["abcdef" + "g" * 20])("abcdefgg" * 20_000)) == 160_000


def test_the_halves_of_a_secret_are_hidden():
    first, second = GIVEN[:10], GIVEN[10:]
    mask = Mask([GIVEN])
    assert mask(f"at the end {first}\n") == "at the end [hidden]\n"
    assert (
        mask(f'{{"text": "{second} at the beginning"}}') == '{"text": "[hidden] at the beginning"}'
    )
    assert mask(GIVEN[:7]) == GIVEN[:7]


def test_a_secret_that_begins_as_another_does_is_hidden_as_a_whole():
    assert Mask(["production-1", "production-key-22"])("production-key-22") == HIDDEN
    assert Mask(["abc-123", "abc-123-xyz"])("abc-123-xyz abc-123") == f"{HIDDEN} {HIDDEN}"


def test_what_a_peer_gave_is_hidden_but_where_the_protocol_needs_it():
    mask = Mask([GIVEN])
    mask.learn(["cookie-of-the-peer"])
    text = f"cookie-of-the-peer {GIVEN} {TOKEN}"
    assert mask(text) == "[hidden] [hidden] ghp_a1[hidden: a GitHub token]"
    assert (
        mask(text, {"cookie-of-the-peer", TOKEN, GIVEN}) == f"cookie-of-the-peer [hidden] {TOKEN}"
    )


def test_only_the_last_of_many_cookies_are_remembered():
    mask = Mask()
    mask.learn(f"{number:03}-cookie-{number:03}" for number in range(MOST_LEARNT + 1))
    assert mask(f"{MOST_LEARNT:03}-cookie-{MOST_LEARNT:03}") == HIDDEN
    assert mask("000-cookie-000") == "000-cookie-000"


def test_what_was_given_as_a_name_is_shown_and_all_else_stays_hidden():
    mask = Mask(["0123456789abcdef0123456789abcdef01234567", "correct-horse-battery"])
    mask.show("0123456789abcdef0123456789abcdef01234567")
    mask.hide(["0123456789abcdef0123456789abcdef01234567"])

    told = mask("0123456789abcdef0123456789abcdef01234567 correct-horse-battery")

    assert told == "0123456789abcdef0123456789abcdef01234567 [hidden]"
