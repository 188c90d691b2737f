import os
import signal
import subprocess
import sys

from mcp_proof_load.events import Kind
from mcp_proof_load.measuring.ledger import ANSWERED, KINDS, SENT, Ledger
from mcp_proof_load.measuring.measured import Counts

COUNTING = """
import sys
from pathlib import Path
from mcp_proof_load.measuring.ledger import ANSWERED, SENT, Ledger
ledger = Ledger.create(Path(sys.argv[1]), ["one", "two"])
for number in range(1000):
    ledger.add(1, SENT)
    ledger.add(1, ANSWERED)
    ledger.time(1, 0.002)
ledger.add(1, SENT)
print("counted", flush=True)
sys.stdin.read()
"""


def test_each_operation_has_numbers_of_its_own():
    ledger = Ledger.in_memory(["one", "two"])
    ledger.add(0, SENT, 3)
    ledger.add(1, ANSWERED)
    ledger.time(1, 0.001)
    ledger.violated(0, Kind.LOST)
    rows = ledger.read()
    assert Counts.of(rows["one"].counts) == Counts(sent=3)
    assert Counts.of(rows["two"].counts) == Counts(answered=1)
    assert sum(rows["two"].latency.values()) == 1
    assert rows["one"].latency == rows["two"].service == {}
    assert rows["one"].violations[KINDS.index(Kind.LOST)] == 1


def test_what_a_killed_process_has_counted_can_be_read(tmp_path):
    path = tmp_path / "ledger"
    command = [sys.executable, "-c", COUNTING, str(path)]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"counted\n"
        process.send_signal(signal.SIGKILL)
    rows = Ledger.left_at(path).read()
    assert Counts.of(rows["two"].counts) == Counts(sent=1001, answered=1000)
    assert sum(rows["two"].latency.values()) == 1000
    assert Counts.of(rows["one"].counts) == Counts()


def test_a_ledger_takes_more_operations_than_fit_a_page(tmp_path):
    names = [f"a tool with a rather long name, number {number}" for number in range(300)]
    ledger = Ledger.create(tmp_path / "ledger", names)
    ledger.add(299, SENT)
    left = Ledger.left_at(tmp_path / "ledger")
    assert left.operations == tuple(names)
    assert left.read()[names[299]].counts[SENT] == 1


def test_only_calls_that_were_begun_and_not_sent_are_uncertain():
    ledger = Ledger.in_memory(["a"])
    for _ in range(3):
        ledger.begin(0)
        ledger.add(0, SENT)
    assert ledger.read()["a"].uncertain == 0
    ledger.begin(0)
    assert ledger.read()["a"].uncertain == 1
