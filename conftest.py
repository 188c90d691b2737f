"""Shared by every test: the Hypothesis profile, pytest for tests of the plugin, how to collect."""

import gc
from collections.abc import Generator

import pytest
from hypothesis import settings

settings.register_profile("tests", deadline=None, derandomize=True)
settings.load_profile("tests")

pytest_plugins = ["pytester"]


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """Thousands of tests live to the end: no search for garbage need go through them."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.enable()
