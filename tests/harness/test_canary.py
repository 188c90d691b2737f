"""A URL of ours that sees who fetches it."""

import asyncio
import functools

import httpx2
import pytest

from mcp_proof.canary import MAX_REQUESTS, canary
from mcp_proof.recorder import Recorder, current_probe
from mcp_proof_contracts.reading import Reading
from mcp_proof_contracts.revision import LATEST
from mcp_proof_contracts.transcript import Header, Sender


@pytest.fixture
def recorder():
    return Recorder(Header(peer="x", side=Sender.SERVER, transport="http", started="2026-01-01"))


def in_a_loop(test):
    @functools.wraps(test)
    def run(**given):
        asyncio.run(test(**given))

    return run


def read(recorder):
    return Reading(recorder.transcript, LATEST)


@in_a_loop
async def test_who_fetches_it_is_in_the_transcript_and_no_traffic_with_the_peer(recorder):
    token = current_probe.set("schemas")
    async with canary(recorder, case="network") as bird, httpx2.AsyncClient() as client:
        answer = await client.get(f"{bird.url}?a=1", headers={"X-Who": "me"})
    current_probe.reset(token)
    assert answer.json() == {}
    assert bird.fetched == 1
    [fetched] = read(recorder).fetched("schemas/network")
    assert fetched.session == "canary-1"
    assert fetched.sender is Sender.SERVER
    assert fetched.data["method"] == "GET"
    assert bird.url.endswith(str(fetched.data["path"]).removesuffix("?a=1"))
    assert fetched.data["headers"]["x-who"] == "me"
    assert list(read(recorder).http()) == []
    assert read(recorder).fetched("schemas") == [fetched]
    assert read(recorder).fetched("schema") == []


@in_a_loop
async def test_it_is_recorded_whether_a_secret_was_told_and_never_the_secret(recorder):
    async with (
        canary(recorder, secret="a-secret-of-ours") as bird,
        httpx2.AsyncClient() as client,
    ):
        await client.get(bird.url, headers={"Authorization": "Bearer a-secret-of-ours"})
        await client.get(bird.url, headers={"Authorization": "Bearer another"})
        await client.get(f"{bird.url}?token=a-secret-of-ours")
    fetched = list(read(recorder).fetched())
    assert [event.data["tells_secret"] for event in fetched] == [True, False, True]
    assert fetched[0].data["headers"]["authorization"] == "[hidden]"


@in_a_loop
async def test_each_one_has_a_session_and_a_url_of_its_own(recorder):
    async with canary(recorder) as one, canary(recorder) as other, httpx2.AsyncClient() as client:
        assert one.url != other.url
        await client.get(other.url)
    assert [event.session for event in read(recorder).fetched()] == ["canary-2"]


@in_a_loop
async def test_a_flood_is_shown_by_its_beginning(recorder):
    async with canary(recorder) as bird, httpx2.AsyncClient() as client:
        for _ in range(MAX_REQUESTS + 5):
            await client.get(bird.url)
    assert bird.fetched == MAX_REQUESTS + 5
    assert len(list(read(recorder).fetched())) == MAX_REQUESTS


@pytest.mark.parametrize("said", [b"", b"GET / HTTP/1.1\r\n", b"x" * 100_000, b"\xff\r\n\r\n"])
@in_a_loop
async def test_whoever_connects_and_talks_nonsense_does_no_harm(recorder, said):
    async with canary(recorder) as bird:
        host, port = bird.url.split("/")[2].split(":")
        _, writer = await asyncio.open_connection(host, int(port))
        writer.write(said)
        writer.close()
        async with httpx2.AsyncClient() as client:
            assert (await client.get(bird.url)).status_code == 200
    assert bird.fetched in (1, 2)


@in_a_loop
async def test_nobody_is_waited_for_at_the_end(recorder):
    async with asyncio.timeout(2):
        async with canary(recorder) as bird:
            host, port = bird.url.split("/")[2].split(":")
            _, writer = await asyncio.open_connection(host, int(port))
            await asyncio.sleep(0.05)
    writer.close()
