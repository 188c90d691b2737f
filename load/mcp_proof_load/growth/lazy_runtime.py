"""Runtimes that leave garbage until their heap is full: their memory rises in good health, too."""

from collections.abc import Iterable
from pathlib import PurePath
from typing import Final

EXECUTABLES: Final = frozenset({"bun", "deno", "dotnet", "java", "node", "nodejs"})
METRICS: Final = ("dotnet_", "go_", "jvm_", "nodejs_", "process_runtime_dotnet_")
"""How the names of metrics begin that such runtimes tell of themselves."""


def runs_lazily(executables: Iterable[str]) -> bool:
    """Whether one of these is such a runtime; names of threads say nothing, paths do."""
    return any(PurePath(each).stem.lower() in EXECUTABLES for each in executables)


def tells_of_laziness(metrics: Iterable[str]) -> bool:
    """Whether metrics of these names come from such a runtime."""
    return any(name.startswith(METRICS) for name in metrics)
