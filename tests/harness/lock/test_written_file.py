"""A file is replaced as a whole, and has the mode that it had, or that new files have."""

import subprocess
import sys

import pytest

from mcp_proof.errors import UsageError
from mcp_proof.lock.written_file import replace_file

WRITE = """\
import os, sys
from pathlib import Path
from mcp_proof.lock.written_file import replace_file
os.umask(int(sys.argv[1], 8))
replace_file(Path(sys.argv[2]), "new")
"""


@pytest.mark.parametrize(("umask", "mode"), [("022", 0o644), ("077", 0o600), ("002", 0o664)])
def test_a_new_file_may_be_read_by_whom_the_umask_allows(tmp_path, umask, mode):
    path = tmp_path / "c.yaml"
    subprocess.run([sys.executable, "-c", WRITE, umask, str(path)], check=True, timeout=60)
    assert (path.read_text(), path.stat().st_mode & 0o7777) == ("new", mode)
    assert [each.name for each in tmp_path.iterdir()] == ["c.yaml"]


def test_a_file_that_stands_keeps_its_mode_and_the_link_to_it(tmp_path):
    path, link = tmp_path / "c.yaml", tmp_path / "link.yaml"
    path.write_text("old")
    path.chmod(0o640)
    link.symlink_to(path)
    replace_file(link, "new")
    assert (path.read_text(), path.stat().st_mode & 0o7777) == ("new", 0o640)
    assert link.is_symlink()


def test_a_file_that_cannot_be_written_leaves_nothing_beside_it(tmp_path):
    path = tmp_path / "c.yaml"
    path.mkdir()
    with pytest.raises(UsageError, match=r"c\.yaml: cannot be written"):
        replace_file(path, "new")
    assert [each.name for each in tmp_path.iterdir()] == ["c.yaml"]
