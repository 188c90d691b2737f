"""The forms of the trace context keys in `_meta`: W3C Trace Context and W3C Baggage."""

import re
from typing import Final

from mcp_proof_contracts.json_value import Json

MAX_STATES: Final = 32
"""How many list-members `tracestate` may have (Trace Context, 3.3.1.1)."""

_TRACEPARENT: Final = re.compile(
    r"(?P<version>[0-9a-f]{2})-(?P<trace>[0-9a-f]{32})-(?P<parent>[0-9a-f]{16})-[0-9a-f]{2}"
    r"(?P<more>-.*)?"
)
# Level 2 allows more than level 1; whatever one of them allows is fine.
_STATE: Final = re.compile(
    r"[a-z0-9][a-z0-9_\-*/@]{0,255}=[\x20-\x2b\x2d-\x3c\x3e-\x7e]{0,255}[\x21-\x2b\x2d-\x3c\x3e-\x7e]"
)
_WORD: Final = r"[!#$%&'*+.^_`|~0-9A-Za-z-]+"
_VALUE: Final = r"[\x21\x23-\x2b\x2d-\x3a\x3c-\x5b\x5d-\x7e]*"
_PAIR: Final = rf"{_WORD}[ \t]*=[ \t]*{_VALUE}"
_PROPERTY: Final = rf"{_WORD}(?:[ \t]*=[ \t]*{_VALUE})?"
_BAGGAGE: Final = re.compile(rf"{_PAIR}(?:[ \t]*;[ \t]*{_PROPERTY})*")


def trace_problem(key: str, value: Json) -> str:
    """Why the value of a trace context key is not of its form; "" when it is."""
    if not isinstance(value, str):
        return "it is no string"
    return _CHECKS[key](value)


def _traceparent(text: str) -> str:
    found = _TRACEPARENT.fullmatch(text)
    if found is None:
        return "it is not version-traceid-parentid-flags in lower-case hexadecimal digits"
    if found["version"] == "ff":
        return "version ff is invalid"
    if found["version"] == "00" and found["more"]:
        return "version 00 ends after the flags"
    zero = next((name for name in ("trace", "parent") if not found[name].strip("0")), None)
    return f"the {zero} id is all zero" if zero else ""


def _tracestate(text: str) -> str:
    members = [member.strip(" \t") for member in text.split(",")]
    if len(members) > MAX_STATES:
        return f"it has {len(members)} members, more than {MAX_STATES}"
    wrong = next((m for m in members if m and not _STATE.fullmatch(m)), None)
    return f"{wrong!r} is no key=value member" if wrong else ""


def _baggage(text: str) -> str:
    members = [member.strip(" \t") for member in text.split(",")]
    wrong = next((m for m in members if not _BAGGAGE.fullmatch(m)), None)
    return f"{wrong!r} is no key=value member" if wrong is not None else ""


_CHECKS: Final = {"traceparent": _traceparent, "tracestate": _tracestate, "baggage": _baggage}
TRACE_KEYS: Final = frozenset(_CHECKS)
