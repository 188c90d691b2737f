"""The budget file: what it may hold, and what is said of what it may not."""

import pytest

from mcp_proof.errors import UsageError
from mcp_proof_load.budget.budget import Budget, Growth, Limits, Relative
from mcp_proof_load.budget.budget_file import read_budget


@pytest.fixture(autouse=True)
def _in_a_folder_of_its_own(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


def read(tmp_path, text):
    file = tmp_path / "budget.toml"
    file.write_text(text)
    return read_budget(file)


def refused(tmp_path, text):
    with pytest.raises(UsageError) as error:
        read(tmp_path, text)
    return str(error.value).splitlines()


def test_a_budget_has_all_that_was_written(tmp_path):
    assert read(
        tmp_path,
        """
        [limits]
        p50_ms = 5
        p95_ms = 20
        p99_ms = 40.5
        max_ms = 1000
        error_rate = 0.5
        min_rate = 200
        max_violations = 0
        [limits.operations."weather in a city"]
        p95_ms = 10
        [limits.growth]
        memory = 200
        handles = 0
        [relative]
        p95_percent = 10
        error_points = 0.1
        """,
    ) == Budget(
        limits=Limits(
            p50_ms=5,
            p95_ms=20,
            p99_ms=40.5,
            max_ms=1000,
            error_rate=0.5,
            min_rate=200,
            max_violations=0,
        ),
        operations={"weather in a city": Limits(p95_ms=10)},
        growth=Growth(memory=200, handles=0),
        relative=Relative(p95_percent=10, error_points=0.1),
    )


def test_what_is_not_written_is_no_limit(tmp_path):
    assert read(tmp_path, "[limits]\np95_ms = 1") == Budget(limits=Limits(p95_ms=1))


def test_all_mistakes_are_told_each_with_its_place(tmp_path):
    text = """
    [limits]
    p95 = 20
    p99_ms = "fast"
    max_ms = -1
    error_rate = 101
    min_rate = nan
    max_violations = 1.5
    p50_ms = true
    [limits.operations]
    weather = 5
    [limits.operations.time]
    p95ms = 3
    [limits.growth]
    memroy = 3
    [relativ]
    p95_percent = 3
    """
    allowed = "p50_ms, p95_ms, p99_ms, max_ms, error_rate, min_rate, max_violations"
    resources = "memory, handles, threads, sessions"
    near = " Did you mean p95_ms or p99_ms or p50_ms?"
    there_is_no = "there is no such limit; allowed are"
    assert refused(tmp_path, text) == [
        f"budget.toml: {line}"
        for line in (
            "relativ: there is no such table; allowed are limits, relative. Did you mean relative?",
            f"limits.p95: {there_is_no} {allowed}, operations, growth. Did you mean p95_ms?",
            "limits.p50_ms: expected a number, 0 or more, got True",
            "limits.p99_ms: expected a number, 0 or more, got 'fast'",
            "limits.max_ms: expected a number, 0 or more, got -1",
            "limits.error_rate: expected a number from 0 to 100: percent of the calls, got 101",
            "limits.min_rate: expected a number, 0 or more, got nan",
            "limits.max_violations: expected a whole number, 0 or more, got 1.5",
            'limits.operations."weather": expected a table, [limits.operations."weather"], got 5',
            f'limits.operations."time".p95ms: {there_is_no} {allowed}.{near}',
            f"limits.growth.memroy: {there_is_no} {resources}. Did you mean memory?",
        )
    ]


def test_a_limit_outside_of_its_table_is_told_where_it_belongs(tmp_path):
    (line,) = refused(tmp_path, "p95_ms = 3")
    assert line.endswith(
        "there is no such limit; allowed are limits, relative. p95_ms stands in [limits]."
    )


def test_a_table_that_is_none_is_told(tmp_path):
    assert refused(tmp_path, "limits = 3") == [
        "budget.toml: limits: expected a table, [limits], got 3"
    ]


@pytest.mark.parametrize("text", ["", "# nothing yet\n", "[limits]", "[limits.growth]\n"])
def test_a_budget_without_any_limit_is_refused_for_nothing_could_fail(tmp_path, text):
    assert refused(tmp_path, text) == [
        "budget.toml: there is no limit in it; begin with [limits] and p95_ms = 100"
    ]


def test_what_is_no_toml_is_told_with_its_line(tmp_path):
    (line,) = refused(tmp_path, "[limits]\np95_ms = \n")
    assert line.startswith("budget.toml: this is no TOML: ")
    assert "line 2" in line


def test_a_file_that_is_not_there_is_told(tmp_path):
    with pytest.raises(UsageError, match=r"budget.toml: No such file or directory"):
        read_budget(tmp_path / "budget.toml")
