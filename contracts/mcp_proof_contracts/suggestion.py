"""The nearest match to a name that does not exist, for an error's last sentence."""

from collections.abc import Iterable
from difflib import get_close_matches

MAX_MATCHES = 3


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """Return " Did you mean …?", or "" when nothing is near."""
    near = get_close_matches(name, list(dict.fromkeys(known)), MAX_MATCHES)
    return f" Did you mean {' or '.join(near)}?" if near else ""
