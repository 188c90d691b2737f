"""The budget of a run, as the settings have it."""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from mcp_proof.config import Config
from mcp_proof_load.budget.budget import Budget
from mcp_proof_load.budget.budget_file import read_budget
from mcp_proof_load.budget.check import check, refuse_unfit, unchecked
from mcp_proof_load.budget.limit import Checked
from mcp_proof_load.budget.saved_run import SavedRun, read_saved_run
from mcp_proof_load.events import Planned
from mcp_proof_load.profiles.profile import Profile
from mcp_proof_load.tally import LoadTally

ERRORS: Final = 1.0
"""Percent of all calls that may end badly where the budget does not say: a run of errors is not to
pass."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Spending:
    """What a run may cost."""

    budget: Budget
    saved: SavedRun | None

    def fitted(self, planned: Planned) -> Planned:
        """Return what is planned, with which limits cannot be checked.

        Raises:
            UsageError: the saved run was another load, or a limit is about an operation that is
                not called.
        """
        refuse_unfit(self.budget, self.saved, planned)
        untested = (*planned.untested, *unchecked(self.budget, self.saved))
        return replace(planned, untested=untested)

    def check(self, run: LoadTally) -> tuple[Checked, ...]:
        """Return what became of each limit; of none in a run that was not made."""
        return check(run, self.budget, self.saved) if run.windows else ()


def configured_budget(config: Config, profile: Profile) -> Spending:
    """Return what the settings say.

    Raises:
        UsageError: a file cannot be read, or says something wrong.
    """
    file, saved = config.text("budget"), config.text("baseline")
    budget = read_budget(Path(file)) if file else Budget()
    if budget.limits.error_rate is None and not profile.breaks:
        budget = replace(budget, limits=replace(budget.limits, error_rate=ERRORS))
    return Spending(budget=budget, saved=read_saved_run(Path(saved)) if saved else None)
