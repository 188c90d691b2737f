"""What browsers and proxies put into a HAR, besides what mitmproxy does."""

import base64
import json

import pytest

from mcp_proof.drift.recording_of import recording_of
from mcp_proof.errors import UsageError
from mcp_proof.record.foreign import read_recording
from mcp_proof_contracts.dialect import Dialect
from mcp_proof_contracts.reading import Reading
from mcp_proof_contracts.revision import Revision
from mcp_proof_contracts.transcript import EventKind, event_line

MCP = "http://localhost:3001/mcp"
JSON = "application/json"
STREAM = "text/event-stream"


def entry(url=MCP, method="POST", sent=None, came="", **more):
    at = more.get("at", 0)
    request = {"method": method, "url": url, "headers": headers(more.get("headers"))}
    if sent is not None:
        text = sent if isinstance(sent, str) else json.dumps(sent)
        request["postData"] = {"mimeType": JSON, "text": text}
    content = {"mimeType": more.get("type", JSON), "text": came, **more.get("content", {})}
    return {
        "startedDateTime": f"2026-07-28T12:00:{at:02d}.000+02:00",
        "time": 500,
        "request": request,
        "response": {
            "status": more.get("status", 200),
            "headers": headers({"Content-Type": more.get("type", JSON), **more.get("answer", {})}),
            "content": content,
        },
        "timings": {"blocked": -1, "dns": -1, "connect": -1, "send": 1, "wait": 99, "receive": 400},
    }


def headers(values):
    return [{"name": name, "value": value} for name, value in (values or {}).items()]


def request(number, method, **params):
    return {"jsonrpc": "2.0", "id": number, "method": method, "params": params}


def result(number, **members):
    return json.dumps({"jsonrpc": "2.0", "id": number, "result": members})


def opened(number=1, at=0, **more):
    capabilities = {"protocolVersion": "2025-11-25", "capabilities": {"tools": {}}}
    answer = result(number, **capabilities, serverInfo={"name": "s", "version": "1"})
    sent = request(number, "initialize", protocolVersion="2025-11-25", capabilities={})
    return entry(sent=sent, came=answer, at=at, **more)


@pytest.fixture
def read(tmp_path):
    def written(*entries):
        file = tmp_path / "session.har"
        file.write_text(json.dumps({"log": {"version": "1.2", "entries": entries}}))
        return read_recording(file)

    return written


def listed(number=2, **more):
    return entry(sent=request(number, "tools/list"), came=result(number, tools=[]), **more)


def test_a_body_may_be_in_base64_and_a_stream(read):
    told = f"event: message\ndata: {result(2, tools=[])}\n\n"
    body = {"text": base64.b64encode(told.encode()).decode(), "encoding": "base64"}
    transcript = read(opened(), listed(at=1, type=STREAM, content=body))
    reading = Reading(transcript, Revision.R2025_11_25)
    [exchange] = reading.results("tools/list")
    assert exchange.http.is_stream
    assert exchange.result == {"tools": []}
    head, end = (e.at for e in transcript.events if e.channel == "post-2"
                 and e.kind in (EventKind.HTTP_RESPONSE, EventKind.END))  # fmt: skip
    assert (head, end) == (1.1, 1.5)


def test_what_the_server_says_on_a_stream_of_its_own_is_there(read):
    note = '{"jsonrpc": "2.0", "method": "notifications/tools/list_changed"}'
    stream = entry(method="GET", type=STREAM, came=f"id: 1\ndata: {note}\n\n: alive\n\n", at=1)
    reading = Reading(read(opened(), stream, listed(at=2)), Revision.R2025_11_25)
    assert len(list(reading.notifications("notifications/tools/list_changed"))) == 1


def test_the_rest_of_a_page_is_left_out(read):
    page = entry("http://localhost:3001/", "GET", type="text/html", came="<p>")
    picture = entry("http://cdn.example/x.png", "GET", type="image/png", came="")
    metrics = entry("http://metrics.example/v1", sent={"event": "load"}, came="{}")
    before = entry(method="OPTIONS", status=204)
    transcript = read(page, opened(at=1), picture, before, metrics, listed(at=2))
    paths = [e.data["path"] for e in transcript.events if e.kind is EventKind.HTTP_REQUEST]
    assert paths == ["/mcp", "/mcp"]
    assert transcript.header.peer == MCP


def test_sessions_are_told_apart_by_their_ids(read):
    one, two = ({"Mcp-Session-Id": f"s-{number}"} for number in (1, 2))
    transcript = read(
        opened(answer=one),
        opened(at=1, answer=two),
        listed(at=2, headers=one),
        listed(at=3, headers=two),
    )
    sessions = [e.session for e in transcript.events if e.kind is EventKind.HTTP_REQUEST]
    assert sessions == ["session-1", "session-2", "session-1", "session-2"]


