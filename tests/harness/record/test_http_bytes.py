"""Over HTTP every byte arrives as it was sent, and what it means is in the cassette."""

import asyncio
import gzip
import zlib
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from raw_client import connected
from recorded import of_kind, read_back, recorder, said
from tcp_server import alone, serving

from mcp_proof_contracts.transcript import EventKind

BOUND = 15
RESULT = b'{"jsonrpc":"2.0","id":1,"result":{}}'
PING = b'{"jsonrpc":"2.0","id":1,"method":"ping"}'
COUNTED = (
    b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 36\r\n\r\n" + RESULT
)
CHUNKED = (
    b"HTTP/1.1 200 OK\r\ncontent-TYPE: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
    b"10;name=value\r\n" + RESULT[:16] + b"\r\n0014 \r\n" + RESULT[16:] + b"\r\n"
    b"0\r\nX-Trailer: 1\r\n\r\n"
)
TO_THE_END = b"HTTP/1.0 200\r\nContent-Type: application/json\r\n\r\n" + RESULT
BARE_LF = COUNTED.replace(b"\r\n", b"\n")
STREAM = (
    b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n"
    b"7\r\n: ping\n\r\n1\r\n\n\r\n2d\r\nid: 7\ndata: " + RESULT[:33] + b"\r\n"
    b"5\r\n" + RESULT[33:] + b"\n\n\r\n0\r\n\r\n"
)


def coded(coding: str, body: bytes) -> bytes:
    head = f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Encoding: {coding}\r\n"
    return f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body


def raw_deflate(data: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-15)
    return packer.compress(data) + packer.flush()


def request(body: bytes = PING, method: str = "POST", more: str = "") -> bytes:
    head = f"{method} /mcp?x=1 HTTP/1.1\r\nHOST: localhost:17\r\n{more}"
    length = f"Content-Length: {len(body)}\r\n" if body else ""
    return f"{head}{length}\r\n".encode() + body


def pieces(data: bytes, size: int) -> list[bytes]:
    return [data[at : at + size] for at in range(0, len(data), size)]


def exchanged(
    file: Path, asked: bytes, told: bytes, *, size: int = 1 << 20
) -> tuple[bytes, bytes, str]:
    """Send bytes both ways through a recorder; return what the server got, and what the client."""
    got = bytearray()

    async def peer(reader, writer):
        while not got.endswith(asked[-20:]):
            got.extend(await reader.read(65536))
        for piece in pieces(told, size):
            writer.write(piece)
            await writer.drain()
            if size < 100:
                await asyncio.sleep(0)

    async def run() -> tuple[bytes, str]:
        async with (
            asyncio.timeout(BOUND),
            serving(peer) as inner,
            recorder(inner, file) as (outer, _),
            connected(outer) as client,
        ):
            for piece in pieces(asked, size):
                await client.send(piece)
            return await client.reader.read(-1), urlsplit(inner).netloc

    came, host = alone(run())
    return bytes(got), came, host


@pytest.mark.parametrize("size", [1, 7, 1 << 20])
@pytest.mark.parametrize(
    "told",
    [
        COUNTED,
        CHUNKED,
        TO_THE_END,
        BARE_LF,
        coded("gzip", gzip.compress(RESULT)),
        coded("deflate", zlib.compress(RESULT)),
        coded("Deflate", raw_deflate(RESULT)),
        b"HTTP/1.1 100 Continue\r\n\r\n" + COUNTED,
        b"HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n" + CHUNKED,
    ],
)
def test_a_response_arrives_as_it_was_sent_and_is_recorded(tmp_path, told: bytes, size: int):
    file = tmp_path / "c.ndjson"
    got, came, host = exchanged(file, request(), told, size=size)
    assert came == told
    assert got == request().replace(b"localhost:17", host.encode())
    kept = read_back(file)
    assert said(kept) == [
        ("client", {"jsonrpc": "2.0", "id": 1, "method": "ping"}),
        ("server", {"jsonrpc": "2.0", "id": 1, "result": {}}),
    ]
    [asked] = of_kind(kept, EventKind.HTTP_REQUEST)
    assert (asked.data["method"], asked.data["path"]) == ("POST", "/mcp?x=1")
    [response] = of_kind(kept, EventKind.HTTP_RESPONSE)
    assert response.data["status"] == 200
    assert [event.data["how"] for event in of_kind(kept, EventKind.END)] == ["complete"]
    assert {event.channel for event in kept.events} == {"post-1"}


