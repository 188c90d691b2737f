"""Servers that an OpenAPI document describes, tried by Schemathesis."""

import re
from contextlib import aclosing
from pathlib import Path
from typing import Any

import openapi_server
import pytest
import rest_fastapi
from tcp_server import alone

from mcp_proof.approach import approach
from mcp_proof.errors import PeerError, UsageError
from mcp_proof.fuzz.rest.document import document_of
from mcp_proof.fuzz.rest.failure import RestFailure, RestNotTried
from mcp_proof.fuzz.rest.fuzzing import fuzz_rest
from mcp_proof.recorder import Recorder
from mcp_proof.targets import AsgiTarget, Target, header_of, target_of
from mcp_proof_contracts.transcript import EventKind, Sender
from mcp_proof_contracts.wire import as_list, as_object
from mcp_proof_mocks.server import MockServer

PATIENCE = 10.0
TOKEN = rest_fastapi.token()


def app(application: Any, headers: dict[str, str] | None = None) -> Target:
    return AsgiTarget(application, path="", headers=headers or {})


def guarded(application: Any) -> Target:
    return app(application, {"authorization": f"Bearer {TOKEN}"})


def keyed() -> Target:
    return app(openapi_server.careful_app(), {"x-api-key": openapi_server.KEY})


def dying_app() -> Any:
    """A careful one that dies of an empty text."""
    careful = rest_fastapi.careful_app()

    async def dying(scope: Any, receive: Any, send: Any) -> None:
        event = await receive()
        if b'"text":""' in event.get("body", b"").replace(b" ", b""):
            raise ConnectionError("it died")

        async def received() -> Any:
            return event

        await careful(scope, received, send)

    return dying


SOUND = {
    "a guarded mock": lambda: target_of(MockServer("guarded_tools")),
    "a careful app": lambda: app(rest_fastapi.careful_app()),
    "JSON-RPC in a mock": lambda: target_of(MockServer("kailash")),
}


class Tried:
    """What came of a run."""

    def __init__(self) -> None:
        self.failures: list[RestFailure] = []
        self.untried: list[RestNotTried] = []
        self.recorder: Recorder

    @property
    def checks(self) -> set[str]:
        return {failure.check for failure in self.failures}

    @property
    def sent(self) -> list[Any]:
        """The bodies of all requests."""
        return [
            event.message.value
            for event in self.recorder.transcript.events
            if event.kind is EventKind.MESSAGE and event.sender is Sender.CLIENT and event.message
        ]


def tried(
    target: Target,
    permitted: list[str] | None = None,
    *,
    first: bool = False,
    **options: Any,
) -> Tried:
    """Try a server; with `first` only until something is found."""
    came = Tried()

    async def run() -> None:
        async with target.started() as reachable:
            came.recorder = Recorder(header_of(target), secrets=target.secrets)
            server = await approach(reachable, came.recorder, None, PATIENCE)
            try:
                names = permitted
                if names is None:
                    names = [tool.name for tool in await server.list_tools()]
                bounds: dict[str, Any] = {"seed": 1, "max_examples": 3, **options}
                async with aclosing(fuzz_rest(server, permitted=names, **bounds)) as found:
                    async for each in found:
                        assert isinstance(each, RestFailure | RestNotTried)
                        (came.failures if isinstance(each, RestFailure) else came.untried).append(
                            each
                        )
                        if first:
                            break
            finally:
                await server.close()
        assert came.recorder.faults == []

    alone(run())
    return came


@pytest.mark.parametrize("name", SOUND)
def test_a_sound_server_gives_no_failure(name):
    came = tried(SOUND[name]())
    assert (came.failures, came.untried) == ([], [])
    assert len(came.sent) > 20


def test_what_a_careless_server_executes_is_found():
    came = tried(app(rest_fastapi.loose_app()))
    assert came.checks == {"invalid_arguments_executed"}
    [failure] = came.failures
    assert failure.operation == "POST /mcp/execute"
    assert re.search("was executed", failure.message)
    assert failure.reproduce.startswith("curl -X POST ")
    assert "http://localhost:8000/mcp/execute" in failure.reproduce
    assert failure.response.startswith("200 {")


