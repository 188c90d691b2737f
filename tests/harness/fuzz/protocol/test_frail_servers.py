"""Each defect is named by its oracle, and by no other; without it nothing is said."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from mcp_proof.targets import CommandTarget, UrlTarget
from mcp_proof_contracts.revision import Revision
from mcp_proof_contracts.rule import Level

FRAIL = Path(__file__).parents[3] / "peers" / "frail.py"
SPOKEN = Revision.R2025_11_25


def over_stdio(defect: str) -> CommandTarget:
    return CommandTarget([sys.executable, str(FRAIL), "stdio", defect])


@contextmanager
def over_http(defect: str) -> Iterator[UrlTarget]:
    command = [sys.executable, str(FRAIL), "http", defect]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield UrlTarget(f"http://127.0.0.1:{process.stdout.readline().strip()}/mcp")
        finally:
            process.kill()


def told(found) -> set[tuple[str, Level]]:
    return {(complaint.oracle, complaint.level) for _, complaint in found}


def test_of_a_healthy_server_over_stdio_nothing_is_said(complaints):
    assert complaints(over_stdio("healthy"), spoken=SPOKEN) == []


@pytest.mark.parametrize(
    ("defect", "wanted", "oracle", "level"),
    [
        ("dies-on-surrogate", "surrogate", "crash", Level.MUST),
        ("dies-on-depth", "depth 10", "crash", Level.MUST),
        ("exits-with-code", "truncated after", "crash", Level.SHOULD),
        ("prints-garbage", "truncated", "malformed-answer", Level.MUST),
        ("tells-the-trace", "jsonrpc is", "leak", Level.ADVICE),
        ("answers-notifications", "notifications/cancelled", "answered-notification", Level.MUST),
        ("ignores-odd-methods", "method is __proto__", "unanswered", Level.MUST),
        ("forgets-the-id", "method is __proto__", "malformed-answer", Level.MUST),
        ("refuses-for-ever", "truncated", "dead-after", Level.MUST),
        ("hangs-on-truncated", "truncated after", "hang", Level.MUST),
    ],
)
def test_a_defect_over_stdio_is_named(complaints, defect, wanted, oracle, level):
    timeout = 0.5 if wanted.startswith("method") or oracle == "hang" else 5.0
    found = complaints(over_stdio(defect), spoken=SPOKEN, wanted=wanted, count=180, timeout=timeout)
    assert told(found) == {(oracle, level)}
    assert all(wanted in case for case, _ in found)


def test_a_server_that_exits_with_0_has_closed_cleanly(complaints):
    assert complaints(over_stdio("exits-cleanly"), spoken=SPOKEN, wanted="truncated in") == []


def test_the_words_of_a_crash_are_quoted(complaints):
    [(_, crash)] = complaints(over_stdio("dies-on-surrogate"), spoken=SPOKEN, wanted="escape in a")
    assert "uncaught error (exit code 1)" in crash.message
    assert "UnicodeEncodeError" in crash.actual


def test_of_a_healthy_server_over_http_nothing_is_said(complaints):
    with over_http("healthy") as target:
        assert complaints(target, spoken=SPOKEN, count=250) == []


@pytest.mark.parametrize(
    ("defect", "wanted", "oracle", "level"),
    [
        ("answers-500", "truncated", "server-error", Level.SHOULD),
        ("dies-on-surrogate", "lone surrogate", "server-error", Level.SHOULD),
        ("hangs-up", "truncated", "crash", Level.SHOULD),
        ("shows-a-page", "truncated", "leak", Level.ADVICE),
        ("stops-listening", "method is __proto__", "dead-after", Level.MUST),
        ("hangs-on-truncated", "truncated after", "hang", Level.MUST),
        ("answers-notifications", "the id to cancel", "answered-notification", Level.MUST),
    ],
)
def test_a_defect_over_http_is_named(complaints, defect, wanted, oracle, level):
    timeout = 0.3 if oracle == "hang" else 5.0
    with over_http(defect) as target:
        found = complaints(target, spoken=SPOKEN, wanted=wanted, count=180, timeout=timeout)
    assert (oracle, level) in told(found)
    assert len(told(found)) == 1
