"""Compare the rule registry with an inventory of the specification's rules.

    python scripts/compare_rules.py INVENTORY.md

The inventory is a Markdown file with a section per area and a table row per rule: id, side, level,
revisions, how it is observed. Run by hand where such a file is at hand; it says which rules of an
area are missing and where keyword, side or revisions differ. Exit 1 on a difference.
"""

import re
import sys
from pathlib import Path
from typing import Final, NamedTuple

from mcp_proof_contracts.revision import REVISIONS, Revision
from mcp_proof_contracts.rule import Rule, registry

AREAS: Final = (
    "JSON-RPC envelope",
    "Lifecycle, versioning, discovery",
    "stdio",
    "Streamable HTTP, stateful",
    "Streamable HTTP, stateless",
    "Tools",
    "Pagination",
    "Security",
    "_meta",
)
SIDES: Final = ("server", "both")
OBSERVED: Final = ("P", "A")
"""Passively or by a probe; what needs a fixture in the peer is not compared."""
COLUMNS: Final = 5
"""Fewer cells make no rule's row."""


class Row(NamedTuple):
    """One rule of the inventory."""

    area: str
    id: str
    side: str
    level: str
    revisions: str
    how: str


def rows(text: str) -> list[Row]:
    """Return the inventory's rows."""
    area, found = "", list[Row]()
    for line in text.splitlines():
        if line.startswith("#"):
            area = line.strip("# ")
        elif line.startswith("| `"):
            cells = [cell.strip() for cell in re.split(r"(?<!\\)\|", line.strip().strip("|"))]
            if len(cells) >= COLUMNS:
                how = cells[4] if len(cells) > COLUMNS else ""  # later additions do not say
                found.append(Row(area, cells[0].strip("`"), *cells[1:4], how))
    return found


def span(text: str) -> tuple[Revision, Revision] | None:
    """Return the first and last revision of a cell such as "25-03..26-07"; `None` for a list."""
    short = {revision[2:7]: revision for revision in REVISIONS}
    if text == "all":
        return REVISIONS[0], REVISIONS[-1]
    first, _, last = text.partition("..")
    if first in short and (last or first) in short:
        return short[first], short[last or first]
    return None


def differences(row: Row, rule: Rule | None) -> list[str]:
    """Say how a rule differs from its row."""
    if rule is None:
        return ["missing"]
    found = []
    if rule.keyword != row.level:
        found.append(f"keyword {rule.keyword}, the inventory says {row.level}")
    if rule.side != row.side:
        found.append(f"side {rule.side}, the inventory says {row.side}")
    expected = span(row.revisions)
    if expected is not None and (rule.since, rule.until) != expected:
        found.append(f"{rule.since}..{rule.until}, the inventory says {row.revisions}")
    return found


def main(path: Path) -> int:
    """Compare, print, and return the exit code."""
    known = rows(path.read_text(encoding="utf-8"))
    wanted = [
        row
        for row in known
        if row.area.startswith(AREAS) and row.side in SIDES and row.how in OBSERVED
    ]
    count = 0
    for row in wanted:
        for difference in differences(row, registry.get(row.id)):
            count += 1
            print(f"{row.area}: {row.id}: {difference}")
    ids = {row.id for row in known}
    for rule in registry:
        if rule.id not in ids:
            count += 1
            print(f"{rule.id} is not in the inventory")
    print(f"{len(wanted)} rows of {len(AREAS)} areas, {len(registry)} rules, {count} differences")
    return int(count > 0)


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
