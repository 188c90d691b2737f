"""The part of a SARIF run that describes the tool and its rules."""

import re
from collections.abc import Mapping, Sequence
from importlib.metadata import version
from types import MappingProxyType
from typing import Final

from mcp_proof_contracts.dialect import Spoken
from mcp_proof_contracts.json_value import Json
from mcp_proof_contracts.rule import Level, Rule
from mcp_proof_contracts.specification import SITE

LEVEL: Final[Mapping[Level, str]] = MappingProxyType(
    {Level.MUST: "error", Level.SHOULD: "warning", Level.ADVICE: "note"}
)
"""SARIF's levels, which are also GitHub's."""
_SEVERITY: Final = {"error": "error", "warning": "warning", "note": "recommendation"}
_PRECISION: Final = {Level.MUST: "very-high", Level.SHOULD: "very-high", Level.ADVICE: "high"}
"""Advice follows from prose or from a cited RFC, where a server may know better."""


def driver(rules: Sequence[Rule], spoken: Spoken) -> Json:
    """Return the tool's description with the rules that were judged."""
    return {
        "name": "mcp-proof",
        "version": version("mcp-proof"),
        "semanticVersion": version("mcp-proof"),
        # What is checked is explained there.
        "informationUri": SITE,
        "rules": [_descriptor(rule, spoken) for rule in rules],
    }


def _descriptor(rule: Rule, spoken: Spoken) -> Json:
    level = rule.level(spoken)
    source = rule.source(spoken)
    more = f"`mcp-proof explain {rule.id}` has the rule's page."
    return {
        "id": rule.id,
        "name": "".join(word.capitalize() for word in re.findall("[a-z0-9]+", rule.id)),
        "shortDescription": {"text": rule.requirement},
        "fullDescription": {"text": rule.documentation},
        "help": {
            "text": f"{rule.documentation}\n\nClause: {source}\n\n{more}",
            "markdown": f"{rule.documentation}\n\n[The clause]({source}). {more}",
        },
        "helpUri": source,
        "defaultConfiguration": {"level": LEVEL[level]},
        "properties": {
            "tags": ["mcp", rule.area],
            "precision": _PRECISION[level],
            "problem.severity": _SEVERITY[LEVEL[level]],
        },
    }
