"""What servers and clients have to keep at each revision: frozen lists of rule ids, beside this.

They are written down apart from the rules, so that a rule that gets lost is noticed. What is not
implemented stands in `deferred.yaml` with the reason; nothing else may be missing.
"""

from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Final, NamedTuple

from mcp_proof_contracts.revision import REVISIONS, Revision
from mcp_proof_contracts.rule import registry
from mcp_proof_contracts.transcript import Sender
from mcp_proof_contracts.wire import as_list, as_object
from mcp_proof_contracts.yaml_file import read_yaml

HERE: Final = Path(__file__).parent


class Coverage(NamedTuple):
    """How many rules of one area are there at one revision."""

    required: int
    implemented: int
    deferred: int


@cache
def required(side: Sender, revision: Revision) -> Mapping[str, tuple[str, ...]]:
    """Return the ids of the rules that one side has to keep, by area."""
    listed = as_object(read_yaml(HERE / side / f"{revision}.yaml").value)
    return {area: tuple(map(str, as_list(ids))) for area, ids in listed.items()}


@cache
def deferred(side: Sender) -> Mapping[str, str]:
    """Return why rules are not implemented for one side, by id."""
    listed = as_object(as_object(read_yaml(HERE / "deferred.yaml").value).get(side))
    return {rule_id: str(why) for rule_id, why in listed.items()}


def areas(side: Sender) -> list[str]:
    """Return the areas of all revisions, each once, those of the newest first."""
    newest_first = REVISIONS[::-1]
    return list(
        dict.fromkeys(area for revision in newest_first for area in required(side, revision))
    )


def coverage(side: Sender, area: str, revision: Revision) -> Coverage:
    """Count the rules of an area."""
    ids = required(side, revision).get(area, ())
    return Coverage(
        required=len(ids),
        implemented=sum(_exists(side, rule_id, revision) for rule_id in ids),
        deferred=sum(rule_id in deferred(side) for rule_id in ids),
    )


def missing(side: Sender, revision: Revision) -> Iterator[str]:
    """Yield the ids that are neither implemented nor deferred."""
    for ids in required(side, revision).values():
        for rule_id in ids:
            if not _exists(side, rule_id, revision) and rule_id not in deferred(side):
                yield rule_id


def _exists(side: Sender, rule_id: str, revision: Revision) -> bool:
    rule = registry.get(rule_id)
    if rule is None or rule.side not in (side.value, "both") or not rule.holds_for(revision):
        return False
    last = rule.client_until if side is Sender.CLIENT else None
    return last is None or revision <= last
