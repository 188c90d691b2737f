"""A campaign that ends before its end tells what it found, what it did not try, and why."""

import asyncio
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from fuzz.campaigns import campaign, running_campaign

from mcp_proof.errors import PeerError
from mcp_proof.fuzz.events import FuzzFinished
from mcp_proof.fuzz.fuzzing import Fuzzing
from mcp_proof.fuzz.options import FuzzOptions
from mcp_proof.fuzz.sightings import Sightings
from mcp_proof.fuzz.tally import FuzzTally, exit_code
from mcp_proof.tally import INTERRUPTED
from mcp_proof.targets import CommandTarget, UrlTarget
from mcp_proof_mocks.http.server import serving
from mcp_proof_mocks.server import MockServer

PEERS = Path(__file__).parents[2] / "peers"
MOCK = [sys.executable, "-m", "mcp_proof_mocks"]
FUZZ = [sys.executable, "-m", "mcp_proof", "fuzz"]
ASKING = [sys.executable, str(PEERS / "asking.py"), "--broken"]
BOUND = 40.0
ENDLESS = 100_000
"""Examples that no test waits for."""


def planted(folder: Path) -> list[str]:
    """A server with a bug that is found at once, and that writes down its process ids."""
    script = folder / "noting.py"
    script.write_text(
        "import os, pathlib, runpy, sys\n"
        f"with pathlib.Path({str(folder / 'pids')!r}).open('a') as pids:\n"
        "    pids.write(f'{os.getpid()}\\n')\n"
        f"sys.argv = [{str(PEERS / 'asking.py')!r}, '--broken']\n"
        "runpy.run_path(sys.argv[0], run_name='__main__')\n"
    )
    return [sys.executable, str(script)]


