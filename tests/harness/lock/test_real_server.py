"""The reference server, locked, mocked, locked again and verified, over stdio and over HTTP."""

import subprocess
import sys

import pytest
from installed import needs
from real_servers import NODE, OFFICIAL, served
from surfaces import surface

from mcp_proof_contracts.compatibility.compare import compare
from mcp_proof_contracts.revision import Revision

EVERYTHING = [NODE, str(OFFICIAL / "server-everything/dist/index.js"), "stdio"]

pytestmark = needs("node")


def run(*arguments, cwd):
    command = [sys.executable, "-m", "mcp_proof", *arguments]
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True, timeout=60, check=False)


@pytest.fixture(scope="module")
def locked(tmp_path_factory):
    folder = tmp_path_factory.mktemp("locked")
    done = run("lock", "-o", "everything.yaml", "--", *EVERYTHING, cwd=folder)
    assert (done.returncode, done.stderr) == (0, ""), done.stderr
    return folder / "everything.yaml"


def test_a_mock_of_its_lock_shows_what_it_shows(locked):
    mock = [sys.executable, "-m", "mcp_proof_mocks", str(locked)]
    revision = Revision.R2025_11_25
    assert compare(surface(EVERYTHING, revision), surface(mock, revision)) == []
    assert run("lock", "--", *mock, cwd=locked.parent).stdout == locked.read_text()


def test_locked_again_it_gives_the_same_bytes_also_over_http(locked):
    assert run("lock", "--", *EVERYTHING, cwd=locked.parent).stdout == locked.read_text()
    with served("server-everything-http") as url:
        assert run("lock", url, cwd=locked.parent).stdout == locked.read_text()


def test_it_keeps_its_lock_and_breaks_one_of_another_server(locked, tmp_path):
    verify = ("verify", "--only", "contract-", "--contract")
    done = run(*verify, str(locked), "--", *EVERYTHING, cwd=tmp_path)
    assert (done.returncode, "6 passed, 0 violated, 0 untested" in done.stdout) == (0, True)
    text = locked.read_text()
    removed = text.replace("- name: get-sum\n", "- name: get-total\n")
    narrower = text.replace("enum: [New York, ", "enum: [Bonn, New York, ")
    for changed, place in ((removed, "/tools/get-total"), (narrower, "/tools/get-structured-")):
        assert changed != text
        (tmp_path / "c.yaml").write_text(changed)
        done = run(*verify, "c.yaml", "--", *EVERYTHING, cwd=tmp_path)
        assert done.returncode == 1
        assert place in done.stdout
