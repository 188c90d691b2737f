"""What stands under one name in a text that is no JSON, or broken JSON, or has some in it."""

import re

from mcp_proof_contracts.secrets.mask import HIDDEN


def member_pattern(name: str) -> re.Pattern[str]:
    """Return what matches a member of JSON; one that is an object or a list, to the text's end."""
    return re.compile(
        rf"""(?<!\\)(?P<before>(?P<quote>\\*"){re.escape(name)}(?P=quote)\s*:\s*)"""
        r"""(?:(?P<opens>(?P=quote)).*?(?:(?<!\\)(?P<closes>(?P=quote))|$)|[\[{].*|[^\s"\[{,}\]\\]+)""",
        re.DOTALL,
    )


def assigned_pattern(name: str) -> re.Pattern[str]:
    """Return what matches `name=value`, `name: value`, and a part of a multipart form."""
    part = rf"""name="{re.escape(name)}"(?:[^\n]*\n){{1,4}}?\r?\n"""
    return re.compile(
        rf"""(?P<before>(?<![\w-]){re.escape(name)}\s*[:=]\s*(?=\S)|{part})"""
        r"""(?:"[^"]*"?|'[^']*'?|[^\s&;,]+)"""
    )


def without_member(text: str, pattern: re.Pattern[str]) -> str:
    """Return a text without what a member holds."""
    return pattern.sub(_emptied, text)


def without_assigned(text: str, pattern: re.Pattern[str]) -> str:
    """Return a text without what is assigned to a name."""
    return pattern.sub(lambda found: found["before"] + HIDDEN, text)


def _emptied(found: re.Match[str]) -> str:
    return f"{found['before']}{found['opens'] or ''}{HIDDEN}{found['closes'] or ''}"
