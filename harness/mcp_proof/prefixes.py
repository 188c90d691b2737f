"""Prefixes of rule ids that are configured: each must mean some rule."""

from typing import Final

from mcp_proof.config import Config
from mcp_proof_contracts.rule import registry
from mcp_proof_contracts.suggestion import did_you_mean

CHOOSING: Final = ("only", "skip", "require")
"""The options that are lists of prefixes."""


def check_prefixes(config: Config) -> None:
    """Refuse prefixes that choose nothing.

    Raises:
        UsageError: a prefix is empty, or no rule begins with it.
    """
    known = [rule.id for rule in registry]
    for name in CHOOSING:
        for prefix in config.texts(name):
            if not prefix:
                raise config.wrong(name, "an empty prefix means every rule: leave it out")
            if not any(rule_id.startswith(prefix) for rule_id in known):
                hint = did_you_mean(prefix, known) or " `mcp-proof rules` lists them."
                raise config.wrong(name, f"no rule begins with {prefix!r}.{hint}")
