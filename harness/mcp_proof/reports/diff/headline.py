"""What a comparison came to: in a word, and in one sentence."""

from collections.abc import Sequence
from typing import Final

from mcp_proof.diff.comparison import Comparison
from mcp_proof.reports.headline import Standing, counted
from mcp_proof_contracts.compatibility.change import Effect
from mcp_proof_contracts.compatibility.verdict import SemanticVersion

WORDS: Final = {
    Effect.BREAKING: "breaks clients",
    Effect.UNKNOWN: "could not be proved harmless",
    Effect.COMPATIBLE: "breaks nobody",
}


def standing(comparison: Comparison) -> Standing:
    """What the exit code says, in a word."""
    if comparison.exit_code:
        return Standing.FAILS
    known = comparison.verdict is not Effect.UNKNOWN
    return Standing.PASSES if known else Standing.INCOMPLETE


def headline(comparison: Comparison) -> str:
    """Return what a comparison came to, in a sentence."""
    if not comparison.changes:
        return "Nothing changed."
    told = [
        f"{counted(number, 'change')} {_verb(effect, number)}"
        for effect in WORDS
        if (number := comparison.count(effect))
    ]
    return f"{_listed(told)}: {release(comparison)}."


def release(comparison: Comparison) -> str:
    """Return what kind of release it makes."""
    if comparison.semver is SemanticVersion.NONE:
        return "nothing to release"
    return f"a {comparison.semver} release"


def _verb(effect: Effect, number: int) -> str:
    words = WORDS[effect]
    return words if number == 1 else words.replace("breaks", "break", 1)


def _listed(parts: Sequence[str]) -> str:
    return " and ".join([", ".join(parts[:-1]), parts[-1]] if len(parts) > 1 else parts)
