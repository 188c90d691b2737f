"""What is loaded in which process: locust only in load processes, and nothing slow besides."""

import subprocess
import sys

import pytest

BLOCKED = """
import sys
from importlib import import_module
from pkgutil import walk_packages

for each in {blocked}:
    sys.modules[each] = None
"""
ALL = """
import mcp_proof_load
ours = [each.name for each in walk_packages(mcp_proof_load.__path__, "mcp_proof_load.")
        if each.name.split(".")[1] not in ("engine", "users", "clients")]
for name in ours:
    import_module(name)
print(len(ours) > 80)
"""
RUN = """
from mcp_proof.cli import main
sys.exit(main(["load", "http://127.0.0.1:9/mcp"]))
"""


def script(text, *blocked):
    return subprocess.run(
        [sys.executable, "-c", BLOCKED.format(blocked=blocked) + text],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_all_but_load_processes_and_clients_do_without_locust_and_what_is_slow():
    ran = script(ALL, "locust", "gevent", "zmq", "flask", "hypothesis", "schemathesis")
    assert (ran.stdout, ran.stderr) == ("True\n", "")


@pytest.mark.parametrize("missing", ["locust", "gevent", "psutil"])
def test_a_missing_extra_is_named_with_what_installs_it(missing):
    ran = script(RUN, missing)
    assert ran.returncode == 2, ran.stderr
    assert missing in ran.stderr
    assert "pip install 'mcp-proof[load]'" in ran.stderr
    assert "Traceback" not in ran.stderr


def test_a_run_does_without_what_only_fuzz_needs():
    ran = script(RUN, "hypothesis", "schemathesis", "hypothesis_jsonschema")
    assert ran.returncode == 3, ran.stderr
    assert "cannot reach http://127.0.0.1:9/mcp" in ran.stderr
