"""Prefixes of rule ids: how they choose, and that each must mean some rule."""

from collections.abc import Sequence
from typing import Final

from mcp_proof.config import Config
from mcp_proof_contracts.agreements.explained import CONSUMERS, known_rules
from mcp_proof_contracts.suggestion import did_you_mean

CHOOSING: Final = ("only", "skip", "require")
"""The options that are lists of prefixes."""


def chosen(rule_id: str, only: Sequence[str], skip: Sequence[str] = ()) -> bool:
    """Whether prefixes choose this rule id; without `only` each one is."""
    return (not only or rule_id.startswith(tuple(only))) and not rule_id.startswith(tuple(skip))


def prefix_problem(prefix: str) -> str | None:
    """Say that no rule begins with a prefix, with the nearest id; `None` where one does."""
    known = [rule.id for rule in known_rules()]
    if prefix.startswith(CONSUMERS):
        return None  # files say which there are
    if any(chosen(rule_id, [prefix]) for rule_id in known):
        return None
    areas = sorted({rule_id.partition("-")[0] + "-" for rule_id in known})
    hint = did_you_mean(prefix, known + areas) or " `mcp-proof rules` lists them."
    return f"no rule begins with {prefix!r}.{hint}"


def check_prefixes(config: Config) -> None:
    """Refuse prefixes that choose nothing.

    Raises:
        UsageError: a prefix is empty, or no rule begins with it.
    """
    for name in CHOOSING:
        for prefix in config.texts(name):
            if not prefix:
                raise config.wrong(name, "an empty prefix means every rule: leave it out")
            if (problem := prefix_problem(prefix)) is not None:
                raise config.wrong(name, problem)
