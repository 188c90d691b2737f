"""What the user wants hidden in what is kept, and what looks like a secret all the same."""

import json

import pytest

from mcp_proof_contracts.redaction import LikelySecretError, Redaction
from mcp_proof_contracts.redaction_rule import redaction_rule
from mcp_proof_contracts.secrets.mask import Mask
from mcp_proof_contracts.transcript import Event, EventKind, Sender
from mcp_proof_contracts.wire import parse

PASSWORD = "correct-horse-17"


def message(value: object) -> Event:
    return event(EventKind.MESSAGE, raw=json.dumps(value).encode())


def event(kind: EventKind, *, raw: bytes | None = None, **data: object) -> Event:
    return Event(
        seq=0,
        at=0,
        session="s",
        channel="c",
        sender=Sender.CLIENT,
        kind=kind,
        message=None if raw is None else parse(raw),
        data=data,
    )


def kept(about: Event, *rules: str, strict: bool = False) -> dict[str, object]:
    redaction = Redaction(mask=Mask(), rules=[*map(redaction_rule, rules)], strict=strict)
    members = json.loads(redaction.line(about, 5))
    try:
        return json.loads(members["raw"])
    except (KeyError, json.JSONDecodeError):
        return members.get("data", members.get("raw"))


@pytest.mark.parametrize(
    ("rule", "left"),
    [
        ("/mail", {"a": {"mail": "[hidden]", "age": 36}, "mail": "[hidden]", "n": None}),
        ("/a/mail", {"a": {"mail": "[hidden]", "age": 36}, "mail": "b@c.de", "n": None}),
        ("/a", {"a": {"mail": "[hidden]", "age": 0}, "mail": "b@c.de", "n": None}),
        ("/*/mail", {"a": {"mail": "[hidden]", "age": 36}, "mail": "b@c.de", "n": None}),
        ("/n", {"a": {"mail": "a@b.de", "age": 36}, "mail": "b@c.de", "n": None}),
        ("b@", {"a": {"mail": "a@b.de", "age": 36}, "mail": "[hidden]c.de", "n": None}),
        ("^mail$", {"a": {"[hidden]": "a@b.de", "age": 36}, "[hidden]": "b@c.de", "n": None}),
        ("/other", {"a": {"mail": "a@b.de", "age": 36}, "mail": "b@c.de", "n": None}),
    ],
)
def test_a_rule_hides_members_or_what_matches(rule: str, left: object):
    value = {"a": {"mail": "a@b.de", "age": 36}, "mail": "b@c.de", "n": None}
    assert kept(message(value), rule) == left


def test_a_name_with_a_slash_is_written_as_in_a_json_pointer():
    assert kept(message({"a/b": "x", "c~d": "y"}), "/a~1b", "/c~0d") == {
        "a/b": "[hidden]",
        "c~d": "[hidden]",
    }


def test_headers_and_texts_that_are_no_json_are_hidden_too():
    request = event(EventKind.HTTP_REQUEST, method="GET", headers={"x-tenant": "acme"})
    assert kept(request, "/x-tenant") == {"method": "GET", "headers": {"x-tenant": "[hidden]"}}
    assert kept(event(EventKind.STDERR, text="user ada"), "ada") == {"text": "user [hidden]"}
    assert kept(event(EventKind.MESSAGE, raw=b"no json: ada"), "ada") == "no json: [hidden]"


@pytest.mark.parametrize(
    ("raw", "left"),
    [
        ('{"a":1,"password" : "x\\"yz", "b":2', '{"a":1,"password" : "[hidden]", "b":2'),
        ('{"password":"cut of', '{"password":"[hidden]'),
        ('{"password":1234,}', '{"password":[hidden],}'),
        ('{"password":{"a":"x"},}', '{"password":[hidden]'),
        ('{"t":"{\\"password\\":\\"x\\"}",}', '{"t":"{\\"password\\":\\"[hidden]\\"}",}'),
        ("user=ada&password=x%20y&z=1", "user=ada&password=[hidden]&z=1"),
        ('password: "x y" ok', "password: [hidden] ok"),
        ('name="password"\r\n\r\nx\r\n--', 'name="password"\r\n\r\n[hidden]\r\n--'),
        ("my-password=x", "my-password=x"),
    ],
)
def test_a_member_is_hidden_in_what_is_no_json(raw: str, left: str):
    assert kept(event(EventKind.MESSAGE, raw=raw.encode()), "/password") == left
    assert kept(event(EventKind.BODY, text=raw, bytes=9), "/password") == {"text": left, "bytes": 9}


def test_a_member_is_hidden_in_json_within_a_text():
    inner = json.dumps({"user": {"password": "x", "age": 36}})
    told = {"content": [{"text": inner}, {"text": f"It is {inner}"}, {"text": "a password: none"}]}
    [whole, part, none] = kept(message(told), "/password")["content"]
    assert json.loads(whole["text"]) == {"user": {"password": "[hidden]", "age": 36}}
    assert part["text"] == "It is " + inner.replace('"x"', '"[hidden]"')
    assert none["text"] == "a password: none"


REFERRING = {
    "jsonrpc": "2.0",
    "id": "req-12345",
    "method": "m/12345",
    "params": {"_meta": {"progressToken": "p-12345"}, "cursor": "c-12345", "zip": "12345"},
}


