"""The budget that the settings have, and what holds where it does not say."""

import pytest

from mcp_proof.cli.configure import configure
from mcp_proof.cli.parser import command_line
from mcp_proof_load.budget.budget import Budget, Limits
from mcp_proof_load.budget.configured import configured_budget
from mcp_proof_load.profiles import profile_named


@pytest.fixture
def budget(tmp_path, monkeypatch):
    """The budget of a run with this profile, and this file where there is one."""
    monkeypatch.chdir(tmp_path)

    def read(text="", profile="steady"):
        (tmp_path / "budget.toml").write_text(text)
        given = ["--budget", "budget.toml"] if text else []
        options = command_line().parse_args(["load", "http://localhost/mcp", *given])
        configure(options)
        return configured_budget(options.settings, profile_named(profile)).budget

    return read


def test_a_budget_that_says_nothing_of_errors_allows_one_percent(budget):
    assert budget().limits == Limits(error_rate=1.0)
    assert budget("[limits]\np95_ms = 5").limits == Limits(p95_ms=5, error_rate=1.0)
    assert budget("[relative]\np95_percent = 5").limits == Limits(error_rate=1.0)
    one = budget('[limits.operations."echo"]\nerror_rate = 50')
    assert (one.limits.error_rate, one.operations["echo"].error_rate) == (1.0, 50)


@pytest.mark.parametrize("said", [0, 0.5, 100])
def test_what_a_budget_says_of_errors_holds(budget, said):
    assert budget(f"[limits]\nerror_rate = {said}").limits == Limits(error_rate=said)


@pytest.mark.parametrize("profile", ["stress", "breakpoint"])
def test_a_profile_that_looks_for_errors_has_no_limit_of_them_by_itself(budget, profile):
    assert budget(profile=profile) == Budget()
    assert budget("[limits]\np95_ms = 5", profile).limits == Limits(p95_ms=5)
    assert budget("[limits]\nerror_rate = 7", profile).limits == Limits(error_rate=7)
