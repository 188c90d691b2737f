"""Progress: silence for what is over soon, one line of a terminal, a few lines of a log."""

import io
import threading

import pytest
from rich.console import Console
from runs import run

from mcp_proof.events import PeerFound, ProbeStarted, RunStarted
from mcp_proof.reports.console import ConsoleReport
from mcp_proof.reports.progress import Progress, in_real_time
from mcp_proof_contracts.secrets.mask import Mask


class Clock:
    """Time that passes when a test says so."""

    def __init__(self) -> None:
        self.now = 0.0
        self.due: list[tuple[float, object]] = []

    def later(self, seconds, call):
        alarm = (self.now + seconds, call)
        self.due.append(alarm)

        def call_off():
            if alarm in self.due:
                self.due.remove(alarm)

        return call_off

    def pass_by(self, seconds):
        end = self.now + seconds
        while self.due and self.due[0][0] <= end:
            self.now, call = self.due.pop(0)
            call()
        self.now = end


@pytest.fixture(autouse=True)
def _outside_of_ci(monkeypatch):
    monkeypatch.delenv("CI", raising=False)
    monkeypatch.setenv("TERM", "xterm")


@pytest.fixture
def clock():
    return Clock()


def terminal():
    return Console(file=io.StringIO(), force_terminal=True, width=200, highlight=False)


def log():
    return Console(file=io.StringIO(), width=200, highlight=False)


def printed(console: Console) -> str:
    return console.file.getvalue()


@pytest.mark.parametrize("console", [terminal, log])
def test_a_run_of_less_than_two_seconds_shows_nothing(console, clock):
    shown = console()
    progress = Progress(shown, "starting", clock.later)
    progress.start()
    clock.pass_by(1.9)
    progress.say("probe 40 of 40")
    progress.stop()
    clock.pass_by(60)
    assert printed(shown) == ""
    assert clock.due == []


def test_a_terminal_has_a_line_from_the_second_second_on_that_is_wiped_at_the_end(clock):
    shown = terminal()
    progress = Progress(shown, "starting", clock.later)
    progress.start()
    progress.say("probe 3 of 40")
    clock.pass_by(2)
    assert "probe 3 of 40" in printed(shown)
    assert "starting" not in printed(shown)
    before = len(printed(shown))
    progress.say("probe 4 of 40")
    progress.stop()
    after = printed(shown)[before:]
    assert "probe 4 of 40" in after
    # Its line is erased, and the cursor is shown again.
    assert after.rpartition("\x1b[2K")[1]
    assert "\x1b[?25h" in after


def test_a_log_has_a_line_after_two_seconds_and_then_one_every_ten(clock):
    shown = log()
    progress = Progress(shown, "starting the server", clock.later)
    progress.start()
    clock.pass_by(2)
    for number in range(1, 41):
        progress.say(f"probe {number} of 40: some-probe")
        clock.pass_by(1)
    progress.stop()
    assert printed(shown).splitlines() == [
        "starting the server",
        "probe 10 of 40: some-probe",
        "probe 20 of 40: some-probe",
        "probe 30 of 40: some-probe",
        "probe 40 of 40: some-probe",
    ]


def test_a_log_does_not_repeat_a_line_when_nothing_moves(clock):
    shown = log()
    progress = Progress(shown, "probe 1 of 2", clock.later)
    progress.start()
    clock.pass_by(60)
    assert printed(shown) == "probe 1 of 2\n"
    progress.say("probe 2 of 2")
    clock.pass_by(10)
    assert printed(shown) == "probe 1 of 2\nprobe 2 of 2\n"


def test_a_terminal_of_a_ci_system_is_a_log(clock, monkeypatch):
    monkeypatch.setenv("CI", "true")
    shown = terminal()
    progress = Progress(shown, "probe 1 of 2", clock.later)
    progress.start()
    clock.pass_by(30)
    assert printed(shown) == "probe 1 of 2\n"


@pytest.mark.parametrize(("quiet", "lines"), [(False, ["probe 1 of 2: echo"]), (True, [])])
def test_the_console_report_tells_the_probe_unless_it_is_to_be_quiet(quiet, lines, clock):
    shown = log()
    with ConsoleReport(shown, Mask(), quiet=quiet, later=clock.later) as report:
        report.take(ProbeStarted(name="echo", number=1, total=2))
        clock.pass_by(5)
    assert printed(shown).splitlines() == lines
    assert clock.due == []


def test_a_summary_ends_the_progress(clock):
    shown = terminal()
    found = PeerFound(spoken=run().spoken, transport="stdio", name="[b]s", version="1", rules=3)
    with ConsoleReport(shown, Mask(), quiet=False, later=clock.later) as report:
        report.take(found)
        clock.pass_by(3)
        report.summarize(run())
        clock.pass_by(60)
    assert "looking around" in printed(shown)
    assert printed(shown).rstrip().endswith("no rule could be observed")
    assert "[b]s 1" in printed(shown)


def test_a_second_run_is_waited_for_again(clock):
    shown = log()
    started = RunStarted(peer="s", transport="stdio", started="")
    with ConsoleReport(shown, Mask(), quiet=False, later=clock.later) as report:
        for _ in range(2):
            report.take(started)
            clock.pass_by(3)
            report.summarize(run())
    assert printed(shown).count("starting the server") == 2


def test_real_time_calls_from_a_thread_that_ends():
    called = threading.Event()
    call_off = in_real_time(0, called.set)
    assert called.wait(10)
    call_off()
    off = in_real_time(3600, called.clear)
    off()
    assert called.is_set()
    assert not [t for t in threading.enumerate() if isinstance(t, threading.Timer)]
