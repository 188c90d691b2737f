import pytest

from mcp_proof_load.measuring.ledger import ANSWERED, SENT, Ledger
from mcp_proof_load.measuring.report import Report
from mcp_proof_load.measuring.windows import PATIENCE, Windows


class Process:
    """A load process, as far as its reports show."""

    def __init__(self, name):
        self.name = name
        self.ledger = Ledger.in_memory(["echo"])

    def report(self, at, calls=0, *, users=4):
        self.ledger.add(0, SENT, calls)
        self.ledger.add(0, ANSWERED, calls)
        return Report(worker=self.name, rows=self.ledger.read(), users=users, at=at, began=1e9)


def calls(window):
    return window.total.counts.sent


def test_a_window_holds_what_came_in_since_the_last():
    windows, process = Windows(1.0, 60), Process("a")
    windows.report(process.report(1.0, 10), 1.0)
    first = windows.close(1.1)
    windows.report(process.report(2.0, 30), 2.0)
    second = windows.close(2.1)
    assert (calls(first), first.start, first.seconds, first.warm_up) == (10, 0.0, 1.0, True)
    assert (calls(second), second.start, second.seconds, second.warm_up) == (30, 1.0, 1.0, False)
    assert second.rate == pytest.approx(30)


def test_a_window_waits_for_all_that_live():
    windows, one, other = Windows(0, 60), Process("a"), Process("b")
    windows.report(one.report(1.0, 10), 1.0)
    windows.report(other.report(1.0, 10), 1.0)
    assert calls(windows.close(1.0)) == 20
    windows.report(one.report(2.0, 10), 2.0)
    assert windows.close(2.0) is None
    windows.report(other.report(2.0, 5), 2.0)
    window = windows.close(2.2)
    assert (calls(window), window.users, window.workers) == (15, 8, 2)


def test_a_window_does_not_wait_for_ever():
    windows, one, other = Windows(0, 60), Process("a"), Process("b")
    windows.report(one.report(1.0, 10), 1.0)
    windows.report(other.report(1.0, 10), 1.0)
    windows.close(1.0)
    windows.report(one.report(4.0, 30), 4.0)
    assert windows.close(PATIENCE) is None
    assert calls(windows.close(1.1 + PATIENCE)) == 30


def test_nobody_waits_for_a_lost_process_and_its_last_numbers_count():
    windows, one, other = Windows(0, 60), Process("a"), Process("b")
    windows.report(one.report(1.0, 10), 1.0)
    windows.report(other.report(1.0, 10), 1.0)
    windows.close(1.0)
    windows.lose("b")
    windows.report(other.report(1.0, 7, users=0), 1.0)
    windows.lose("b")
    windows.report(one.report(2.0, 10), 2.0)
    window = windows.close(2.0)
    assert (calls(window), window.users, window.workers) == (17, 4, 1)


def test_a_report_that_comes_twice_or_late_counts_once():
    windows, process = Windows(0, 60), Process("a")
    early, late = process.report(1.0, 10), process.report(2.0, 10)
    for report in (early, late, late, early):
        windows.report(report, report.at)
    assert calls(windows.close(2.0)) == 20
    assert windows.close(2.1, last=True) is None


def test_what_comes_in_after_the_end_belongs_to_the_last_window():
    windows, process = Windows(0, 3.0), Process("a")
    windows.report(process.report(2.0, 10), 2.0)
    windows.close(2.0)
    windows.report(process.report(3.0, 30), 3.0)
    assert windows.close(3.0) is None
    windows.report(process.report(4.5, 3), 4.5)
    last = windows.close(4.5, last=True)
    assert (calls(last), last.start, last.seconds) == (33, 2.0, 1.0)
