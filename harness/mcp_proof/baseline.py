"""Known findings that do not fail a run: a YAML list of `rule` and `reason`."""

from pathlib import Path

import yaml

from mcp_proof.errors import UsageError
from mcp_proof_contracts.json_value import Json
from mcp_proof_contracts.rule import registry
from mcp_proof_contracts.suggestion import did_you_mean
from mcp_proof_contracts.wire import as_object


def read_baseline(path: Path) -> dict[str, str]:
    """Return the reason by rule id.

    Raises:
        UsageError: the file cannot be read, or an entry is wrong.
    """
    try:
        entries: Json = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        why = error.strerror if isinstance(error, OSError) else error
        raise UsageError(f"baseline {path}: {why}") from error
    if not isinstance(entries, list):
        raise UsageError(f"baseline {path}: expected a list of entries with `rule` and `reason`")
    baseline: dict[str, str] = {}
    for number, entry in enumerate(entries, start=1):
        where = f"baseline {path}, entry {number}"
        rule_id, reason = _entry(entry, where)
        if rule_id in baseline:
            raise UsageError(f"{where}: {rule_id} stands here twice")
        baseline[rule_id] = reason
    return baseline


def _entry(entry: Json, where: str) -> tuple[str, str]:
    members = as_object(entry)
    rule_id, reason = members.get("rule"), members.get("reason")
    if set(members) != {"rule", "reason"} or not isinstance(reason, str) or not reason.strip():
        raise UsageError(
            f"{where}: expected `rule` and `reason`, both texts and nothing else, got {entry!r}"
        )
    if not isinstance(rule_id, str) or registry.get(rule_id) is None:
        hint = did_you_mean(str(rule_id), (rule.id for rule in registry))
        raise UsageError(f"{where}: there is no rule {rule_id!r}.{hint}")
    return rule_id, reason
