"""Whatever a stream fault does, `verify` ends in time and sees it as what it is."""

import asyncio
import re
import sys

import pytest

from mcp_proof.errors import PeerError
from mcp_proof.events import RunFinished, VerdictReached
from mcp_proof.runner import Verification, VerifyOptions
from mcp_proof.targets import CommandTarget, Target, UrlTarget
from mcp_proof_contracts.revision import Revision
from mcp_proof_contracts.rule import Outcome, Verdict
from mcp_proof_mocks.http.server import serving
from mcp_proof_mocks.server import MockServer
from mcp_proof_mocks.stream.choice import chosen_fault
from mcp_proof_mocks.stream.tcp_relay import relayed

BOUND = 30.0
"""Seconds within which every run ends, on a busy machine."""
IMPATIENT = 0.2
"""The timeout of those who wait in vain: four times as long for a first answer."""


def ordinary(
    revision: Revision | None = Revision.R2025_11_25, timeout: float = 5.0
) -> VerifyOptions:
    """Have the ordinary conversation only, and judge it by every rule."""
    return VerifyOptions(revision=revision, probes=(), timeout=timeout)


async def judged(target: Target, options: VerifyOptions) -> dict[str, Verdict]:
    """Verify; a fault of mcp-proof itself is never the answer."""
    events = [event async for event in Verification(target, options).events()]
    assert isinstance(events[-1], RunFinished)
    assert events[-1].faults == ()
    reached = [event.verdict for event in events if isinstance(event, VerdictReached)]
    return {verdict.rule.id: verdict for verdict in reached}


def over_http(
    *faults: str, contract: str = "everything", options: VerifyOptions | None = None
) -> dict[str, Verdict]:
    """Verify the bundled mock behind a relay, with its ordinary conversation only."""

    async def run() -> dict[str, Verdict]:
        chosen = [chosen_fault(text) for text in faults]
        async with (
            asyncio.timeout(BOUND),
            serving(MockServer(contract)) as inner,
            relayed(inner, chosen, tell=pytest.fail) as url,
        ):
            return await judged(UrlTarget(url), options or ordinary())

    return asyncio.run(run())


def over_stdio(*faults: str, options: VerifyOptions | None = None) -> dict[str, Verdict]:
    command = [sys.executable, "-m", "mcp_proof", "mock", "everything", "--stdio"]
    target = CommandTarget([*command, *(f"--fault={text}" for text in faults)])

    async def run() -> dict[str, Verdict]:
        async with asyncio.timeout(BOUND):
            return await judged(target, options or ordinary())

    return asyncio.run(run())


def violated(verdicts: dict[str, Verdict]) -> dict[str, str]:
    return {
        rule_id: verdict.findings[0].message + ": " + verdict.findings[0].actual
        for rule_id, verdict in verdicts.items()
        if verdict.outcome is Outcome.VIOLATED
    }


def passed(verdicts: dict[str, Verdict]) -> set[str]:
    return {rule_id for rule_id, v in verdicts.items() if v.outcome is Outcome.PASSED}


HARMLESS = ["latency:ms=5", "jitter:ms=5", "bandwidth:rate=4000000", "slicer:bytes=3"]


@pytest.mark.parametrize("direction", ["down", "up"])
@pytest.mark.parametrize("fault", [*HARMLESS, "stalled-stream:after=1000"])
def test_bytes_that_are_late_or_in_small_pieces_break_no_rule_over_http(fault, direction):
    verdicts = over_http(f"{fault},direction={direction}")
    assert violated(verdicts) == {}
    assert len(passed(verdicts)) >= 60


@pytest.mark.parametrize("revision", [Revision.R2025_11_25, Revision.R2026_07_28])
def test_bytes_that_are_late_or_in_small_pieces_break_no_rule_over_stdio(revision):
    both_ways = [*HARMLESS, *(f"{fault},direction=up" for fault in HARMLESS)]
    verdicts = over_stdio(*both_ways, options=ordinary(revision))
    assert violated(verdicts) == {}
    assert len(passed(verdicts)) >= 30


BROKEN = [
    ("truncate", "without sending complete message body"),
    ("truncate:after=20", "without sending a response"),
    ("reset", "Connection reset by peer"),
    ("half-close", "Server disconnected without sending a response"),
    ("garbage", "illegal status line"),
    ("cut-mid-event", "incomplete chunked read"),
    ("truncate:after=10,direction=up", "Server disconnected without sending a response"),
    ("garbage:direction=up", "HTTP 400"),
]
SILENT = [
    ("stalled-stream", "no answer in 0.8 s .HTTP 200"),
    ("bandwidth:rate=100", "no answer in 0.8 s"),
    ("latency:ms=60000", "no answer in 0.8 s"),
    ("latency:ms=60000,direction=up", "no answer in 0.8 s"),
]


