"""The commands, and what several of them have in common."""

from typing import Final

VERIFY: Final = ("verify",)
MOCK: Final = ("mock",)
FUZZ: Final = ("fuzz",)
BRIDGE: Final = ("bridge",)
DRIFT: Final = ("drift",)
RECORD: Final = ("record",)
DIFF: Final = ("diff",)
LOCK: Final = ("lock",)
REPLAY: Final = ("replay",)
LOAD: Final = ("load",)
JUDGE: Final = ("judge",)
JUDGING: Final = (*VERIFY, *FUZZ)
"""The commands that say what is wrong with a server."""
CALLING: Final = (*JUDGING, *BRIDGE, *DRIFT, *LOAD)
"""The commands that call tools."""
DRIVING: Final = (*CALLING, *LOCK)
"""The commands that drive a server."""
ASKING: Final = (*DRIVING, *DIFF)
"""The commands that ask a server, be it only for what it shows."""
TARGETED: Final = (*DRIVING, *RECORD)
"""The commands that are about one server, which can be configured."""
REACHING: Final = (*TARGETED, *DIFF)
LISTENING: Final = (*MOCK, *BRIDGE, *RECORD, *REPLAY)
"""The commands that serve something on a port."""
ALL: Final = (*REACHING, *MOCK)
