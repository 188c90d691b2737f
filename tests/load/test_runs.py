"""What load processes count is what the server has received: nothing is lost, nothing twice."""

import psutil
import pytest
from calling import flawed_server, journal
from planned import carry_out

from mcp_proof_load.events import Kind


def received(url):
    return sum(journal(url)["calls"].values())


def test_a_process_alone_counts_what_the_server_has_received():
    with flawed_server() as (url, _pid):
        came = carry_out(url)
        counts = came.total.counts
        assert counts.sent == counts.answered == received(url) > 100
        assert came.total.latency.count == counts.answered
    assert (came.run.lost, came.run.faults, came.lost) == ("", [], [])


def test_a_master_and_two_workers_count_what_the_server_has_received_and_answered_wrongly():
    with flawed_server("--cross", "50") as (url, _pid):
        came = carry_out(url, 2)
        counted = journal(url)
    assert came.total.counts.sent == came.total.counts.answered == counted["calls"]["echo"] > 100
    assert came.windows[-1].workers == 2
    assert (came.run.lost, came.run.faults, came.lost) == ("", [], [])
    wrong = {kind: times for (_, kind), times in came.run.windows.violations.items()}
    assert wrong[Kind.CROSSED] == counted["flawed"]["crossed"] > 0
    assert {example.kind for example in came.run.windows.examples} == {*wrong}
    assert len(came.run.pids) == 3
    assert not any(psutil.pid_exists(pid) for pid in came.run.pids)


def test_a_latency_counts_from_the_intended_start():
    with flawed_server("--pause", "300") as (url, _pid):
        came = carry_out(url, users=2, rate=200.0, duration=3.0)
    measured = came.total
    assert measured.counts.sent == pytest.approx(600, rel=0.1)
    assert measured.counts.late > 50
    # Each second has 60 calls that were to begin in the pause; only two of them could be sent.
    assert measured.latency.quantile(0.85) > 0.05
    assert measured.service.quantile(0.85) < 0.05


def test_calls_without_an_answer_are_told_with_their_times():
    with flawed_server("--lose", "300") as (url, _pid):
        came = carry_out(url, timeout=0.5)
        lost = journal(url)["flawed"]["lost"]
    silent = came.run.windows.silent(0.5)
    assert came.total.counts.silent == len(silent) == lost > 0
    assert all(0 <= call.sent_at <= 3 for call in silent)


def test_a_server_that_is_gone_is_told_by_broken_calls():
    with flawed_server() as (url, pid):
        psutil.Process(pid).kill()
        came = carry_out(url, duration=1.0)
    assert came.total.counts.answered == 0
    assert any("no session" in text for text in came.run.windows.complaints)


def test_a_run_ends_when_so_many_calls_are_made():
    with flawed_server() as (url, _pid):
        came = carry_out(url, duration=30.0, max_calls=500)
    assert came.total.counts.ended >= 500
    assert "500" in came.run.stopped