@pytest.mark.parametrize(("fault", "says"), BROKEN)
@pytest.mark.parametrize("revision", [None, Revision.R2025_11_25])
def test_a_server_whose_first_answer_is_broken_over_http_gets_no_verdict(fault, says, revision):
    with pytest.raises(PeerError, match=says) as raised:
        over_http(fault, contract="streaming", options=ordinary(revision))
    assert raised.value.exit_code == 3


@pytest.mark.parametrize(("fault", "says"), SILENT)
def test_a_server_whose_first_answer_is_held_back_gets_no_verdict(fault, says):
    with pytest.raises(PeerError, match=says) as raised:
        over_http(fault, contract="streaming", options=ordinary(timeout=IMPATIENT))
    assert raised.value.exit_code == 3


@pytest.mark.parametrize(
    ("fault", "timeout", "says"),
    [
        ("truncate:after=60", 5.0, r"stdout reached its end[^$]* no MCP message:\n    {.jsonrpc"),
        ("half-close", 5.0, "stdout reached its end"),
        ("latency:ms=60000", IMPATIENT, "no answer in 0.8 s"),
    ],
)
def test_a_server_whose_first_answer_does_not_come_over_stdio_gets_no_verdict(fault, timeout, says):
    with pytest.raises(PeerError, match=says) as raised:
        over_stdio(fault, options=ordinary(timeout=timeout))
    assert raised.value.exit_code == 3


@pytest.mark.parametrize(
    ("fault", "rules", "says"),
    [
        ("truncate:after=200", set(), "HTTP 200.* without sending complete message body"),
        ("reset:after=0", set(), "Connection reset by peer"),
        ("reset:after=200", set(), "HTTP 200.* Connection reset by peer"),
        ("half-close:after=0", set(), "Server disconnected without sending a response"),
        ("garbage:after=0", set(), "illegal status line"),
        (
            "garbage:after=250",
            {"jsonrpc-utf8", "http-json-body-single-object"},
            "HTTP 200.*the response held no answer",
        ),
    ],
)
@pytest.mark.parametrize("revision", [Revision.R2025_11_25, Revision.R2026_07_28])
def test_an_answer_that_is_broken_over_http_is_a_finding(fault, rules, says, revision):
    verdicts = over_http(f"{fault},method=tools/list,call=1", options=ordinary(revision))
    found = violated(verdicts)
    assert set(found) == {"jsonrpc-request-answered", "tools-list-answers", *rules}
    assert re.match(f"tools/list was never answered: .*{says}", found["jsonrpc-request-answered"])
    assert verdicts["tools-name-unique"].outcome is Outcome.UNTESTED


def test_a_stream_that_stalls_is_a_finding_of_what_it_was_to_answer():
    found = violated(
        over_http(
            "stalled-stream:method=tools/list",
            contract="streaming",
            options=ordinary(timeout=IMPATIENT),
        )
    )
    assert set(found) == {"jsonrpc-request-answered", "tools-list-answers"}
    assert "HTTP 200, no JSON-RPC response (no answer in 0.2 s)" in found["tools-list-answers"]


def test_a_stream_that_is_cut_is_resumed_when_its_server_can():
    verdicts = over_http("cut-mid-event:method=tools/list", contract="streaming")
    assert violated(verdicts) == {}
    assert "tools-list-answers" in passed(verdicts)


def test_a_stream_that_is_cut_is_a_finding_when_nothing_can_resume_it():
    options = ordinary(Revision.R2026_07_28)
    verdicts = over_http("cut-mid-event:method=tools/list", contract="streaming", options=options)
    found = violated(verdicts)
    assert "incomplete chunked read" in found["jsonrpc-request-answered"]
    assert verdicts["tools-name-unique"].outcome is Outcome.UNTESTED


@pytest.mark.parametrize(
    ("fault", "found"),
    [
        ("truncate", {"jsonrpc-request-answered"}),
        ("half-close", {"jsonrpc-request-answered"}),
        ("garbage", {"stdio-stdout-clean"}),
        ("half-written-line", {"stdio-stdout-clean", "jsonrpc-request-answered"}),
    ],
)
def test_an_answer_that_is_broken_over_stdio_is_a_finding(fault, found):
    verdicts = over_stdio(f"{fault}:tool=echo,call=1", options=ordinary(timeout=3.0))
    # Output that ends inside a line is no finding where the process had to be killed.
    by_how_it_ended = {"stdio-one-message-per-line"} if fault == "truncate" else set()
    assert set(violated(verdicts)) - by_how_it_ended == found
