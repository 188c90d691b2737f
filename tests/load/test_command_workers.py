"""A master and its workers as commands of their own."""

import signal
from contextlib import ExitStack
from pathlib import Path

import psutil
import pytest
from calling import flawed_server, journal
from commanding import awaited, below, ended, gone, line_with, started

SECRET = "hunter2-hunter2-hunter2"


def calls(url):
    return sum(journal(url)["calls"].values())


class Machines:
    """A master and workers, as different machines would have them."""

    def __init__(self, stack: ExitStack, url: str, *options: str, workers: int):
        self._stack = stack
        expected = str(workers or 1)
        given = ("--warm-up", "0", "--users", "4", "--expect-workers", expected, *options)
        self.master = stack.enter_context(started(url, "--master", "--port", "0", *given))
        told = line_with(self.master.stdout, "waiting for workers at 127.0.0.1:")
        self.port = told.rpartition(":")[2].strip()
        self.surveyed = calls(url)
        self.workers = [self.worker() for _ in range(workers)]

    def worker(self):
        process = self._stack.enter_context(started("--worker", "--port", self.port))
        line_with(process.stderr, "looking for a master")
        return process

    def loader(self, number):
        """The load process of a worker."""
        return awaited(lambda: below(self.workers[number].pid))[0]


@pytest.fixture
def stack():
    with ExitStack() as stack:
        yield stack


def test_a_master_and_two_workers_count_what_the_server_received_and_end_together(stack):
    url, _ = stack.enter_context(flawed_server())
    machines = Machines(stack, url, "--duration", "2", workers=2)
    ran = ended(machines.master)
    workers = [ended(each) for each in machines.workers]
    assert ran.code == 0, ran.out + ran.err
    assert [each.code for each in workers] == [0, 0]
    assert ran.report["totals"]["answered"] == calls(url) - machines.surveyed > 0
    assert all("has found its master" in each.err for each in workers)


def test_what_a_killed_worker_had_counted_is_read_from_its_ledger(stack):
    url, _ = stack.enter_context(flawed_server())
    machines = Machines(stack, url, "--duration", "8", workers=2)
    loaders = [machines.loader(number) for number in (0, 1)]
    awaited(lambda: calls(url) > machines.surveyed + 50)
    awaited(lambda: all(_ledgers(each) for each in loaders))
    loaders[0].kill()
    ran = ended(machines.master)
    killed, other = (ended(each) for each in machines.workers)
    assert (ran.code, killed.code, other.code) == (0, 4, 0), ran.out + ran.err
    assert "signal 9" in killed.err
    [lost] = ran.report["lost_workers"]
    assert lost["counted"] is True
    received = calls(url) - machines.surveyed
    sent = ran.report["totals"]["sent"]
    assert sent <= received <= sent + lost["uncertain"]


def _ledgers(process):
    return [each for each in process.memory_maps() if each.path.endswith(".ledger")]


def test_a_worker_that_comes_late_takes_its_part(stack):
    url, _ = stack.enter_context(flawed_server())
    machines = Machines(stack, url, "--duration", "60", workers=1)
    awaited(lambda: calls(url) > machines.surveyed)
    machines.workers.append(machines.worker())
    awaited(lambda: _ledgers(machines.loader(1)))
    machines.master.send_signal(signal.SIGINT)
    ran = ended(machines.master)
    assert ran.code == 130, ran.out + ran.err
    assert [ended(each).code for each in machines.workers] == [0, 0]
    assert ran.report["totals"]["answered"] == calls(url) - machines.surveyed


def test_a_master_whose_workers_never_come_can_be_interrupted(stack):
    url, _ = stack.enter_context(flawed_server())
    machines = Machines(stack, url, workers=0)
    processes = below(machines.master.pid)
    machines.master.send_signal(signal.SIGINT)
    ran = ended(machines.master)
    assert (ran.code, ran.report["interrupted"]) == (130, True), ran.err
    assert gone(processes)


def test_a_worker_whose_master_is_gone_ends_and_says_so(stack):
    url, _ = stack.enter_context(flawed_server())
    machines = Machines(stack, url, "--duration", "60", workers=1)
    awaited(lambda: calls(url) > machines.surveyed)
    for each in [*below(machines.master.pid), psutil.Process(machines.master.pid)]:
        each.kill()
    ran = ended(machines.workers[0])
    assert ran.code == 3, ran.err
    assert "nothing was heard of the master" in ran.err
    assert f"127.0.0.1:{machines.port}" in ran.err


def test_a_worker_that_finds_no_master_can_be_interrupted():
    with started("--worker", "--port", "1") as process:
        line_with(process.stderr, "looking for a master at 127.0.0.1:1")
        processes = awaited(lambda: below(process.pid))
        process.send_signal(signal.SIGINT)
        assert ended(process).code == 130
    assert gone(processes)


def test_a_master_listens_on_loopback_alone(stack):
    url, _ = stack.enter_context(flawed_server())
    machines = Machines(stack, url, workers=1)
    engines = below(machines.master.pid)
    listening = [each for one in engines for each in one.net_connections("tcp")]
    assert {each.laddr.ip for each in listening if each.status == "LISTEN"} == {"127.0.0.1"}


def test_a_secret_shows_nowhere_but_at_the_server(stack, tmp_path, monkeypatch):
    monkeypatch.setenv("TOKEN", SECRET)
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    url, _ = stack.enter_context(flawed_server())
    header = ("--header-env", "X-Token=TOKEN", "--duration", "2")
    machines = Machines(stack, url, *header, workers=1)
    awaited(lambda: calls(url) > machines.surveyed)
    for each in below(machines.master.pid) + below(machines.workers[0].pid):
        assert SECRET.encode() not in Path(f"/proc/{each.pid}/cmdline").read_bytes()
    files = [each for each in tmp_path.rglob("*") if each.is_file()]
    assert files
    assert not any(SECRET.encode() in each.read_bytes() for each in files if each.exists())
    ran, worker = ended(machines.master), ended(machines.workers[0])
    for text in (ran.out, ran.err, ran.text, worker.out, worker.err):
        assert SECRET not in text
