"""Rate limits as texts: `10/hour`."""

import re
from collections.abc import Mapping
from typing import Final

from mcp_proof_contracts.contract import RateLimit
from mcp_proof_contracts.json_value import Json

_SPANS: Final[Mapping[str, float]] = {"second": 1, "minute": 60, "hour": 3600, "day": 86400}
_TEXT: Final = re.compile(rf"([1-9][0-9]{{0,8}})/({'|'.join(_SPANS)})")


def rate_limit_of(text: Json) -> RateLimit | None:
    """Return the limit that a text states; `None` where it states none."""
    stated = _TEXT.fullmatch(text) if isinstance(text, str) else None
    return None if stated is None else RateLimit(calls=int(stated[1]), per=_SPANS[stated[2]])


def rate_limit_text(limit: RateLimit) -> str:
    """Return a limit as text; "" where there is no word for its span."""
    words = [word for word, seconds in _SPANS.items() if seconds == limit.per]
    return f"{limit.calls}/{words[0]}" if words else ""
