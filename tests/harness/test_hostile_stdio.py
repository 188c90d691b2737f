"""Servers that hang, die, flood and babble end in a verdict or a PeerError, soon, and are gone."""

import asyncio
import os
import resource
import sys
import time
import uuid
from pathlib import Path

import pytest

from mcp_proof import exit_grace
from mcp_proof.errors import PeerError
from mcp_proof.events import VerdictReached
from mcp_proof.negotiate import introduce
from mcp_proof.recorder import Recorder
from mcp_proof.runner import Verification, VerifyOptions
from mcp_proof.sessions.session import Answer
from mcp_proof.targets import CommandTarget
from mcp_proof.targets.target import header_of
from mcp_proof.transports import stdio
from mcp_proof_contracts.revision import LATEST_STATEFUL, Revision
from mcp_proof_contracts.rule import Level, Outcome, Verdict

HOSTILE = Path(__file__).parent.parent / "peers" / "hostile"
MARK = "MCP_PROOF_HOSTILE_RUN"
MEMORY_KIB = 400 * 1024

pytestmark = pytest.mark.skipif(
    not Path("/proc/self/environ").exists(), reason="looks for orphans in /proc"
)


def orphans(mark: str) -> list[int]:
    wanted = f"{MARK}={mark}".encode()
    found: list[int] = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if wanted in (process / "environ").read_bytes().split(b"\0"):
                found.append(int(process.name))
        except OSError:
            continue  # it has just ended, or it is not ours to look into
    return [pid for pid in found if pid != os.getpid()]


@pytest.fixture
def verify(monkeypatch):
    """Verify one hostile server; fail when it takes too long, leaves a process or eats memory."""

    def run(
        name: str,
        *,
        within: float,
        revision: Revision | None = None,
        only: tuple[str, ...] = (),
        timeout: float = 1.0,
    ) -> dict[str, Verdict]:
        mark = uuid.uuid4().hex
        monkeypatch.setenv(MARK, mark)
        monkeypatch.setattr(stdio, "EXIT_GRACE", 1.0)
        options = VerifyOptions(
            revision=revision,
            only=only or ("jsonrpc-", "stdio-"),
            timeout=timeout,
        )
        target = CommandTarget([sys.executable, str(HOSTILE / f"{name}.py")])
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        started = time.monotonic()
        try:
            return asyncio.run(verdicts(target, options))
        finally:
            assert time.monotonic() - started < within
            assert orphans(mark) == []
            assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < MEMORY_KIB

    return run


async def verdicts(target: CommandTarget, options: VerifyOptions) -> dict[str, Verdict]:
    return {
        event.verdict.rule.id: event.verdict
        async for event in Verification(target, options).events()
        if isinstance(event, VerdictReached)
    }


def violated(found: dict[str, Verdict], *levels: Level) -> set[str]:
    return {
        rule_id
        for rule_id, verdict in found.items()
        if verdict.outcome is Outcome.VIOLATED and verdict.level in (levels or Level)
    }


def test_a_server_that_hangs_after_its_start_is_given_up(verify):
    with pytest.raises(PeerError, match=r"did not answer: no answer in .* printed nothing"):
        verify("hangs_after_start", within=30)


def test_each_process_of_a_server_that_starts_slowly_has_its_time():
    target = CommandTarget([sys.executable, str(HOSTILE / "starts_slowly.py")])

    async def introduced_again() -> Answer:
        driver = await introduce(target, Recorder(header_of(target)), LATEST_STATEFUL, timeout=0.75)
        try:
            async with driver.stateful(start=False) as session:
                return await session.initialize(LATEST_STATEFUL)
        finally:
            await driver.close()

    assert asyncio.run(introduced_again()).result is not None


def test_a_server_that_starts_slowly_may_take_as_long_to_exit(verify, monkeypatch):
    monkeypatch.setattr(exit_grace, "SHUTDOWN_GRACE", 0.1)
    found = verify("starts_slowly", within=60, only=("stdio-server-exits-on-eof",))
    assert found["stdio-server-exits-on-eof"].outcome is Outcome.PASSED


def test_a_server_that_crashes_at_its_start_is_quoted(verify):
    with pytest.raises(PeerError) as raised:
        verify("crashes_at_start", within=10)
    assert "exited with code 1" in str(raised.value)
    assert "RuntimeError: the database is not there" in str(raised.value)


