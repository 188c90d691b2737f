"""`mcp-proof fuzz` where the packages that it needs are not installed."""

import subprocess
import sys

import pytest

WITHOUT = """
import sys
sys.modules[sys.argv.pop(1)] = None  # importing it fails
from mcp_proof.cli import main
sys.exit(main(["fuzz", "--", "no-such-command"]))
"""


@pytest.mark.parametrize("name", ["hypothesis", "schemathesis", "uritemplate"])
def test_the_command_says_what_to_install(name):
    done = subprocess.run(
        [sys.executable, "-c", WITHOUT, name],
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    assert done.returncode == 2
    assert done.stderr == (
        f"mcp-proof: fuzzing needs the package {name}, which is not installed: "
        "pip install 'mcp-proof[fuzz]'\n"
    )


def test_the_help_and_its_errors_need_none_of_them():
    code = (
        "import sys; from mcp_proof.cli import main\n"
        "assert main(['fuzz', '--report', 'xml=a']) == 2\n"
        "print(sorted(sys.modules))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=30, check=True
    )
    assert "expected FORMAT=FILE with html, json, junit, sarif, markdown" in done.stderr
    assert not [name for name in ("'hypothesis'", "'schemathesis'") if name in done.stdout]
