"""Where a gateway is asked."""

from typing import Final

SERVERS: Final = "/servers"
