"""Draws cases as the engine does."""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis.strategies import SearchStrategy


@pytest.fixture
def drawn() -> Callable[..., list[Any]]:
    def draw(strategy: SearchStrategy[Any], count: int = 20, number: int = 1) -> list[Any]:
        cases: list[Any] = []

        @seed(number)
        @settings(
            max_examples=count,
            database=None,
            derandomize=False,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(strategy)
        def collect(case: Any) -> None:
            cases.append(case)

        collect()
        return cases

    return draw
