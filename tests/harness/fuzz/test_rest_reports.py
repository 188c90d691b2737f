"""`--report schemathesis=DIR`: Schemathesis' own reports, of each server apart."""

from pathlib import Path

import pytest
import rest_fastapi

from mcp_proof.cli import main
from mcp_proof.targets import AsgiTarget, target_of
from mcp_proof_mocks.server import MockServer

KINDS = ("har", "json", "ndjson", "xml", "yaml")
FILES = {f"schemathesis.{kind}" for kind in KINDS}


@pytest.fixture
def fuzz(tmp_path, monkeypatch):
    """Fuzz servers in this process; gives the folder of the reports."""
    monkeypatch.chdir(tmp_path)

    def run(*targets) -> Path:
        monkeypatch.setattr("mcp_proof.cli.fuzz.configured_targets", lambda _: [*targets])
        options = ["--allow-destructive", "--max-examples", "1", "--timeout", "5"]
        assert main(["fuzz", "--quiet", *options, "--report", "schemathesis=theirs"]) == 0
        return tmp_path / "theirs"

    return run


def rest():
    return AsgiTarget(rest_fastapi.careful_app(), path="", headers={})


def names(folder: Path) -> set[str]:
    return {file.name for file in folder.iterdir()}


def test_the_reports_of_several_servers_are_kept_apart(fuzz):
    folder = fuzz(rest(), target_of(MockServer("kailash")))
    assert names(folder) == {"1", "2"}
    assert names(folder / "1") == names(folder / "2") == FILES
    first, second = ((folder / name / "schemathesis.har").read_text() for name in ("1", "2"))
    assert "/mcp/execute" in first
    assert "/mcp/execute" not in second


def test_the_reports_of_one_server_have_the_folder_for_themselves(fuzz):
    assert names(fuzz(rest())) == FILES
