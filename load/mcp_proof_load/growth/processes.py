"""What processes of this machine use: they and their children together."""

from collections.abc import Collection, Mapping
from typing import Final

import psutil

from mcp_proof.in_thread import in_thread
from mcp_proof_load.growth.lazy_runtime import runs_lazily
from mcp_proof_load.growth.resources import ONLY_METRICS, GoneError, UnwatchableError

UNITS: Final = ("memory", "handles", "threads")


class Processes:
    """Processes that are there as long as the server is; their children may come and go.

    Memory is what is resident (RSS). What processes share is counted in each: that is too much, but
    always by the same, and to count it once (USS) holds up a large process while it is looked at.

    Args:
        pids: the processes.

    Raises:
        UnwatchableError: one of them is not there, or belongs to somebody else.
    """

    def __init__(self, pids: Collection[int]) -> None:
        if not pids:
            raise UnwatchableError("it is not known which process the server is")
        try:
            self._roots = [psutil.Process(pid) for pid in sorted(pids)]
            names = [f"{each.pid} ({each.name()})" for each in self._roots]
        except psutil.NoSuchProcess as error:
            raise UnwatchableError(f"process {error.pid} has ended") from error
        self.about = f"process{'es' if len(names) > 1 else ''} {', '.join(names)}"
        self.lazy = runs_lazily(map(_executable, self._family()))
        known = self._read()
        self.untested = {
            name: f"{self.about} belongs to another user" for name in UNITS if name not in known
        } | {"sessions": ONLY_METRICS}
        if not known:
            raise UnwatchableError(f"{self.about} belongs to another user")

    async def read(self) -> Mapping[str, float]:
        """Return memory in bytes, handles and threads of all of them.

        Raises:
            GoneError: one of the processes has ended.
        """
        return await in_thread(self._read)

    def _read(self) -> dict[str, float]:
        sums: dict[str, float] = dict.fromkeys(UNITS, 0.0)
        for process in self._family():
            used = _used(process)
            # Without one of its parts a sum is none.
            sums = {name: sums[name] + used[name] for name in sums if name in used}
        return sums

    def _family(self) -> list["psutil.Process"]:
        family: dict[int, psutil.Process] = {}
        for root in self._roots:
            if not root.is_running() or root.status() == psutil.STATUS_ZOMBIE:
                raise GoneError(f"process {root.pid} has ended")
            try:
                family |= {each.pid: each for each in (root, *root.children(recursive=True))}
            except psutil.NoSuchProcess as error:
                raise GoneError(f"process {root.pid} has ended") from error
        return list(family.values())


def _executable(process: "psutil.Process") -> str:
    try:
        return process.exe()
    except (psutil.NoSuchProcess, psutil.AccessDenied):
        return ""


def _used(process: "psutil.Process") -> dict[str, float]:
    """What one process uses; nothing at all where it has just ended, as children do."""
    used: dict[str, float] = {}
    try:
        with process.oneshot():
            if process.status() == psutil.STATUS_ZOMBIE:
                return dict.fromkeys(UNITS, 0.0)
            used["memory"] = process.memory_info().rss
            used["threads"] = process.num_threads()
            used["handles"] = process.num_fds()
    except (psutil.NoSuchProcess, psutil.ZombieProcess):
        return dict.fromkeys(UNITS, 0.0)
    except psutil.AccessDenied:
        pass  # what is missing then is told as such
    return used
