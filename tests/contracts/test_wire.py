"""Bytes become messages, and garbage becomes evidence."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mcp_proof_contracts.wire import Kind, encode, id_key, parse

JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53), 2**53)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@given(JSON)
def test_what_is_encoded_is_decoded_to_the_same_value_on_one_line(value):
    raw = encode(value)
    assert b"\n" not in raw
    assert parse(raw).value == value


@pytest.mark.parametrize("number", [2**64, -(2**63) - 1, 10**40])
def test_an_integer_of_any_size_is_encoded(number):
    assert encode({"n": number, "s": "\u00e9\n"}) == b'{"n":%d,"s":"\xc3\xa9\\n"}' % number


@pytest.mark.parametrize(
    ("raw", "kind"),
    [
        (b'{"jsonrpc":"2.0","id":1,"method":"ping"}', Kind.REQUEST),
        (b'{"jsonrpc":"2.0","id":null,"method":"ping"}', Kind.REQUEST),
        (b'{"jsonrpc":"2.0","method":"ping"}', Kind.NOTIFICATION),
        (b'{"jsonrpc":"2.0","id":1,"result":{}}', Kind.RESULT),
        (b'{"jsonrpc":"2.0","id":1,"error":{},"result":{}}', Kind.ERROR),
        (b'[{"jsonrpc":"2.0","method":"ping"}]', Kind.BATCH),
        (b'{"jsonrpc":"2.0","id":1}', Kind.INVALID),
        (b"3", Kind.INVALID),
    ],
)
def test_a_message_is_what_its_members_make_it(raw, kind):
    message = parse(raw)
    assert message.kind is kind
    assert message.fault == ""


@pytest.mark.parametrize(
    ("raw", "says"),
    [
        (b"", "not JSON"),
        (b'{"a":', "not JSON"),
        (b"npm warn deprecated", "not JSON"),
        (b"NaN", "not JSON"),
        (b'{"a":"\xff"}', "not UTF-8: byte 6 is 0xff"),
        (b"[" * 100_000, "not JSON"),
    ],
)
def test_what_cannot_be_decoded_is_kept_with_the_reason(raw, says):
    message = parse(raw)
    assert message.kind is Kind.INVALID
    assert says in message.fault
    assert message.raw == raw


def test_half_a_character_in_an_escape_is_valid_json():
    cut = parse(
        b'{"jsonrpc":"2.0","id":1,"result":{"a":"cut \\ud83d","b":"\\ude00","c":"\\\\ud83d"}}'
    )
    assert cut.kind is Kind.RESULT
    assert cut.result == {"a": "cut \ufffd", "b": "\ufffd", "c": "\\ud83d"}
    whole = parse(b'{"a":"\\ud83d\\ude00"}')
    assert whole.members == {"a": "\U0001f600"}
    assert parse(b'{"a":"\\ud83d",}').fault.startswith("not JSON")


def test_what_is_nested_too_deep_is_not_read():
    assert parse(b"[" * 200 + b"]" * 200).fault == ""
    assert "nested deeper" in parse(b"[" * 300 + b"]" * 300).fault
    assert parse(b"[" + b"[1]," * 1000 + b"[]]").fault == ""


def test_a_byte_order_mark_does_not_hide_a_message():
    assert parse(b'\xef\xbb\xbf{"id":1,"result":{}}').kind is Kind.RESULT


def test_ids_of_different_json_types_differ():
    keys = {id_key(value) for value in (1, "1", True, 1.5, None, "None")}
    assert len(keys) == 6