@pytest.mark.parametrize("revision", [None, *Revision])
def test_a_server_that_exits_with_a_status_is_quoted(verify, revision):
    with pytest.raises(PeerError) as raised:
        verify("exits_with_status", within=10, revision=revision)
    assert "exited with code 64" in str(raised.value)
    assert "error: the token is missing" in str(raised.value)


def test_a_server_that_exits_while_a_child_keeps_its_output_open_is_named(verify):
    with pytest.raises(PeerError, match="exited with code 1"):
        verify("leaves_a_child", within=30)


def test_a_flood_without_newline_is_cut(verify):
    with pytest.raises(PeerError, match="a line longer than"):
        verify("floods_without_newline", within=30)


def test_a_flood_of_lines_is_cut_and_quoted(verify):
    with pytest.raises(PeerError) as raised:
        verify("floods_with_lines", within=30)
    assert "lines on stdout" in str(raised.value)
    assert "    still working" in str(raised.value)


def test_a_flood_of_messages_is_cut(verify):
    with pytest.raises(PeerError, match="lines on stdout"):
        verify("floods_with_messages", within=30)


def test_a_flood_on_stderr_blocks_nothing(verify):
    with pytest.raises(PeerError, match="no answer in"):
        verify("floods_stderr", within=30)


def test_log_lines_between_good_answers_are_a_finding_and_nothing_else(verify):
    found = verify("prints_between_answers", within=30)
    assert violated(found, Level.MUST) == {"stdio-stdout-clean"}
    finding = found["stdio-stdout-clean"].findings[0]
    assert "text that is no JSON" in finding.message
    assert finding.actual == "INFO answering"


def test_an_answer_of_a_hundred_megabytes_is_cut(verify):
    found = verify("sends_a_huge_line", within=60, only=("jsonrpc-request-answered",), timeout=10.0)
    finding = found["jsonrpc-request-answered"].findings[0]
    assert "a line longer than" in finding.actual


def test_an_answer_that_is_cut_off_is_a_finding(verify):
    found = verify("closes_mid_frame", within=60)
    assert "jsonrpc-request-answered" in violated(found)
    assert "the output ends inside a line" in {
        finding.message for finding in found["stdio-one-message-per-line"].findings
    }
    assert found["stdio-stdout-clean"].outcome is Outcome.PASSED


def test_a_method_that_is_never_answered_is_a_finding_of_that_method(verify):
    found = verify("never_answers_one_method", within=30)
    messages = {finding.message for finding in found["jsonrpc-request-answered"].findings}
    assert messages == {"tools/list was never answered"}
    assert found["stdio-stdout-clean"].outcome is Outcome.PASSED


def test_a_server_that_dies_of_a_bad_line_is_found_out_and_everything_else_still_tested(verify):
    found = verify("exits_on_bad_line", within=60)
    assert {"jsonrpc-parse-error", "jsonrpc-invalid-request"} <= violated(found)
    for rule_id in ("jsonrpc-id-roundtrip-types", "stdio-large-and-split-messages"):
        assert found[rule_id].outcome is Outcome.PASSED


def test_answers_with_ids_of_another_type_are_one_finding_and_no_silence(verify):
    found = verify("answers_with_string_ids", within=15)
    ids = {"response-id-echo", "id-roundtrip-types", "error-id-present"}
    assert violated(found, Level.MUST) == {f"jsonrpc-{name}" for name in ids}
    assert found["jsonrpc-batch-post-rejected"].outcome is Outcome.PASSED


def test_a_server_that_hangs_after_the_handshake_is_given_up(verify):
    found = verify("hangs_after_handshake", within=60)
    assert "jsonrpc-request-answered" in violated(found)
    assert "given up" in found["stdio-concurrent-requests"].reason


def test_an_interrupt_during_the_start_leaves_no_process(monkeypatch):
    mark = uuid.uuid4().hex
    monkeypatch.setenv(MARK, mark)
    target = CommandTarget([sys.executable, str(HOSTILE / "hangs_after_start.py")])

    async def cancelled() -> None:
        async with asyncio.timeout(1.0):
            await verdicts(target, VerifyOptions())

    with pytest.raises(TimeoutError):
        asyncio.run(cancelled())
    assert orphans(mark) == []
