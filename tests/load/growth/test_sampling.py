"""What a server uses is read from its processes, its container, or its metrics, or not at all."""

import asyncio
import os
import signal
import socket
import subprocess
import sys

import pytest
from calling import Seen, connected, flawed_server, load

from mcp_proof.errors import UsageError
from mcp_proof_load.growth import sampling
from mcp_proof_load.growth.container import ContainerResources
from mcp_proof_load.growth.listening import listening_at
from mcp_proof_load.growth.processes import Processes
from mcp_proof_load.growth.resources import GoneError, UnwatchableError
from mcp_proof_load.growth.sampling import Sampler, sampler

FAMILY = """
import os, signal, socket, subprocess, sys
listening = socket.create_server(("127.0.0.1", 0))
waiting = "import sys; print(flush=True); sys.stdin.read()"
inherited = [listening.fileno()] if sys.argv[1:] == ["shared"] else []
workers = [subprocess.Popen([sys.executable, "-c", waiting], stdin=subprocess.PIPE,
           stdout=subprocess.PIPE, pass_fds=inherited) for _ in range(2)]
for worker in workers:
    worker.stdout.readline()
print(listening.getsockname()[1], flush=True)
sys.stdin.read()
for worker in workers:
    worker.stdin.close()
    worker.wait()
"""


@pytest.fixture(params=["alone", "shared"])
def family(request):
    """A process that listens, with two children, which may have its socket too."""
    command = [sys.executable, "-c", FAMILY, request.param]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    with subprocess.Popen(command, text=True, **pipes) as process:
        yield process, int(process.stdout.readline())
        process.stdin.close()


@pytest.fixture
def free_port():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return taken.getsockname()[1]


def read(resources):
    return asyncio.run(resources.read())


def test_who_listens_at_a_port_is_found_without_those_it_started(family):
    process, port = family
    assert listening_at(port) == {process.pid}


def test_what_processes_use_is_that_of_their_children_too(family):
    process, port = family
    whole = read(Processes(listening_at(port)))
    assert whole["threads"] >= 3
    parts = [read(Processes([each])) for each in (process.pid, *children_of(process.pid))]
    alone = [parts[0][name] - sum(part[name] for part in parts[1:]) for name in ("handles",)]
    assert min(alone) > 0
    assert whole["memory"] > sum(part["memory"] for part in parts[1:])


def children_of(pid):
    import psutil

    return [child.pid for child in psutil.Process(pid).children()]


def test_several_processes_are_read_together(family):
    process, _port = family
    first, second = children_of(process.pid)
    both = read(Processes([first, second]))
    assert (
        both["handles"]
        == read(Processes([first]))["handles"] + read(Processes([second]))["handles"]
    )


def test_the_server_itself_is_measured_and_not_who_loads_it():
    async def measured(url):
        watching = await sampler(url=url)
        before = await watching.sample(0.0, 0)
        await load(url, users=10, calls=200, stateless=False)
        return watching, before, await watching.sample(1.5, 200)

    with flawed_server("--leak-handles") as (url, pid):
        watching, before, after = asyncio.run(measured(url))
    assert watching.about.startswith(f"process {pid} (")
    assert (after.at, after.calls) == (1.5, 200)
    assert after.values["handles"] >= before.values["handles"] + 10
    assert [each.partition(":")[0] for each in watching.untested] == ["sessions"]


def test_a_child_that_ends_is_no_end_of_the_server(family):
    process, _port = family
    watched = Processes([process.pid])
    before = read(watched)
    os.kill(children_of(process.pid)[0], signal.SIGKILL)
    while read(watched)["memory"] >= before["memory"]:
        pass
    assert read(watched)["threads"] < before["threads"]


def test_a_process_that_ends_ends_the_sampling_with_a_reason():
    with flawed_server() as (_url, pid):
        watching = Sampler([Processes([pid])])
        os.kill(pid, signal.SIGKILL)
        with pytest.raises(GoneError, match=f"process {pid} has ended"):
            asyncio.run(for_ever(watching))


