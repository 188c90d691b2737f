"""Functions that are marked with `mcp_fuzz` become tests of Hypothesis when they are collected."""

import inspect
from typing import Final, cast

import pytest

MARKER: Final = "mcp_fuzz"
FUZZ_MARKER: Final = (
    f"{MARKER}(tool, mode, max_examples, seed): called with generated `arguments` of the tool; "
    'mode is "valid", "invalid" or "any"'
)
GIVEN: Final = "mcp_given"
"""The attribute by which a function is known that is a test of Hypothesis by us."""


class MarkedForFuzzing:
    """A plugin of its own: its hook comes before those that the rest of the plugin wraps."""

    @pytest.hookimpl(tryfirst=True)
    def pytest_pycollect_makeitem(
        self, collector: pytest.Module | pytest.Class, name: str, obj: object
    ) -> object:
        """Collect what Hypothesis makes of a marked function in the place of it."""
        static = _static(obj)
        function = static.__func__ if static is not None else obj
        if not inspect.isfunction(function):
            return None
        if (before := getattr(function, GIVEN, None)) is not None:
            if before.owner is collector.obj:
                return None
            function = before.function  # of a class that this one inherits from
        own: list[pytest.Mark] = vars(function).get("pytestmark", [])
        marks = [mark for mark in (*own, *collector.iter_markers()) if mark.name == MARKER]
        if not marks or not collector.istestfunction(obj, name):
            return None
        from mcp_proof.testing.fuzz_marker import given_arguments  # noqa: PLC0415  # needs an extra

        given = given_arguments(function, marks[0], collector.obj)
        made = staticmethod(given) if static is not None else given
        setattr(collector.obj, name, made)
        return collector.ihook.pytest_pycollect_makeitem(collector=collector, name=name, obj=made)


def _static(obj: object) -> "staticmethod[..., object] | None":
    if not isinstance(obj, staticmethod):
        return None
    return cast("staticmethod[..., object]", obj)