def test_a_page_that_is_loaded_again_begins_another_session(read):
    transcript = read(opened(), listed(at=1), opened(at=2), listed(at=3))
    sessions = [e.session for e in transcript.events if e.kind is EventKind.HTTP_REQUEST]
    assert sessions == ["session-1", "session-1", "session-2", "session-2"]


def test_credentials_and_queries_are_not_taken_over(read):
    secret = {"Authorization": "Bearer s3cr3t-of-mine", "Cookie": "sid=s3cr3t-of-mine"}
    transcript = read(opened(headers=secret), listed(at=1, url=f"{MCP}?key=s3cr3t-of-mine"))
    assert "s3cr3t-of-mine" not in repr(transcript.events)
    assert "s3cr3t-of-mine" not in transcript.header.peer


def test_http_sse_is_one_conversation(read):
    sse, post = "http://localhost:3001/sse", "http://localhost:3001/message?sessionId=7"
    said = "\n".join(
        [
            "event: endpoint", "data: /message?sessionId=7", "",
            f"data: {json.loads(json.dumps(opened()))['response']['content']['text']}", "",
            f"data: {result(2, tools=[])}", "", "",
        ]
    )  # fmt: skip
    sent = opened()["request"]["postData"]["text"]
    transcript = read(
        entry(sse, "GET", type=STREAM, came=said),
        entry(post, sent=sent, status=202, type="text/plain", came="Accepted", at=1),
        entry(post, sent=request(2, "tools/list"), status=202, type="text/plain", at=2),
    )
    assert transcript.header.transport == "http+sse"
    assert {event.session for event in transcript.events} == {"session-1"}


def test_a_request_that_was_broken_off_has_no_answer(read):
    transcript = read(opened(), listed(at=1, status=0))
    [end] = [e for e in transcript.events if e.kind is EventKind.END and e.channel == "post-2"]
    assert end.data["how"] == "broken"
    [left] = recording_of(transcript).requests
    assert left.why_not


@pytest.mark.parametrize(
    ("dialect", "entries"),
    [
        (Dialect.REST, [entry("http://h/api/mcp/execute", sent={"tools": []}, came="{}")]),
        (Dialect.CONTEXTFRAME, [listed(url="http://h/mcp/v1/jsonrpc")]),
        (Dialect.GATEWAY, [entry("http://h/servers", "GET", came='{"servers": []}')]),
        (
            Dialect.OPENAPI_JSONRPC,
            [listed(url="http://h/mcp"), entry("http://h/openapi.json", "GET", came="{}")],
        ),
    ],
)
def test_the_dialect_shows_in_what_was_asked(read, dialect, entries):
    transcript = read(*entries)
    assert transcript.header.dialect is dialect
    assert transcript.header.peer == "http://h"
    assert all(event.session == f"{dialect}-1" for event in transcript.events)


@pytest.mark.parametrize(
    ("entries", "says"),
    [
        ([], "/log/entries: no request in it is one of MCP"),
        ([entry("http://h/", "GET", came="<p>", type="text/html")], "/log/entries: no request"),
        (
            [opened(), listed(url="http://other/mcp")],
            "several servers, http://localhost:3001/mcp, http://other/mcp",
        ),
        (
            [{**opened(), "startedDateTime": "soon"}],
            "/log/entries/0/startedDateTime: expected a mo",
        ),
        ([{**opened(), "time": "5"}], '/log/entries/0/time: expected a number, got "5"'),
        ([opened(content={"encoding": "base64", "text": "%"})], "/content/text: expected Base64"),
        ([opened(), 7], "/log/entries/1: expected an object, got 7"),
        ([opened(url="http://[bad/mcp")], "/log/entries/0/request/url: expected a URL"),
    ],
)
def test_a_mistake_is_told_with_its_place(read, entries, says):
    with pytest.raises(UsageError) as error:
        read(*entries)
    assert says in str(error.value)
    assert "session.har: a damaged HAR 1.2 recording" in str(error.value)


def test_no_credential_of_a_har_is_taken_over(read):
    token = "Zx9-token-of-somebody"
    fields = {"X-Auth-Token": token, "Referer": f"http://localhost/?access_token={token}"}
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    told = json.dumps({"access_token": token, "refresh_token": token, "expires_in": 60})
    transcript = read(
        opened(headers=fields),
        entry(
            sent=f"grant_type=authorization_code&client_secret={token}&code=x{token}",
            came=told,
            headers=form,
            answer={"Location": f"http://localhost/?code={token}", "PRIVATE-TOKEN": token},
            at=1,
        ),
    )
    lines = b"".join(map(event_line, transcript.events)).decode()
    assert "expires_in" in lines
    assert "client_secret=[hidden]" in lines
    assert token not in lines