def test_what_fails_behind_a_credential_is_found_and_the_credential_shown_nowhere(tmp_path):
    came = tried(guarded(rest_fastapi.loose_guarded_app()), reports=tmp_path / "reports")
    found = {"not_a_server_error", "response_schema_conformance", "status_code_conformance"}
    assert came.checks == found
    files = {file.name: file.read_text() for file in (tmp_path / "reports").iterdir()}
    kinds = ("har", "json", "ndjson", "xml", "yaml")
    assert set(files) == {f"schemathesis.{kind}" for kind in kinds}
    assert '<failure type="failure"' in files["schemathesis.xml"]
    for text in (*files.values(), *map(repr, came.failures)):
        assert TOKEN not in text
        assert "127.0.0.1" not in text


def test_a_server_that_answers_nothing_is_found_with_the_request_that_does_it():
    came = tried(app(dying_app()), ["count_words"])
    assert {"no_answer"} == came.checks
    assert {failure.operation for failure in came.failures} == {"POST /mcp/execute"}
    assert all("curl" in failure.reproduce for failure in came.failures)


def test_a_tool_that_may_not_be_called_never_is():
    came = tried(target_of(MockServer("email_tools")), ["count_words"])
    assert (came.failures, came.untried) == ([], [])
    named = [
        as_object(call).get("tool_slug")
        for body in came.sent
        for call in as_list(as_object(body).get("tools"))
    ]
    assert "count_words" in named
    assert "send_email" not in named


def test_without_a_tool_that_may_be_called_nothing_is_executed():
    came = tried(target_of(MockServer("email_tools")), [])
    assert (came.failures, came.untried) == ([], [])
    assert not any("tools" in as_object(body) for body in came.sent)


def test_the_same_seed_gives_the_same_requests():
    one, other = (tried(keyed()) for _ in range(2))
    assert (one.failures, one.untried) == ([], [])
    assert one.sent == other.sent


@pytest.mark.parametrize("seconds", [0.05, 3.0])
def test_when_the_time_is_up_it_says_so(seconds):
    came = tried(app(rest_fastapi.careful_app()), max_examples=10_000, seconds=seconds)
    assert came.failures == []
    assert [each.reason for each in came.untried] == ["the time was up"]


def test_who_wants_no_more_ends_it_and_keeps_the_reports(tmp_path: Path):
    came = tried(app(rest_fastapi.loose_app()), first=True, max_examples=10_000, reports=tmp_path)
    assert len(came.failures) == 1
    assert "POST /mcp/execute" in (tmp_path / "schemathesis.xml").read_text()


@pytest.mark.parametrize(
    ("target", "why"),
    [
        (lambda: app(rest_fastapi.careful_app(guarded=True)), "nothing can be tried"),
        (lambda: app(openapi_server.careful_app()), "no such key"),
    ],
)
def test_a_server_that_accepts_no_credential_is_not_tried(target, why):
    with pytest.raises(PeerError, match=f"{why}(?s:.)*--header-env"):
        tried(target(), [])


def test_a_dialect_that_no_document_describes_is_refused():
    with pytest.raises(UsageError, match="contextframe"):
        tried(target_of(MockServer("contextframe")), [])


# What is given to Schemathesis


def test_the_document_holds_the_permitted_tools_only():
    async def run() -> Any:
        target = target_of(MockServer("kailash"))
        async with target.started() as reachable:
            recorder = Recorder(header_of(target), secrets=target.secrets)
            server = await approach(reachable, recorder, None, PATIENCE)
            try:
                return await document_of(server, ["get_weather"])
            finally:
                await server.close()

    document = alone(run())
    text = repr(document)
    assert "get_weather" in text
    assert "get_calendar" not in text
    assert "/mcp/stream" not in document["paths"]
