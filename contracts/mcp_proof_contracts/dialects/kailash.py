"""The error codes of Kailash-style servers, which tell callers what to do."""

from typing import Final, Literal, TypeAlias

ErrorCodes: TypeAlias = Literal["json-rpc", "kailash"]
"""Whose codes the tools of a server fail with."""

INVALID_INPUT: Final = -1001
"""What was given is wrong: `data` names the field and its value."""
UNAVAILABLE: Final = -2001
"""Something that the tool needs is away: `data.retry_after` says for how many seconds."""
INTERNAL: Final = -3000
"""The tool itself failed."""
KAILASH: Final = (INVALID_INPUT, UNAVAILABLE, INTERNAL)