@pytest.mark.parametrize("size", [1, 5, 1 << 20])
def test_the_events_of_a_stream_are_recorded_one_by_one(tmp_path, size: int):
    file = tmp_path / "c.ndjson"
    asked = request(b"", "GET", "Accept: text/event-stream\r\n")
    _, came, _ = exchanged(file, asked, STREAM, size=size)
    assert came == STREAM
    kept = read_back(file)
    [event] = of_kind(kept, EventKind.SSE)
    assert event.data == {"event": "message", "id": "7", "retry": None, "has_data": True}
    assert said(kept) == [("server", {"jsonrpc": "2.0", "id": 1, "result": {}})]
    assert {each.session for each in kept.events} == {"session-1"}


@pytest.mark.parametrize("size", [1, 1 << 20])
def test_pipelined_requests_get_their_own_responses(tmp_path, size: int):
    file = tmp_path / "c.ndjson"
    no_body = (
        b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n",
        b"HTTP/1.1 304 Not Modified\r\nContent-Length: 99\r\n\r\n",
        b"HTTP/1.1 204 No Content\r\n\r\n",
    )
    asked = request(b"", "HEAD") + request(b"", "GET") + request(b"", "DELETE") + request()
    told = b"".join(no_body) + CHUNKED
    got, came, host = exchanged(file, asked, told, size=size)
    assert came == told
    assert got == asked.replace(b"localhost:17", host.encode())
    kept = read_back(file)
    channels = ["head-1", "get-2", "delete-3", "post-4"]
    assert [event.channel for event in of_kind(kept, EventKind.HTTP_REQUEST)] == channels
    answered = [(e.channel, e.data["status"]) for e in of_kind(kept, EventKind.HTTP_RESPONSE)]
    assert answered == list(zip(channels, [200, 304, 204, 200], strict=True))
    assert [event.channel for event in of_kind(kept, EventKind.END)] == channels


def test_a_host_that_is_not_ours_is_left_to_the_server(tmp_path):
    """A page whose name was made to lead here would otherwise be taken for a good client."""
    asked = request().replace(b"localhost:17", b"evil.example:8000")
    got, _, _ = exchanged(tmp_path / "c.ndjson", asked, COUNTED)
    assert got == asked


def test_an_early_refusal_comes_before_the_body_that_nobody_reads(tmp_path):
    file, refusal = tmp_path / "c.ndjson", b"HTTP/1.1 413 No\r\nContent-Length: 0\r\n\r\n"

    async def peer(reader, writer):
        await reader.readuntil(b"\r\n\r\n")
        writer.write(refusal)
        await reader.readuntil(b"ping")

    async def run() -> None:
        async with (
            asyncio.timeout(BOUND),
            serving(peer) as inner,
            recorder(inner, file) as (outer, _),
            connected(outer) as client,
        ):
            await client.send(request()[: -len(PING)])
            assert (await client.head()).status == 413
            await client.send(PING)
            await client.reader.read(-1)

    alone(run())
    kinds = [event.kind.value for event in read_back(file).events]
    assert kinds == ["http-request", "http-response", "end", "message"]


def test_a_request_in_chunks_is_passed_on_in_the_same_chunks(tmp_path):
    file = tmp_path / "c.ndjson"
    head = b"POST /mcp HTTP/1.1\r\nHost: localhost:17\r\nTransfer-Encoding: chunked\r\n\r\n"
    asked = head + b"5\r\n" + PING[:5] + b"\r\n23;x\r\n" + PING[5:] + b"\r\n0\r\n\r\n"
    got, came, host = exchanged(file, asked, COUNTED, size=3)
    assert (got, came) == (asked.replace(b"localhost:17", host.encode()), COUNTED)
    assert said(read_back(file))[0] == ("client", {"jsonrpc": "2.0", "id": 1, "method": "ping"})


@pytest.mark.parametrize(
    "told",
    [
        b"\x00\x01 this is no HTTP at all",
        b"HTTP/1.1 200 OK\r\nContent-Length: 1, 2\r\n\r\nxx",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nnot a size",
        b"HTTP/1.1 200 OK\r\n folded: 1\r\n\r\nxx",
    ],
)
def test_what_is_no_http_is_passed_on_all_the_same(tmp_path, told: bytes):
    file = tmp_path / "c.ndjson"
    _, came, _ = exchanged(file, request(), told)
    assert came == told
    bodies = [event.data["text"] for event in of_kind(read_back(file), EventKind.BODY)]
    assert bodies
    assert told.decode().endswith(str(bodies[-1]))


def test_a_request_that_is_no_http_is_passed_on_all_the_same(tmp_path):
    file = tmp_path / "c.ndjson"
    got, came, _ = exchanged(file, b"\x16\x03\x01 hello over TLS, by mistake", b"go away")
    assert (got, came) == (b"\x16\x03\x01 hello over TLS, by mistake", b"go away")
    assert len(of_kind(read_back(file), EventKind.BODY)) == 2


