"""What a driver is asked to do, and how it tells what came of it. Needs the standard library only.

A driver maps kinds of wishes to coroutine functions:

    from driving import ASKED, perform

    async def call(wish):
        return await client.call_tool(wish["tool"], wish.get("arguments", {}))

    await perform({"call": call})

`ASKED` has the members `scenario`, `revision`, `url`, `server` (the words of a command, over
stdio), `declares`, `user` and `wishes`.
"""

import asyncio
import json
import os
import sys
import time
from collections.abc import Awaitable, Callable, Collection, Mapping
from pathlib import Path
from typing import Any

VARIABLE = "MCP_PROOF_WISHES"
CANCELLED = "cancelled by the driver, as it was asked to"


def _asked() -> dict[str, Any]:
    if VARIABLE not in os.environ:
        sys.exit(f"{VARIABLE} names no file of wishes: run this by `mcp-proof judge -- ...`")
    asked: dict[str, Any] = json.loads(Path(os.environ[VARIABLE]).read_text(encoding="utf-8"))
    if len(sys.argv) > 1:
        asked["url"] = sys.argv[1]
    return asked


ASKED = _asked()
"""What the scenario asks."""

Wish = dict[str, Any]
Does = Mapping[str, Callable[[Wish], Awaitable[Any]]]


def tell(number: int, **outcome: Any) -> None:  # noqa: ANN401  # any JSON
    """Write down what came of a wish: `value`, or `error`."""
    line = {"wish": number, "ok": "error" not in outcome, "at": time.time(), **outcome}
    with Path(ASKED["outcomes"]).open("a", encoding="utf-8") as file:
        file.write(json.dumps(line, default=str) + "\n")


async def perform(
    does: Does,
    reconnect: Callable[[], Awaitable[None]] | None = None,
    without: Collection[str] = (),
) -> None:
    """Do all that is wished, one after the other; what this driver cannot do is left out.

    Args:
        does: what does a kind of wish.
        reconnect: closes the connection and opens another one.
        without: members of wishes that the library has no way to heed.
    """
    for number, wish in enumerate(ASKED["wishes"]):
        if any(member in wish for member in without):
            continue
        if wish["do"] == "wait":
            await asyncio.sleep(wish["seconds"])
        elif wish["do"] == "reconnect":
            if reconnect is not None:
                tell(number, **await _reconnected(reconnect))
        elif wish["do"] == "together":
            tell(number, value=await _together(wish["wishes"], does))
        elif wish["do"] in does:
            outcome = await _one(wish, does)
            tell(number, **outcome)


async def _reconnected(reconnect: Callable[[], Awaitable[None]]) -> dict[str, Any]:
    try:
        await reconnect()  # in this task: contexts end where they began
    except Exception as error:  # noqa: BLE001  # as below
        return {"error": f"{type(error).__name__}: {error}"}
    return {"value": None}


async def _together(wishes: list[Wish], does: Does) -> list[Any]:
    """Do all at once; return what came of each, `None` where it failed."""
    doable = [wish for wish in wishes if wish["do"] in does]
    outcomes = await asyncio.gather(*(_one(wish, does) for wish in doable))
    return [outcome.get("value") for outcome in outcomes]


async def _one(wish: Wish, does: Does) -> dict[str, Any]:
    doing = asyncio.ensure_future(does[wish["do"]](wish))
    if "cancel_after" in wish:
        await asyncio.wait({doing}, timeout=wish["cancel_after"])
        doing.cancel()
    try:
        return {"value": await doing}
    except asyncio.CancelledError:
        if "cancel_after" not in wish:
            raise
        return {"error": CANCELLED}
    except Exception as error:  # noqa: BLE001  # whatever a library raises is what its user sees
        return {"error": f"{type(error).__name__}: {error}"}
