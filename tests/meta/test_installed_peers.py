"""A test that needs a real peer is skipped only where nobody promised to install it."""

import subprocess

from installed import REQUIRED, needs


def test_what_is_not_installed_is_skipped_unless_it_is_required(monkeypatch):
    monkeypatch.delenv(REQUIRED, raising=False)
    assert needs("nothing-like-it").args == (True,)
    monkeypatch.setenv(REQUIRED, "1")
    assert needs("nothing-like-it").args == (False,)


def test_the_test_command_requires_what_it_installs(repository):
    done = subprocess.run(
        ["make", "--dry-run", "test"], cwd=repository, capture_output=True, text=True, check=True
    )
    assert f"{REQUIRED}=1 .venv/bin/python -m pytest" in done.stdout
