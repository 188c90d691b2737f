"""What a function that is marked with `mcp_contract` asks for."""

import inspect
from collections.abc import Generator
from contextlib import contextmanager
from types import FunctionType

import pytest

WITHOUT_SELF: tuple[type, ...] = (staticmethod, classmethod)
"""What a method can be wrapped in."""


@contextmanager
def asking_for_verdict(collector: pytest.Collector, obj: object) -> Generator[None]:
    """Have a function that is marked, or whose collector is, use the verdict while it is collected.

    Not for good: a class that inherits the function may not be marked.
    """
    function = getattr(obj, "__func__", None) if isinstance(obj, WITHOUT_SELF) else obj
    if not inspect.isfunction(function) or not _is_marked(function, collector):
        yield
        return
    own: list[pytest.Mark] = vars(function).get("pytestmark", [])
    asking = pytest.mark.usefixtures("mcp_target", "mcp_verdict").mark
    vars(function)["pytestmark"] = [*own, asking]
    try:
        yield
    finally:
        vars(function)["pytestmark"] = own


def _is_marked(function: FunctionType, collector: pytest.Collector) -> bool:
    own: list[pytest.Mark] = vars(function).get("pytestmark", [])
    return any(mark.name == "mcp_contract" for mark in (*own, *collector.iter_markers()))
