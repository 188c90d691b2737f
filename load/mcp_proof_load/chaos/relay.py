"""A process that relays connections to the loaded server, with faults that come and go.

It is told on standard input which fault to switch (`on 0`, `off 0`), answers each line when that is
done, and ends with its input, so that it does not outlive who started it.
"""

import asyncio
import itertools
import os
import resource
import sys
from collections.abc import Sequence
from urllib.parse import SplitResult

import orjson

from mcp_proof_mocks.fault_text import FaultTextError
from mcp_proof_mocks.stream.choice import ChosenFault, chosen_fault
from mcp_proof_mocks.stream.connection import Connection
from mcp_proof_mocks.stream.messages import HttpMessages
from mcp_proof_mocks.stream.switch import Switch
from mcp_proof_mocks.stream.tcp_relay import relaying

IDLE, ACTED = "idle", "acted"


def main() -> None:
    """Relay until the input ends; the only argument is JSON: `address` and `faults`."""
    told = orjson.loads(sys.argv[1])
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    asyncio.run(_relay(told["address"], [_switched_off(text) for text in told["faults"]]))


def _switched_off(text: str) -> ChosenFault:
    chosen = chosen_fault(text)
    if chosen is None:
        raise FaultTextError(f"{text} is no fault of bytes")
    chosen.switch = Switch()
    return chosen


async def _relay(address: str, faults: Sequence[ChosenFault]) -> None:
    numbers = itertools.count(1)

    def connection() -> Connection:
        return Connection(faults, HttpMessages, numbers)

    target = SplitResult("http", address, "", "", "")
    # That the server cannot be reached is seen by who loads it: each call is broken.
    relay = relaying(target, connection, host="127.0.0.1", port=0, tell=lambda _text: None)
    async with relay as bound:
        _say(bound)
        commands = await _standard_input()
        while line := await commands.readline():
            word, _, number = line.decode().strip().partition(" ")
            fault = faults[int(number)]
            assert fault.switch is not None
            fault.switch.turn(on=word == "on")
            _say(f"{word} {number} {ACTED if fault.acted else IDLE}")


async def _standard_input() -> asyncio.StreamReader:
    reader = asyncio.StreamReader()
    protocol = asyncio.StreamReaderProtocol(reader)
    await asyncio.get_running_loop().connect_read_pipe(lambda: protocol, os.fdopen(0, "rb"))
    return reader


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
