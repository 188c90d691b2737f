"""What a load process keeps of what went wrong; in a process of its own, which gevent is in."""

import json
import subprocess
import sys

SCRIPT = """
import json
from mcp_proof_load.engine.desk import Desk

desk = Desk()
for at in range(70):
    for _ in range(2):
        desk.complain(f"error {at}")
print(json.dumps(dict(desk.report().complaints)))
"""


def test_what_went_wrong_in_too_many_words_is_counted_together():
    ran = subprocess.run(
        [sys.executable, "-c", SCRIPT], capture_output=True, text=True, timeout=30, check=True
    )
    told = json.loads(ran.stdout)
    assert len(told) == 51
    assert (told["error 0"], told["error 49"]) == (2, 2)
    assert told["what else went wrong: a process keeps 50 different texts"] == 40