def is_running(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


# The rate


def test_no_more_calls_are_made_in_a_second_than_the_rate_allows():
    rate = 40.0
    server = MockServer("everything")

    async def run():
        async with serving(server) as url:
            return await running_campaign(
                UrlTarget(url, {}), tools=("echo",), max_examples=5, rate=rate
            )

    tally = asyncio.run(run())
    events = server.journal.events()
    times = [e.at for e in events if e.message is not None and e.message.method == "tools/call"]
    assert len(times) > rate / 2
    assert tally.finished is not None
    assert times[-1] - times[0] >= (len(times) - 2) / rate


# The time


def test_the_end_of_the_time_is_kept_and_what_was_not_tried_is_told():
    run = campaign(CommandTarget([*MOCK, "everything"]), seconds=2.0, max_examples=ENDLESS)
    assert run.finished is not None
    assert 2.0 <= run.finished.seconds < 2.0 + BOUND / 4
    assert not run.finished.interrupted
    reasons = {each.label: each.reason for each in run.not_tried}
    [begun] = [each.label for each in run.tried]
    assert reasons[begun] == "not all of it was tried: the time was up"
    assert "the time was up" in {reasons[label] for label in reasons if label != begun}
    assert exit_code([run]) == 0


def test_the_time_ends_a_wait_for_a_server_that_hangs(tmp_path):
    hanging = tmp_path / "hanging.yaml"
    hanging.write_text(
        'info: {name: hanging, version: "1"}\n'
        "tools:\n"
        "  - name: wait\n"
        "    annotations: {readOnlyHint: true}\n"
        "    inputSchema: {type: object, properties: {n: {type: integer}}}\n"
        "    cases:\n"
        "      - {when: {arguments: {n: 0}}, steps: [{delay: 600000}], answer: {text: done}}\n"
        "      - answer: {text: done}\n"
    )
    run = campaign(CommandTarget([*MOCK, str(hanging)]), seconds=4.0, timeout=30.0)
    assert run.finished is not None
    assert run.finished.seconds < 4.0 + BOUND / 4
    assert [(each.complaint.oracle, each.reproduced) for each in run.failures] == [("hang", False)]


# Interrupts


def test_an_interrupt_keeps_what_was_found_and_leaves_no_process(tmp_path):
    command = [*FUZZ, "--report", "json=r.json", "--max-examples", str(ENDLESS), "--rate", "20"]
    process = subprocess.Popen(
        [*command, "--", *planted(tmp_path)],
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    for line in process.stdout:
        if "1 of 2" in line:
            break
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=BOUND)
    assert process.returncode == INTERRUPTED, errors
    report = json.loads((tmp_path / "r.json").read_text())
    assert report["interrupted"] is True
    reasons = {each["tool"]: each["reason"] for each in report["not_tried"]}
    assert reasons["tool ask_user"] == "not all of it was tried: the run was interrupted"
    assert reasons["tool consult"] == "the run was interrupted"
    pids = list(map(int, (tmp_path / "pids").read_text().split()))
    assert pids
    assert not any(map(is_running, pids))


def test_what_was_seen_before_an_interrupt_is_told_as_it_was_seen(monkeypatch):
    tally = FuzzTally()
    fuzzing = Fuzzing(CommandTarget(ASKING), FuzzOptions(max_examples=5))
    add = Sightings.add

    def interrupting(*seen):
        add(*seen)
        fuzzing.interrupt()

    async def run():
        async with asyncio.timeout(BOUND):
            async for event in fuzzing.events():
                tally.take(event)

    monkeypatch.setattr(Sightings, "add", interrupting)
    asyncio.run(run())
    assert tally.finished is not None
    assert tally.finished.interrupted
    [failure] = tally.failures
    assert failure.complaint.oracle == "crash"
    assert not failure.reproduced


def test_an_interrupt_while_the_server_starts_ends_at_once():
    silent = [sys.executable, "-c", "import sys; sys.stdin.read()"]

    async def run() -> list[object]:
        fuzzing = Fuzzing(CommandTarget(silent), FuzzOptions())
        seen: list[object] = []
        async with asyncio.timeout(BOUND):
            async for event in fuzzing.events():
                seen.append(event)
                fuzzing.interrupt()
        return seen

    started = time.monotonic()
    last = asyncio.run(run())[-1]
    assert isinstance(last, FuzzFinished)
    assert last.interrupted
    assert last.cases == 0
    assert time.monotonic() - started < FuzzOptions().timeout


# Servers that are not there


def test_a_server_that_cannot_be_started_is_told_with_its_words(tmp_path):
    words = "there is no database"
    server = [sys.executable, "-c", f"import sys; sys.exit({words!r})"]
    done = subprocess.run(
        [*FUZZ, "--", *server],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=BOUND,
        check=False,
    )
    assert done.returncode == 3
    assert words in done.stderr
    assert "Traceback" not in done.stderr
    with pytest.raises(PeerError, match=words):
        campaign(CommandTarget(server))


DYING = """
import os, sys
sys.path[:0] = {path!r}
import asyncio
from mcp_proof_mocks.http.server import serving
from mcp_proof_mocks.server import MockServer

server = MockServer({{"info": {{"name": "dying", "version": "1"}}, "revisions": ["2025-11-25"]}})
hints = {{"readOnlyHint": True}}
number = {{"type": "integer", "minimum": 0, "maximum": 9}}
schema = {{"type": "object", "properties": {{"n": number}}}}
server.register_mock_tool("quiet", lambda _: "well", schema, annotations=hints)

def fragile(arguments):
    if arguments.get("n") == 9:
        os._exit(7)
    return "well"

server.register_mock_tool("fragile", fragile, schema, annotations=hints)
server.register_mock_tool("later", lambda _: "well", schema, annotations=hints)

async def main():
    async with serving(server) as url:
        print(url, flush=True)
        await asyncio.Event().wait()

asyncio.run(main())
"""


@pytest.fixture
def dying(tmp_path):
    """The URL of a server that ends for good at one input of one tool."""
    script = tmp_path / "dying.py"
    script.write_text(DYING.format(path=sys.path))
    process = subprocess.Popen([sys.executable, str(script)], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    yield process.stdout.readline().strip()
    process.kill()
    process.wait()
    process.stdout.close()


def test_a_server_that_goes_away_for_good_is_told_with_the_case_that_did_it(dying):
    run = campaign(UrlTarget(dying, {}), max_examples=10, timeout=5.0)
    [failure] = run.failures
    assert failure.operation == "tool fragile"
    assert failure.complaint.oracle == "crash"
    assert failure.case == {"tool": "fragile", "arguments": {"n": 9}}
    assert not failure.reproduced
    labels = [each.label for each in run.not_tried]
    assert labels == ["tool fragile", "tool later", "several operations", "protocol"]
    assert run.lost
    assert exit_code([run]) == 1