@pytest.mark.parametrize(
    ("sent", "passed"),
    [
        ("gzip, deflate, br, zstd", "gzip, deflate"),
        ("br;q=1.0, gzip;q=0.8, *;q=0.1", "gzip;q=0.8"),
        ("br", "identity"),
    ],
)
def test_only_codings_that_can_be_read_are_asked_for(tmp_path, sent: str, passed: str):
    asked = request(more=f"Accept-Encoding: {sent}\r\n")
    got, _, _ = exchanged(tmp_path / "c.ndjson", asked, COUNTED)
    assert f"\r\nAccept-Encoding: {passed}\r\n".encode() in got


def test_a_body_in_a_coding_that_was_not_asked_for_is_told_and_passed_on(tmp_path):
    file = tmp_path / "c.ndjson"
    told = coded("br", b"\x0b\x02\x80{}\x03")
    _, came, _ = exchanged(file, request(), told)
    assert came == told
    [body] = of_kind(read_back(file), EventKind.BODY)
    assert "its content is encoded as br" in str(body.data["text"])


def test_a_body_that_unpacks_to_gigabytes_does_not_fill_the_memory(tmp_path):
    file = tmp_path / "c.ndjson"
    bomb = gzip.compress(bytes(1 << 27), 9)
    _, came, _ = exchanged(file, request(), coded("gzip", bomb))
    assert came.endswith(bomb)
    [body] = of_kind(read_back(file), EventKind.BODY)
    assert "longer than" in str(body.data["text"])
    assert body.data["bytes"] == len(bomb)


def test_headers_of_the_user_are_added_and_not_kept(tmp_path):
    file, got = tmp_path / "c.ndjson", bytearray()

    async def peer(reader, writer):
        got.extend(await reader.readuntil(b"ping"))
        writer.write(COUNTED)

    async def run() -> None:
        async with (
            asyncio.timeout(BOUND),
            serving(peer) as inner,
            recorder(inner, file, headers={"X-Tenant": "acme-and-sons-17"}) as (outer, _),
            connected(outer) as client,
        ):
            await client.send(request(more="x-tenant: another\r\n"))
            assert (await client.response()).status == 200

    alone(run())
    assert b"\r\nx-tenant: acme-and-sons-17\r\n" in got
    assert b"another" not in got
    assert b"acme" not in file.read_bytes()
    assert b'"x-tenant":"[hidden]"' in file.read_bytes()


@pytest.mark.parametrize(
    ("asked", "passed"),
    [
        ("/mcp", "/mcp?apikey=Zx9-key-17&v=1"),
        ("/mcp?x=1", "/mcp?x=1&apikey=Zx9-key-17&v=1"),
        ("/mcp?apikey=Zx9-key-17&v=1", "/mcp?apikey=Zx9-key-17&v=1"),
        ("/messages?s=1", "/messages?s=1"),
    ],
)
def test_the_query_of_the_target_is_added_and_not_announced(tmp_path, asked: str, passed: str):
    file, got = tmp_path / "c.ndjson", bytearray()

    async def peer(reader, writer):
        got.extend(await reader.readuntil(b"ping"))
        writer.write(COUNTED)

    async def run() -> str:
        async with (
            asyncio.timeout(BOUND),
            serving(peer) as inner,
            recorder(f"{inner}?apikey=Zx9-key-17&v=1", file) as (outer, _),
            connected(outer) as client,
        ):
            await client.send(request().replace(b"/mcp?x=1", asked.encode()))
            assert (await client.response()).status == 200
            return outer

    assert alone(run()).endswith("/mcp")
    assert got.split()[1].decode() == passed
    assert "Zx9" not in file.read_text()


def test_what_an_authorization_server_is_told_and_gives_out_is_not_kept(tmp_path):
    file, token = tmp_path / "c.ndjson", "Zx9-token-of-somebody"
    form = f"grant_type=authorization_code&client_secret={token}&code={token[:-1]}".encode()
    more = (
        f"Content-Type: application/x-www-form-urlencoded\r\nX-Auth-Token: {token}\r\n"
        f"PRIVATE-TOKEN: {token}\r\nReferer: https://a.test/?access_token={token}\r\n"
        "Mcp-Session-Id: s-17\r\n"
    )
    given = f'{{"access_token":"{token[::-1]}","id_token":"of the server","token_type":"Bearer"}}'
    head = (
        "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
        f"X-Auth-Token: {token}\r\nLocation: https://a.test/?code={token}\r\n"
    )
    told = f"{head}Content-Length: {len(given)}\r\n\r\n{given}".encode()
    got, came, _ = exchanged(file, request(form, more=more), told)
    assert (got.endswith(form), came) == (True, told)
    kept = file.read_text()
    assert not any(each in kept for each in (token[:-1], token[::-1], "of the server"))
    assert "client_secret=[hidden]&code=[hidden]" in kept
    assert '"mcp-session-id":"s-17"' in kept
    assert 'access_token\\":\\"[hidden]' in kept


