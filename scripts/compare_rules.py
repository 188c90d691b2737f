"""Compare the rules, and their frozen lists, with an inventory of the specification.

    python scripts/compare_rules.py INVENTORY.md

The inventory is a Markdown file with a section per area and a table row per rule: id, side, level,
revisions. Run by hand where such a file is at hand; it says which rules are missing and not
deferred, where keyword, side or revisions differ, and where the lists of requirements do. Exit 1
on a difference.
"""

import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final, NamedTuple

from mcp_proof_contracts.dialect import Dialect
from mcp_proof_contracts.requirements import deferred, required
from mcp_proof_contracts.revision import REVISIONS, Revision
from mcp_proof_contracts.rule import Rule, registry
from mcp_proof_contracts.transcript import Sender

SIDES: Final = (Sender.SERVER, Sender.CLIENT)
COLUMNS: Final = 4
"""Fewer cells make no rule's row."""
OURS: Final = "What servers do to users"
"""The area of rules that no row states."""


class Row(NamedTuple):
    """One rule of the inventory."""

    area: str
    id: str
    side: str
    level: str
    revisions: str


def rows(text: str) -> list[Row]:
    """Return the inventory's rows."""
    area, found = "", list[Row]()
    for line in text.splitlines():
        if line.startswith("#"):
            area = line.strip("# ")
        elif line.startswith("| `"):
            cells = [cell.strip() for cell in re.split(r"(?<!\\)\|", line.strip().strip("|"))]
            if len(cells) >= COLUMNS:
                found.append(Row(area, cells[0].strip("`"), *cells[1:COLUMNS]))
    return found


def revisions(text: str) -> set[Revision]:
    """Return the revisions of a cell such as "25-03..26-07", "24-11, 26-07" or "all"."""
    if text == "all":
        return set(REVISIONS)
    short = {revision[2:7]: revision for revision in REVISIONS}
    found: set[Revision] = set()
    for part in map(str.strip, text.split(",")):
        first, _, last = part.partition("..")
        found |= {r for r in REVISIONS if short[first] <= r <= short[last or first]}
    return found


def differences(row: Row, side: Sender, rule: Rule | None) -> list[str]:
    """Say how a rule differs from its row."""
    if rule is None or rule.side not in (side.value, "both"):
        return [] if row.id in deferred(side) else ["missing"]
    found = []
    if rule.keyword != row.level:
        found.append(f"keyword {rule.keyword}, the inventory says {row.level}")
    if rule.side != row.side and row.id not in deferred(Sender.CLIENT):
        found.append(f"side {rule.side}, the inventory says {row.side}")
    wanted = revisions(row.revisions)
    if (rule.since, rule.until) != (min(wanted), max(wanted)):
        found.append(f"{rule.since}..{rule.until}, the inventory says {row.revisions}")
    return found


def unlisted(known: list[Row]) -> Iterator[str]:
    """Say where the lists of requirements differ from the inventory, and the rules from both."""
    for side in SIDES:
        own = [row for row in known if row.side in (side.value, "both")]
        for revision in REVISIONS:
            wanted = {row.id for row in own if revision in revisions(row.revisions)}
            if side is Sender.CLIENT:
                wanted -= {
                    rule.id for rule in registry if revision > (rule.client_until or revision)
                }
            by_area = required(side, revision).items()
            listed = {i for area, ids in by_area if area != OURS for i in ids}
            for rule_id in sorted(wanted ^ listed):
                what = "not listed" if rule_id in wanted else "listed only"
                yield f"{side}, {revision}: {rule_id} is {what}"
    server = Sender.SERVER
    ours = {i for revision in REVISIONS for i in required(server, revision).get(OURS, ())}
    for rule in registry:
        known_here = rule.id in ours or any(row.id == rule.id for row in known)
        if Dialect.MCP in rule.dialects and not known_here:
            yield f"{rule.id} is not in the inventory"


def main(path: Path) -> int:
    """Compare, print, and return the exit code."""
    known = rows(path.read_text(encoding="utf-8"))
    found = list(unlisted(known))
    for side in SIDES:
        own = [row for row in known if row.side in (side.value, "both")]
        found += [
            f"{side}, {row.area}: {row.id}: {difference}"
            for row in own
            for difference in differences(row, side, registry.get(row.id))
        ]
        there = sum(
            (rule := registry.get(row.id)) is not None and rule.side in (side.value, "both")
            for row in own
        )
        print(f"{side}s: {len(own)} rows, {there} rules, {len(deferred(side))} deferred")
    print(*found, sep="\n")
    print(f"{len(found)} differences")
    return int(bool(found))


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
