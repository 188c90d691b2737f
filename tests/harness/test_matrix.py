"""Several runs side by side, as a model and on the console."""

import io

import pytest
from rich.console import Console
from runs import HOSTILE, MUST, SHOULD, passed, run, untested, violated

from mcp_proof.reports.console import ConsoleReport
from mcp_proof.reports.headline import Standing, overall, overall_headline
from mcp_proof.reports.matrix import UNKNOWN, cell_text, matrix, total_counts
from mcp_proof.tally import exit_code
from mcp_proof_contracts.revision import Revision
from mcp_proof_contracts.secrets.mask import Mask

OLD, NEW = Revision.R2024_11_05, Revision.R2025_11_25
KEPT = run(passed(MUST), untested(SHOULD))
BROKEN = run(violated(MUST), passed(SHOULD), revision=OLD)
UNSPOKEN = run(revision=None, asked=OLD, not_spoken="no", peer="other")
LOST = run(revision=None, lost="gone", peer="third")


def printed(*runs) -> str:
    console = Console(file=io.StringIO(), width=200)
    ConsoleReport(console, Mask(), quiet=False).compare(runs)
    return console.file.getvalue()


@pytest.mark.parametrize(
    ("tally", "text"),
    [
        (KEPT, "✓ 1/0/1"),
        (BROKEN, "✗ 1/1/0"),
        (run(passed(MUST), violated(SHOULD)), "✓ 1/1/0"),
        (run(passed(MUST), baseline={MUST: "x"}), "✗ 1/0/0"),
        (UNSPOKEN, "- not spoken"),
        (LOST, "? lost"),
        (run(passed(MUST), interrupted=True), "? interrupted 1/0/0"),
        (run(passed(MUST), faults=("x",)), "? own fault 1/0/0"),
        (run(untested(MUST)), "? nothing judged"),
        (run(), "? nothing judged"),
    ],
)
def test_a_cell_says_how_a_run_ended_and_its_three_counts(tally, text):
    assert cell_text(tally) == text


def test_servers_are_rows_in_their_order_and_revisions_columns_by_date():
    table = matrix([KEPT, BROKEN, UNSPOKEN, LOST])
    assert table.servers == ("python server.py", "other", "third")
    assert table.revisions == (OLD, NEW, UNKNOWN)
    assert table.row("python server.py") == ["✗ 1/1/0", "✓ 1/0/1", ""]
    assert table.column(OLD) == ["✗ 1/1/0", "- not spoken", ""]


def test_a_server_that_was_run_twice_alike_loses_neither_run():
    table = matrix([KEPT, run(violated(MUST)), KEPT])
    assert table.servers == ("python server.py", "python server.py (2)", "python server.py (3)")
    assert [table.row(server) for server in table.servers] == [
        ["✓ 1/0/1"],
        ["✗ 0/1/0"],
        ["✓ 1/0/1"],
    ]


def test_runs_together_are_as_good_as_the_worst_of_them():
    assert overall([KEPT, run(revision=None, asked=OLD, not_spoken="no")]) is Standing.PASSES
    assert overall([KEPT, LOST, UNSPOKEN]) is Standing.INCOMPLETE
    assert overall([LOST, BROKEN]) is Standing.FAILS
    assert overall([UNSPOKEN]) is Standing.UNSPOKEN
    assert total_counts([KEPT, BROKEN]) == {"passed": 2, "violated": 1, "untested": 1}
    assert overall_headline([KEPT, BROKEN]) == "2 runs: 1 passes, 1 fails."


def test_a_server_that_speaks_no_revision_asked_for_is_passed_by_no_other():
    assert exit_code([KEPT, UNSPOKEN]) == 3
    assert overall([KEPT, UNSPOKEN]) is Standing.INCOMPLETE


def test_the_console_shows_the_matrix_in_columns_with_a_legend():
    assert [line.rstrip() for line in printed(KEPT, BROKEN, UNSPOKEN).splitlines()] == [
        "",
        "                  2024-11-05    2025-11-25",
        "python server.py  ✗ 1/1/0       ✓ 1/0/1",
        "other             - not spoken",
        "passed / violated / untested",
    ]


def test_the_console_bears_any_name_of_a_server():
    shown = printed(run(passed(MUST), peer=f"[red]{HOSTILE}"), run(passed(MUST), peer="日本語"))
    lines = shown.splitlines()
    assert lines[2].startswith("[red]</pre>")
    assert "\x1b" not in shown
    cells = [line[: line.index("✓")] for line in lines[2:4]]
    wide = [sum(2 if letter in "日本語" else 1 for letter in cell) for cell in cells]
    assert wide[0] == wide[1]


def test_secrets_in_the_name_of_a_server_are_hidden():
    secret = "correct-horse-battery"
    table = matrix([run(peer=f"server --key {secret}", mask=Mask([secret]))])
    assert table.servers == ("server --key [hidden]",)
