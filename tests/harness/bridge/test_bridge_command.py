"""`mcp-proof bridge` from the outside, and the whole command line of Schemathesis on it."""

import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.request import urlopen

import pytest
from installed import needs
from real_servers import NODE, OFFICIAL

from mcp_proof.cli import main

BOUND = 60
"""Seconds within which anything here is over."""
BRIDGE = [sys.executable, "-m", "mcp_proof", "bridge"]
SCHEMATHESIS = [
    *(sys.executable, "-m", "schemathesis.cli", "run", "--no-color"),
    *("--generation-database=none", "--seed=1", "--max-examples=20"),
]
FLAWED = ["--", sys.executable, str(Path(__file__).parents[2] / "peers/flawed_tools.py")]
MOCK = ["--", sys.executable, "-m", "mcp_proof_mocks", "everything"]
EVERYTHING = [NODE, str(OFFICIAL / "server-everything/dist/index.js"), "stdio"]
LONG = "trigger-long-running-operation"
"""A tool that takes longer than Schemathesis waits."""


@contextmanager
def serving(*arguments: str) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    """A bridge; gives the URL that it prints, and the process."""
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    with subprocess.Popen([*BRIDGE, *arguments], **pipes) as process:
        try:
            assert process.stdout is not None
            yield process.stdout.readline().strip(), process
        finally:
            process.terminate()


def schemathesis(url: str, folder: Path, *options: str) -> tuple[int, str]:
    """Run its command line; gives the exit code, and what it says."""
    done = subprocess.run(
        [*SCHEMATHESIS, url, *options],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=BOUND,
        check=False,
    )
    return done.returncode, done.stdout + done.stderr


def failing(said: str) -> set[str]:
    """The tools whose operations are told to fail, in the part about failures."""
    return set(re.findall(r"^_+ POST /tools/(\S+) _+$", said, re.MULTILINE))


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_serves_at_the_url_that_it_prints_until_it_is_ended(number):
    with serving(*FLAWED) as (url, process):
        with urlopen(url, timeout=BOUND) as answer:
            assert b'"/tools/sound"' in answer.read()
        process.send_signal(number)
        _, errors = process.communicate(timeout=BOUND)
    assert process.returncode == (0 if number is signal.SIGTERM else 130)
    assert "deletes: it does not declare itself read-only" in errors
    assert "--allow-destructive" in errors


def test_schemathesis_finds_each_flaw_of_a_server_and_nothing_else(tmp_path):
    with serving(*FLAWED) as (url, _):
        code, said = schemathesis(url, tmp_path)
    flawed = {"dies", "miscounts", "unstructured", "takes_anything", "says_internal"}
    assert (code, failing(said)) == (1, flawed), said


@pytest.mark.parametrize("peer", ["mock", "server-everything"])
@needs("node")
def test_schemathesis_has_nothing_to_say_against_a_sound_server(peer, tmp_path):
    command = MOCK if peer == "mock" else ["--allow-destructive", "--", *EVERYTHING]
    with serving(*command) as (url, _):
        only = ["--phases=coverage,fuzzing", "--max-examples=3", f"--exclude-operation-id={LONG}"]
        code, said = schemathesis(url, tmp_path, *only)
    assert (code, failing(said)) == (0, set()), said
    assert re.search(r"Tested: [1-9]", said)


# What it refuses


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        ([], 2, "no target"),
        (["--revision", "all", *FLAWED], 2, "--revision: a bridge speaks one"),
        (["--tool", "sond", *FLAWED], 2, "the server lists no such tool; it has sound"),
        (["http://127.0.0.1:1"], 3, "cannot reach"),
        (["recorded.ndjson"], 2, "recorded.ndjson"),
        (["--port", "x", *FLAWED], 2, "--port"),
    ],
)
def test_what_cannot_be_bridged_is_refused_with_the_reason(arguments, code, said, capsys):
    try:
        ended = main(["bridge", *arguments])
    except SystemExit as end:
        ended = end.code
    assert ended == code
    assert said in capsys.readouterr().err


def test_a_server_without_a_tool_that_may_be_called_is_no_reason_to_serve(tmp_path, capsys):
    contract = tmp_path / "contract.yaml"
    contract.write_text("info: {name: a, version: '1'}\ntools: [{name: erase}]\n")
    command = [sys.executable, "-m", "mcp_proof_mocks", str(contract)]
    assert main(["bridge", "--", *command]) == 3
    told = capsys.readouterr().err
    assert "has no tool that may be called:\nerase: it does not declare itself" in told
