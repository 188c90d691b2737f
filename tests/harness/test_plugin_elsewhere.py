"""The plugin under other versions of pytest, beside other plugins, in several processes."""

import shutil
import subprocess
from pathlib import Path

import pytest
from installed import PEERS, needs, with_sources


def run(environment: str, repository: Path, folder: Path, *arguments: str) -> str:
    """Run the other repository's tests; return what pytest says last."""
    elsewhere = shutil.copytree(repository / "tests/peers/other_repository", folder / "other")
    command = [PEERS / environment / "bin" / "python", "-m", "pytest", "-p", "mcp_proof.plugin"]
    command += ["-q", "-p", "no:cacheprovider", *arguments]
    done = subprocess.run(
        command,
        cwd=elsewhere,
        env=with_sources(repository),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "warning" not in done.stdout.lower(), done.stdout
    return done.stdout.strip().splitlines()[-1]


@pytest.mark.parametrize(
    "environment",
    [pytest.param(name, marks=needs(name)) for name in ("pytest8", "pytest9")],
)
def test_every_style_of_test_works_in_any_order(environment: str, repository: Path, tmp_path: Path):
    assert run(environment, repository, tmp_path, "test_styles.py").startswith("9 passed")


@needs("pytest9")
def test_two_hundred_mocks_in_four_processes_leave_nothing_behind(repository: Path, tmp_path: Path):
    assert run("pytest9", repository, tmp_path, "-n", "4").startswith("209 passed")