def test_a_stream_that_the_client_leaves_is_closed_by_the_client(tmp_path):
    file, left = tmp_path / "c.ndjson", asyncio.Event()

    async def peer(reader, writer):
        await reader.readuntil(b"\r\n\r\n")
        writer.write(STREAM[: STREAM.index(b"0\r\n\r\n")])
        await reader.read(-1)
        left.set()

    async def run() -> None:
        async with (
            asyncio.timeout(BOUND),
            serving(peer) as inner,
            recorder(inner, file) as (url, _),
        ):
            async with connected(url) as client:
                await client.send(request(b"", "GET", "Accept: text/event-stream\r\n"))
                await client.reader.readuntil(b"id: 7")
            await left.wait()

    alone(run())
    [end] = of_kind(read_back(file), EventKind.END)
    assert (end.sender, end.data["how"]) == ("client", "closed")


def test_a_response_that_breaks_off_is_broken_by_the_server(tmp_path):
    file = tmp_path / "c.ndjson"
    _, came, _ = exchanged(file, request(), COUNTED[:-5])
    assert came == COUNTED[:-5]
    [end] = of_kind(read_back(file), EventKind.END)
    assert (end.sender, end.data["how"]) == ("server", "broken")


def test_a_server_that_cannot_be_reached_is_told_and_recorded(tmp_path):
    file, told = tmp_path / "c.ndjson", list[str]()

    async def run() -> None:
        recording = recorder("http://127.0.0.1:1/mcp", file, told=told)
        async with asyncio.timeout(BOUND), recording as (outer, _), connected(outer) as client:
            await client.send(request())
            assert (await client.response()).status == 502
            assert await client.closed()

    alone(run())
    assert len(told) == 1
    assert "cannot reach 127.0.0.1:1" in told[0]
    kept = read_back(file)
    assert [method["method"] for _, method in said(kept)] == ["ping"]
    [end] = of_kind(kept, EventKind.END)
    assert (end.sender, end.data["how"]) == ("server", "broken")


ENDPOINT = "event: endpoint\r\ndata: {}\r\n\r\n"


@pytest.mark.parametrize("framed", [True, False])
@pytest.mark.parametrize("size", [1, 1 << 20])
@pytest.mark.parametrize("absolute", [True, False])
def test_the_endpoint_of_http_sse_leads_through_the_recorder(tmp_path, absolute, size, framed):
    """The chunk that holds it is told anew, with what else is in it."""
    file = tmp_path / "c.ndjson"

    async def peer(reader, writer):
        head = await reader.readuntil(b"\r\n\r\n")
        if head.startswith(b"POST"):
            await reader.readuntil(PING)
            writer.write(b"HTTP/1.1 202 Accepted\r\nContent-Length: 0\r\n\r\n")
            return
        host = next(line for line in head.decode().split("\r\n") if line.startswith("Host: "))
        link = f"http://{host[6:]}/messages?id=5" if absolute else "/messages?id=5"
        text = f"{ENDPOINT.format(link)}data: 1\n\n".encode()
        told = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n"
        if framed:
            text = b"%x\r\n%s\r\n0\r\n\r\n" % (len(text), text)
            told += b"Transfer-Encoding: chunked\r\n"
        for piece in pieces(told + b"\r\n" + text, size):
            writer.write(piece)
            await writer.drain()
            await asyncio.sleep(0)

    async def run() -> None:
        async with (
            asyncio.timeout(BOUND),
            serving(peer) as inner,
            recorder(inner, file) as (url, _),
        ):
            host = urlsplit(url).netloc
            async with connected(url) as client:
                await client.send(f"GET /sse HTTP/1.1\r\nHost: {host}\r\n\r\n".encode())
                head = await client.head()
                if framed:
                    stream = b""
                    while chunk := await client.chunk():
                        stream += chunk
                else:
                    stream = await client.reader.read(-1)
                assert head.status == 200
                own = f"http://{host}" if absolute else ""
                assert stream.decode() == ENDPOINT.format(f"{own}/messages?id=5") + "data: 1\n\n"
            async with connected(url) as client:
                sent = request(PING).replace(b"/mcp?x=1", b"/messages?id=5")
                await client.send(sent.replace(b"HOST", b"Host"))
                assert (await client.response()).status == 202

    alone(run())
    kept = read_back(file)
    assert kept.header.transport == "http+sse"
    requests = of_kind(kept, EventKind.HTTP_REQUEST)
    assert len({event.session for event in requests}) == 1
