"""A switch that turns a stream fault on and off while connections are open."""

import asyncio


class Switch:
    """Off at first."""

    def __init__(self) -> None:
        self._off = asyncio.Event()
        self._off.set()

    @property
    def on(self) -> bool:
        """Whether the fault may act now."""
        return not self._off.is_set()

    def turn(self, *, on: bool) -> None:
        """Turn it on or off; what the fault holds back still comes in its own time."""
        if on:
            self._off.clear()
        else:
            self._off.set()

    async def off(self) -> None:
        """Wait until it is off."""
        await self._off.wait()
