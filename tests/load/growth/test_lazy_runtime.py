"""Which servers may leave garbage lying for as long as a run takes."""

import os
import shutil
import subprocess

import pytest

from mcp_proof_load.growth.lazy_runtime import runs_lazily, tells_of_laziness
from mcp_proof_load.growth.processes import Processes
from mcp_proof_load.growth.sampling import Sampler


@pytest.mark.parametrize("path", ["/usr/bin/node", "/opt/java/bin/java", "C:/bun.exe", "Deno"])
def test_a_runtime_is_known_by_its_executable(path):
    assert runs_lazily(["/bin/sh", path])


@pytest.mark.parametrize("path", ["/usr/bin/python3.11", "/srv/node/server", "/bin/nodered", ""])
def test_others_are_not(path):
    assert not runs_lazily([path])
    assert not runs_lazily([])


def test_it_is_known_by_what_its_metrics_are_called():
    assert tells_of_laziness(["http_requests", "nodejs_heap_size_total_bytes"])
    assert not tells_of_laziness(["process_resident_memory_bytes", "python_gc_objects"])


def test_the_runtime_of_a_child_counts_whatever_its_threads_are_called(tmp_path):
    node = tmp_path / "node"
    shutil.copy("/bin/sh", node)
    command = ["/bin/sh", "-c", f"{node} -c 'echo started; read line'; true"]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    with subprocess.Popen(command, text=True, **pipes) as shell:
        assert shell.stdout.readline() == "started\n"
        found = Processes({shell.pid})
        shell.communicate("", 10)
    assert found.lazy
    assert Sampler([found]).lazy


def test_python_is_no_such_runtime():
    assert not Processes({os.getpid()}).lazy
