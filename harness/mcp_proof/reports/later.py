"""Reports that are loaded when they are made."""

from collections.abc import Callable, Sequence
from importlib import import_module
from typing import Any


def later(module: str, name: str) -> Callable[[Sequence[Any]], bytes]:
    """Return the report `name` of `module`, which is loaded when the report is made."""

    def report(runs: Sequence[Any]) -> bytes:
        made: bytes = getattr(import_module(module), name)(runs)
        return made

    return report