async def for_ever(watching):
    while True:
        await watching.sample(0.0, 0)


@pytest.mark.parametrize(
    ("place", "reason"),
    [
        ({"url": "http://127.0.0.1:{free}/mcp"}, "no process of this user listens at port {free}"),
        ({"url": "https://server.example/mcp"}, "server.example is another machine; give --metr"),
        ({"url": "redis://127.0.0.1:6379/0"}, "whoever works behind redis: URLs is not known"),
        ({"pids": ()}, "it is not known which process the server is"),
        ({"pids": (2**22 + 1,)}, "process 4194305 has ended"),
    ],
)
def test_what_cannot_be_watched_is_told_with_the_reason(place, reason, free_port):
    if "url" in place:
        place = {"url": place["url"].format(free=free_port)}
    with pytest.raises(UnwatchableError) as told:
        asyncio.run(sampler(**place))
    assert str(told.value).startswith(reason.format(free=free_port))


def test_a_server_in_our_own_process_is_not_measured():
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
        with pytest.raises(UnwatchableError, match="the process that loads it"):
            asyncio.run(sampler(url=f"http://127.0.0.1:{port}"))


def test_a_container_tells_of_memory_without_files_it_has_read():
    told = {
        "memory_stats": {"usage": 5000, "stats": {"inactive_file": 2000}},
        "pids_stats": {"current": 7},
    }
    watched = ContainerResources("server", iter([told, {"memory_stats": {}}]).__next__)
    assert read(watched) == {"memory": 3000, "threads": 7}
    with pytest.raises(GoneError, match="container server has ended"):
        read(watched)


def test_where_no_process_listens_the_container_behind_the_port_is_read(free_port, monkeypatch):
    found = ContainerResources("server", dict)
    asked = []
    monkeypatch.setattr(sampling, "_container", lambda port: asked.append(port) or found)
    watching = asyncio.run(sampler(url=f"http://127.0.0.1:{free_port}/mcp"))
    assert (watching.about, asked) == ("container server", [free_port])


def test_metrics_count_more_than_processes_and_fill_what_these_do_not_know():
    async def both(url):
        watching = await sampler(url=url, metrics=url.replace("/mcp", "/metrics"))
        callers = [await connected(url, Seen(), n, stateless=False) for n in range(3)]
        values = (await watching.sample(0.0, 0)).values
        for caller in callers:
            await caller.close()
        return watching, values

    with flawed_server() as (url, pid):
        watching, values = asyncio.run(both(url))
    assert watching.about.startswith(f"process {pid}")
    assert "metrics at http://127.0.0.1" in watching.about
    assert values["sessions"] == 3
    assert watching.untested == ()


def test_metrics_alone_do_where_no_process_is_known():
    async def alone(url):
        watching = await sampler(url="http://server.example/mcp", metrics=url)
        return watching.about, (await watching.sample(0.0, 0)).values

    with flawed_server() as (url, _pid):
        about, values = asyncio.run(alone(url.replace("/mcp", "/metrics")))
    assert about.startswith("metrics at ")
    assert values.keys() == {"memory", "handles", "threads", "sessions"}


@pytest.mark.parametrize(
    ("path", "why"),
    [
        ("/journal", "line 1 is no metric"),
        ("/nothing", "404"),
        ("/mcp", "405"),
    ],
)
def test_a_url_without_metrics_is_a_mistake_of_the_users(path, why):
    with flawed_server() as (url, _pid), pytest.raises(UsageError) as told:
        asyncio.run(sampler(url=url, metrics=url.replace("/mcp", path)))
    assert why in str(told.value)
    assert "Expected Prometheus' text format" in str(told.value)


def test_nobody_at_the_metrics_url_is_a_mistake_too(free_port):
    with pytest.raises(UsageError, match=f"127.0.0.1:{free_port}/metrics"):
        asyncio.run(sampler(metrics=f"http://127.0.0.1:{free_port}/metrics"))
