"""The part of a SARIF run that describes the tool and its rules."""

import re
from collections.abc import Mapping, Sequence
from importlib.metadata import version
from types import MappingProxyType
from typing import Final

from mcp_proof.fuzz.catalogue import About
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


def driver(descriptors: Sequence[Json]) -> Json:
    """Return the tool's description with the rules that its results refer to."""
    return {
        "name": "mcp-proof",
        "version": version("mcp-proof"),
        "semanticVersion": version("mcp-proof"),
        # What is checked is explained there.
        "informationUri": SITE,
        "rules": list(descriptors),
    }


def rule_descriptor(rule: Rule, spoken: Spoken) -> Json:
    """Describe a rule of the catalogue."""
    source = rule.source(spoken)
    more = f"`mcp-proof explain {rule.id}` has the rule's page."
    return {
        **_described(rule.id, rule.requirement, rule.documentation, rule.level(spoken)),
        "help": {
            "text": f"{rule.documentation}\n\nClause: {source}\n\n{more}",
            "markdown": f"{rule.documentation}\n\n[The clause]({source}). {more}",
        },
        "helpUri": source,
        "properties": _properties(rule.area, rule.level(spoken)),
    }


def oracle_descriptor(about: About) -> Json:
    """Describe an oracle of the fuzzer."""
    level = about.levels[0]
    return {
        **_described(about.name, about.summary, about.documentation, level),
        "help": {"text": about.documentation, "markdown": about.documentation},
        "properties": _properties("fuzzing", level),
    }


def descriptor(name: str, summary: str, level: Level, area: str) -> Json:
    """Describe what is no rule and no oracle, such as a kind of difference."""
    return {
        **_described(name, summary, summary, level),
        "help": {"text": summary, "markdown": summary},
        "properties": _properties(area, level),
    }


def _described(name: str, summary: str, documentation: str, level: Level) -> dict[str, Json]:
    return {
        "id": name,
        "name": "".join(word.capitalize() for word in re.findall("[a-z0-9]+", name)),
        "shortDescription": {"text": summary},
        "fullDescription": {"text": documentation},
        "defaultConfiguration": {"level": LEVEL[level]},
    }


def _properties(area: str, level: Level) -> Json:
    return {
        "tags": ["mcp", area],
        "precision": _PRECISION[level],
        "problem.severity": _SEVERITY[LEVEL[level]],
    }
