"""Clients that cannot be judged are told of in bounded time, and leave nothing behind."""

import asyncio
import json
import os
import sys
import time
from pathlib import Path

import pytest

from mcp_proof.cli import main
from mcp_proof.errors import PeerError
from mcp_proof.events import ProbeStarted, RunEvent, VerdictReached
from mcp_proof.judge import performance
from mcp_proof.judge.command_client import CommandClient
from mcp_proof.judge.judging import JudgeOptions, Judging
from mcp_proof_contracts.rule import Outcome

HOSTILE = Path(__file__).parent.parent.parent / "peers/hostile_clients"
PATIENCE = 0.5
FAULT = "page-client-missing-cursor-ends"


def judged(name: str, patience: float = PATIENCE) -> tuple[list[RunEvent], str]:
    """Judge one of them; return what happened, and why it could not be judged."""
    client = CommandClient([sys.executable, str(HOSTILE / f"{name}.py"), "{url}"], "http")
    judging = Judging(client, JudgeOptions(timeout=patience, scenarios=("page-odd-cursor",)))

    async def run() -> tuple[list[RunEvent], str]:
        events: list[RunEvent] = []
        try:
            async for event in judging.events():
                events.append(event)  # noqa: PERF401  # those before an error count too
        except PeerError as error:
            return events, str(error)
        return events, ""

    return asyncio.run(run())


def outcomes(events: list[RunEvent]) -> set[Outcome]:
    return {event.verdict.outcome for event in events if isinstance(event, VerdictReached)}


def played(events: list[RunEvent]) -> list[str]:
    return [event.name for event in events if isinstance(event, ProbeStarted)]


def running(marker: str) -> list[str]:
    """The processes whose command line holds a text."""
    found = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            words = path.read_bytes().replace(b"\0", b" ").decode(errors="replace")
        except OSError:
            continue  # it has just ended
        if marker in words and path.parent.name != str(os.getpid()):
            found.append(words)
    return found


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("never_connects", "it did not connect within 2 s; it was terminated"),
        ("exits_at_once", "it exited with code 1. Its last words:\nthe key ring is locked"),
        ("ignores_sigterm", "it did not exit on SIGTERM, and was killed"),
        ("complains_endlessly", "it did not connect within 2 s; it was terminated"),
    ],
)
def test_a_client_that_never_connects_leaves_every_rule_untested(name, why, monkeypatch):
    monkeypatch.setattr("mcp_proof.judge.command_client.GRACE", 0.3)
    began = time.monotonic()
    events, lost = judged(name)
    assert why in lost
    assert outcomes(events) == {Outcome.UNTESTED}
    assert all(why in event.verdict.reason for event in events if isinstance(event, VerdictReached))
    assert time.monotonic() - began < 30
    assert running(f"hostile_clients/{name}.py") == []


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("hangs_after_connecting", "it was silent for 0.5 s, and did not end"),
        ("goes_on", "it went on for more than 6 s"),
        ("floods", "it sent more than"),
    ],
)
def test_a_client_that_never_ends_is_ended_and_passes_nothing_that_it_left_out(
    name, why, monkeypatch
):
    monkeypatch.setattr(performance, "FLOOD", 400)
    began = time.monotonic()
    events, lost = judged(name)
    assert lost == ""
    assert played(events) == (["page-odd-cursor"] if name == "hangs_after_connecting" else [])
    closed = [
        event
        for event in events[-1].transcript.events
        if event.session == "client@ordinary" and event.kind == "close"
    ]
    assert why in closed[0].data["why"]
    assert Outcome.UNTESTED in outcomes(events)
    assert time.monotonic() - began < 60
    assert running(f"hostile_clients/{name}.py") == []


def test_the_command_says_that_nothing_could_be_judged(capsys):
    code = main(
        ["judge", "--timeout", "5", "--", sys.executable, str(HOSTILE / "exits_at_once.py")]
    )
    assert code == 3
    assert "the key ring is locked" in capsys.readouterr().err


def test_a_client_that_does_not_exist_is_named(capsys):
    assert main(["judge", "--", "no-such-client", "{url}"]) == 3
    assert "could not be started: no-such-client: No such file" in capsys.readouterr().err


def test_no_client_at_all_is_wrong_usage(capsys):
    assert main(["judge"]) == 2
    assert "mcp-proof judge -- python my_client.py {url}" in capsys.readouterr().err


def test_an_unknown_scenario_is_wrong_usage_with_the_nearest_name(capsys):
    client = [sys.executable, "-m", "mcp_proof_mocks.client", "{url}"]
    assert main(["judge", "--scenario", "page-od-cursor", "--", *client]) == 2
    assert "Did you mean page-odd-cursor" in capsys.readouterr().err


def test_reports_speak_of_a_client(capsys, tmp_path):
    report = tmp_path / "report.json"
    client = [sys.executable, "-m", "mcp_proof_mocks.client", "--fault", FAULT, "{url}"]
    options = ["--only", FAULT, "--report", f"json={report}", "--report", f"html={tmp_path}/r.html"]
    assert main(["judge", *options, "--", *client]) == 0
    told = json.loads(report.read_text())
    assert told["command"] == "judge"
    assert told["counts"] == {"passed": 0, "violated": 1, "untested": 0}
    assert told["verdicts"][0]["findings"][0]["reproduce"].startswith(
        "mcp-proof judge --revision 2026-07-28"
    )
    assert "the client violates 1 SHOULD rule" in (tmp_path / "r.html").read_text()
    assert "mcp-proof-mock-client 1.0.0 speaks 2026-07-28 over http" in capsys.readouterr().out
