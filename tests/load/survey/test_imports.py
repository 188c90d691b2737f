"""What the command line's own process loads for a survey."""

import subprocess
import sys

MODULES = ("survey.surveying", "survey.ownership", "profiles.level", "arrivals.replay")
HEAVY = ("gevent", "locust", "hypothesis", "schemathesis")


def test_a_survey_loads_nothing_that_changes_the_process_or_is_slow():
    imports = "; ".join(f"import mcp_proof_load.{module}" for module in MODULES)
    script = f"import sys; {imports}; print([m for m in {HEAVY} if m in sys.modules])"
    ended = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, timeout=60, check=False
    )
    assert (ended.stdout, ended.stderr) == ("[]\n", "")
