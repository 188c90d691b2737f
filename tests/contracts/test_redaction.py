"""What is kept on disk has no secrets, and everything by which messages refer to one another."""

import base64
import json
from dataclasses import replace
from typing import Any

import pytest

from mcp_proof_contracts.redaction import kept_header, kept_line
from mcp_proof_contracts.secrets.mask import Mask
from mcp_proof_contracts.transcript import (
    Event,
    EventKind,
    Header,
    Sender,
    event_line,
    from_ndjson,
)
from mcp_proof_contracts.wire import parse

KNOWN = "ghp_" + "a1B2" * 9
MARK = "ghp_a1[hidden: a GitHub token]"
GIVEN = "given/by the user"
COOKIE = "cookie-of-the-peer"
HEADER = Header(peer="server", side=Sender.SERVER, transport="stdio", started="now")
EVENT = Event(
    seq=0, at=0, session="s", channel="c", sender=Sender.SERVER, kind=EventKind.MESSAGE, probe="p"
)


@pytest.fixture
def mask() -> Mask:
    mask = Mask([GIVEN])
    mask.learn([COOKIE])
    return mask


def kept(event: Event, mask: Mask) -> Event:
    lines = [kept_header(HEADER, mask), kept_line(event, mask)]
    [again] = from_ndjson(lines).events
    return again


def message(value: Any) -> Event:
    return replace(EVENT, message=parse(json.dumps(value).encode()))


REFERENCES = [
    {"id": KNOWN, "method": "ping"},
    {"id": 1, "method": "tools/list", "params": {"cursor": KNOWN}},
    {"id": 1, "method": "tools/call", "params": {"_meta": {"progressToken": KNOWN}}},
    {"id": 1, "method": "tools/call", "params": {"requestState": KNOWN, "inputResponses": {}}},
    {"method": "notifications/progress", "params": {"progressToken": KNOWN, "progress": 1}},
    {"method": "notifications/cancelled", "params": {"requestId": KNOWN}},
    {"id": 1, "result": {"nextCursor": KNOWN}},
    {"id": 1, "result": {"requestState": KNOWN}},
    {"id": 1, "result": {"task": {"taskId": KNOWN}}},
    {"id": 1, "method": "tasks/get", "params": {"taskId": KNOWN}},
    [{"id": KNOWN, "result": {}}, {"id": 2, "result": {"nextCursor": KNOWN}}],
]


@pytest.mark.parametrize("value", REFERENCES)
@pytest.mark.parametrize("looks", [KNOWN, COOKIE])
def test_what_only_looks_like_a_secret_stays_where_messages_refer_by_it(value, looks, mask):
    event = message(json.loads(json.dumps(value).replace(KNOWN, looks)))
    assert kept(event, mask) == event


@pytest.mark.parametrize("value", REFERENCES)
def test_what_the_user_gave_stays_nowhere(value, mask):
    event = kept(message(json.loads(json.dumps(value).replace(KNOWN, GIVEN))), mask)
    assert event.message is not None
    assert event.message.value == json.loads(json.dumps(value).replace(KNOWN, "[hidden]"))


def test_a_secret_elsewhere_is_hidden_and_the_message_stays_a_message(mask):
    said = {"text": f"{KNOWN}, {GIVEN} and {COOKIE}", GIVEN: 1}
    value = {"id": "1", "result": {"content": [said], "structuredContent": {"id": KNOWN}}}
    event = kept(message(value), mask)
    assert event.message is not None
    assert event.message.result == {
        "content": [{"text": f"{MARK}, [hidden] and [hidden]", "[hidden]": 1}],
        "structuredContent": {"id": MARK},
    }


def test_the_event_in_memory_stays_whole(mask):
    event = message({"id": 1, "result": {"text": [KNOWN, GIVEN]}})
    kept_line(event, mask)
    assert event.message is not None
    assert GIVEN.encode() in event.message.raw


def test_the_data_of_an_event_is_kept_without_secrets_but_with_its_session(mask):
    headers = {"mcp-session-id": KNOWN, "x-echo": [KNOWN, GIVEN], "last-event-id": COOKIE}
    event = replace(EVENT, kind=EventKind.HTTP_RESPONSE, data={"status": 200, "headers": headers})
    shown = {**headers, "x-echo": [KNOWN, "[hidden]"]}
    assert kept(event, mask).data == {"status": 200, "headers": shown}
    told = replace(EVENT, kind=EventKind.STDERR, data={"text": f"{KNOWN} {GIVEN}"}, probe=GIVEN)
    assert kept(told, mask).data == {"text": f"{MARK} [hidden]"}
    assert kept(told, mask).probe == "[hidden]"


def test_a_secret_in_what_is_no_utf8_is_hidden_and_the_bytes_are_kept(mask):
    raw = b"\xff\xfe" + GIVEN.replace("/", "\\/").encode() + b"\xf0"
    event = kept(replace(EVENT, message=parse(raw)), mask)
    assert event.message is not None
    assert event.message.raw == b"\xff\xfe[hidden]\xf0"


def test_the_peer_is_kept_without_secrets(mask):
    line = kept_header(replace(HEADER, peer=f"serve {GIVEN}"), mask)
    assert from_ndjson([line]).header.peer == "serve [hidden]"


def test_the_name_of_a_file_that_is_no_utf8_costs_a_character_and_not_the_line(mask):
    opened = replace(EVENT, kind=EventKind.OPEN, data={"target": "caf\udce9 ü"})
    lines = [kept_header(replace(HEADER, peer="caf\udce9 ü"), mask), kept_line(opened, mask)]
    again = from_ndjson(lines)
    assert again.header.peer == again.events[0].data["target"] == "caf? ü"


def test_a_line_without_secrets_is_kept_as_it_is(mask):
    event = message({"id": 1, "result": {"text": "nothing to hide"}})
    assert kept_line(event, mask) == event_line(event)
    encoded = base64.b64encode(b"\xff nothing").decode()
    assert encoded.encode() in kept_line(replace(EVENT, message=parse(b"\xff nothing")), mask)
