"""What a container uses, as its engine tells."""

import os
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from docker import DockerClient
from docker.constants import DEFAULT_UNIX_SOCKET
from docker.errors import DockerException, NotFound
from requests import RequestException

from mcp_proof.in_thread import in_thread
from mcp_proof_load.growth.resources import ONLY_METRICS, GoneError, UnwatchableError

PATIENCE: Final = 5
"""Seconds that the engine gets to answer."""


class ContainerResources:
    """A running container: all processes in it together.

    Args:
        name: the container's name.
        stats: asks the engine for its figures.
    """

    def __init__(self, name: str, stats: Callable[[], Any]) -> None:
        self._stats = stats
        self.about = f"container {name}"
        self.lazy = True  # nobody tells what runs in it
        self.untested = {
            "handles": f"the engine does not count those of {self.about}",
            "sessions": ONLY_METRICS,
        }

    async def read(self) -> Mapping[str, float]:
        """Return memory in bytes, without the cache of files, and threads.

        Raises:
            GoneError: the container has ended.
        """
        return await in_thread(self._read)

    def _read(self) -> Mapping[str, float]:
        try:
            told = self._stats()
        except NotFound as error:
            raise GoneError(f"{self.about} was removed") from error
        except (DockerException, RequestException) as error:
            raise GoneError(f"the container engine tells nothing more: {error}") from error
        memory, tasks = told.get("memory_stats", {}), told.get("pids_stats", {})
        if "usage" not in memory:
            raise GoneError(f"{self.about} has ended")
        kinds = memory.get("stats", {})
        cached = kinds.get("inactive_file", kinds.get("total_inactive_file", 0))
        values = {"memory": float(memory["usage"] - cached)}
        if "current" in tasks:
            values["threads"] = float(tasks["current"])
        return values


def published_at(port: int) -> ContainerResources:
    """Return the container whose port is published at a port of this machine.

    Raises:
        UnwatchableError: there is none, or no engine that could be asked.
    """
    _check_engine()
    try:
        with _engine() as client:
            found = client.containers.list(filters={"publish": str(port), "status": "running"})
            names = [str(each.name) for each in found]
    except (DockerException, RequestException) as error:
        raise UnwatchableError("no container engine answers") from error
    if len(names) != 1:
        raise UnwatchableError(f"{len(names) or 'no'} containers are published at port {port}")
    return ContainerResources(names[0], lambda: _stats(names[0]))


def _check_engine() -> None:
    """Look for the engine's socket: a client that finds none would leave one of its own open."""
    place = urlsplit(os.environ.get("DOCKER_HOST") or DEFAULT_UNIX_SOCKET.replace("http+", ""))
    if place.scheme == "unix" and not Path(place.path).is_socket():
        raise UnwatchableError("there is no container engine")


def _stats(name: str) -> object:
    with _engine() as client:
        return client.containers.get(name).stats(stream=False, one_shot=True)


@contextmanager
def _engine() -> Generator[DockerClient]:
    client = DockerClient.from_env(timeout=PATIENCE)
    try:
        yield client
    finally:
        client.close()