@pytest.mark.parametrize("rule", [r"\d{5}", "/params/*", "id|method|params|_meta|cursor|\\d{5}"])
def test_what_messages_refer_to_one_another_by_is_left_whole(rule: str):
    params = {**REFERRING["params"], "zip": "[hidden]"}
    assert kept(message(REFERRING), rule) == {**REFERRING, "params": params}
    assert kept(message([REFERRING]), rule) == [{**REFERRING, "params": params}]


def test_what_an_event_is_and_its_session_are_left_whole():
    headers = {"mcp-session-id": "s-12345", "last-event-id": "12345", "x": "12345"}
    data = {"method": "POST12345", "path": "/m?session_id=12345&zip=12345", "headers": headers}
    left = {**data, "path": "/m?session_id=12345&zip=[hidden]"}
    shown = {**left, "headers": {**headers, "x": "[hidden]"}}
    assert kept(event(EventKind.HTTP_REQUEST, **data), r"\d{5}") == shown
    end = {"how": "complete", "detail": "complete"}
    assert kept(event(EventKind.END, **end), "complete") == {**end, "detail": "[hidden]"}


def test_a_rule_for_a_member_hides_a_header_and_a_parameter_but_not_the_path():
    data = {"method": "GET", "path": "/m?tenant=acme", "headers": {"x-tenant": "acme"}}
    request = event(EventKind.HTTP_REQUEST, **data)
    assert kept(request, "/path", "/headers") == data
    hidden = {**data, "path": "/m?tenant=[hidden]", "headers": {"x-tenant": "[hidden]"}}
    assert kept(request, "/X-Tenant", "/tenant") == hidden


def test_what_no_rule_is_about_is_kept_byte_by_byte():
    raw = b'{ "b" : 1.0,\t"a":"\\u0061" }'
    line = Redaction(mask=Mask(), rules=[redaction_rule("/c")]).line(
        event(EventKind.MESSAGE, raw=raw), 2
    )
    assert json.loads(line)["raw"].encode() == raw


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[", "no regular expression"),
        ("", "the empty text"),
        ("a|", "the empty text"),
        ("/", "a name is missing"),
        ("/a/", "a name is missing"),
        ("/*", "hides all"),
        ("/*/*", "hides all"),
        ("/method", "method is what makes a message"),
        ("/jsonrpc", "jsonrpc is what makes a message"),
        ("/params", "params is what makes a message"),
        ("/result", "result is what makes a message"),
        ("/error", "error is what makes a message"),
        ("/Mcp-Session-Id", "refer to one another by Mcp-Session-Id"),
        ("/params/cursor", "refer to one another by cursor"),
        ("/progressToken", "refer to one another by progressToken"),
    ],
)
def test_a_rule_that_cannot_be_is_refused(text: str, says: str):
    with pytest.raises(ValueError, match=says):
        redaction_rule(text)


@pytest.mark.parametrize(
    ("about", "place"),
    [
        (message({"password": PASSWORD}), "/password"),
        (message({"a": [{"api_key": [PASSWORD]}]}), "/a/0/api_key"),
        (message({"password": [[PASSWORD]]}), "/password"),
        (message({"apiKey": {"value": PASSWORD}}), "/apiKey"),
        (message({"credentials": {"type": "key", "list": [{"mine": PASSWORD}]}}), "/credentials"),
        (message([{"text": json.dumps([{"token": PASSWORD}])}]), "/0/text"),
        (event(EventKind.MESSAGE, raw=f"password={PASSWORD}".encode()), "its text"),
        (event(EventKind.STDERR, text=f"token: {PASSWORD}"), "its text"),
        (
            event(EventKind.HTTP_REQUEST, method="GET", headers={"x-auth-token": PASSWORD}),
            "the header x-auth-token",
        ),
    ],
)
def test_what_looks_like_a_secret_is_refused_by_its_place_alone(about: Event, place: str):
    with pytest.raises(LikelySecretError, match=f"line 5 .*: {place} of a ") as refused:
        kept(about, strict=True)
    assert PASSWORD not in str(refused.value)
    assert kept(about, PASSWORD, strict=True)


@pytest.mark.parametrize("held", [482917, [482917], {"value": 482917}, 48291.7])
def test_a_number_under_the_name_of_a_secret_looks_like_one(held: object):
    with pytest.raises(LikelySecretError, match="/passcode of a "):
        kept(message({"passcode": held}), strict=True)


@pytest.mark.parametrize(
    "value",
    [
        {"token": {"description": "shown once and never again", "expires_in": 3600, "id": "a-17"}},
        {"apiKey": {"type": "string", "default": "an-example-17"}, "prompt_tokens": 123456},
        {"securitySchemes": {"apiKey": {"type": "apiKey", "name": "X-API-Key", "in": "header"}}},
        {"password": True, "secret": None, "cookies": 12, "tokens": {"type": "integer"}},
        {"progressToken": "8d1f9c5a7e6b4d3c2a1908f7e6d5c4b3", "nextCursor": "eyJwYWdlIjoyfQ=="},
        {"properties": {"password": {"type": "string"}, "token": {"type": "string"}}},
        {"token": "string", "secret": "[hidden]", "password": "${PASSWORD}", "tokens": 1000},
        {"max_tokens": 4096, "tokenUrl": "https://example.com/token", "api_key_env": "MY_API_KEY"},
        {"id": "7f9c24e8-3b1d-4f6a-9c2e-8d7b6a5f4e3d", "sessionId": "Ab3Cd4Ef5Gh6Ij7Kl8Mn9"},
        {"text": "the password must have eight characters"},
    ],
)
def test_what_is_no_secret_does_not_end_a_recording(value: object):
    assert kept(message(value), strict=True) == value
