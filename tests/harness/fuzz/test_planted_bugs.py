"""The fuzzer finds each planted bug once, by its smallest input, and nothing in the clean twin."""

import json
import resource
import subprocess
import sys
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from planted.bugs import BUGS

SERVER = Path(__file__).parents[2] / "peers" / "planted" / "server.py"
LONGEST = 220.0
"""Seconds that a campaign has beside whatever else runs: less than a test may take."""
PROMISED = 60.0
WAITED = 20.0
"""Seconds that a server which hangs is given at the end, whatever the machine can do."""
OPERATIONS = frozenset(bug.operation for bug in BUGS)


class Run(NamedTuple):
    """A run of the fuzzer: its report, and what the server got inputs for."""

    code: int
    cpu: float
    """Seconds of CPU time, with the server's: other tests run beside this one."""
    report: dict[str, Any]
    tried: frozenset[str]

    @property
    def failures(self) -> list[dict[str, Any]]:
        return self.report["failures"]


def cpu_seconds() -> float:
    """What the processes have used that were started here and have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def fuzz(folder: Path, *options: str) -> Run:
    report, tried = folder / "fuzz.json", folder / "tried.txt"
    command = [sys.executable, "-m", "mcp_proof", "fuzz", "--report", f"json={report}"]
    command += ["--corpus", str(folder / "corpus")]
    server = [sys.executable, str(SERVER), "--tried", str(tried), *options]
    before = cpu_seconds()
    done = subprocess.run(
        [*command, "--", *server], capture_output=True, text=True, timeout=LONGEST, check=False
    )
    cpu = cpu_seconds() - before
    assert report.exists(), done.stderr
    names = frozenset(tried.read_text().splitlines())
    return Run(done.returncode, cpu, json.loads(report.read_text()), names)


@pytest.fixture(scope="module")
def broken(tmp_path_factory):
    return fuzz(tmp_path_factory.mktemp("broken"))


@pytest.fixture(scope="module")
def clean(tmp_path_factory):
    return fuzz(tmp_path_factory.mktemp("clean"), "--clean")


@pytest.mark.parametrize("bug", BUGS, ids=lambda bug: bug.name)
def test_a_planted_bug_is_reported_once_by_its_smallest_input(broken, bug):
    found = [failure for failure in broken.failures if failure["tool"] == bug.operation]
    assert [failure["oracle"] for failure in found] == [bug.oracle]
    assert bug.is_minimal(steps(found[0]["input"])), found[0]["input"]


def test_nothing_is_reported_but_what_is_planted(broken):
    assert {failure["tool"] for failure in broken.failures} == OPERATIONS
    assert broken.code == 1


def test_all_is_found_in_less_than_a_minute_of_the_machine(broken):
    assert broken.cpu + WAITED < PROMISED


def test_the_clean_twin_has_no_failure(clean):
    assert clean.failures == []
    assert clean.code == 0
    assert clean.cpu < PROMISED


def test_everything_that_the_clean_twin_offers_is_tried(clean):
    assert clean.tried >= OPERATIONS
    assert clean.report["cases"] >= len(OPERATIONS)


def steps(case: Any) -> list[dict[str, Any]]:
    """Return the steps of a case, which may be one that stands alone."""
    return case if isinstance(case, list) else [case]
