"""Recorders, one process each, forked from one that has loaded everything: hundreds in seconds.

Each order that comes over the socket (our descriptor 0) is JSON, beside it the descriptors that are
the recorder's standard input and output. The answer is its process id.
"""

import asyncio
import json
import os
import signal
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from subprocess import Popen
from typing import Any

from mcp_proof.record.cassette_writer import CassetteWriter
from mcp_proof.record.recording import Place, record_command, recording_url
from mcp_proof_contracts.redaction import Redaction
from mcp_proof_contracts.secrets.mask import Mask
from mcp_proof_contracts.transcript import Header, Sender


async def record(order: dict[str, Any]) -> None:
    header = Header(peer="a peer", side=Sender.SERVER, transport=order["transport"], started="now")
    cassette = CassetteWriter(Path(order["file"]), header, Redaction(mask=Mask()))
    if order["transport"] == "stdio":
        await record_command(cassette, order["command"])
        return
    tell = sys.stderr.write
    served = recording_url(cassette, order["url"], Place(), headers={}, dialect=None, tell=tell)
    async with served as url:
        os.write(1, f"{url}\n".encode())
        await asyncio.Event().wait()


def serve(orders: socket.socket) -> None:
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody asks how they ended
    while True:
        data, descriptors, _, _ = socket.recv_fds(orders, 1 << 16, 2)
        if not data:
            return
        child = os.fork()
        if not child:
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            orders.close()
            for number, descriptor in enumerate(descriptors):
                os.dup2(descriptor, number)
                os.close(descriptor)
            try:
                asyncio.run(record(json.loads(data)))
            finally:
                os._exit(1)
        for descriptor in descriptors:
            os.close(descriptor)
        orders.send(str(child).encode())


class Recorders:
    """Starts recorders."""

    def __init__(self, orders: socket.socket) -> None:
        self._orders = orders

    def start(self, stdin: int, stdout: int, **order: Any) -> int:
        """Start one; its descriptors are ours no more."""
        socket.send_fds(self._orders, [json.dumps(order).encode()], [stdin, stdout])
        os.close(stdin)
        os.close(stdout)
        return int(self._orders.recv(100))


@contextmanager
def recorders() -> Iterator[Recorders]:
    """Give what starts recorders, while the block runs."""
    ours, theirs = socket.socketpair()
    command = [sys.executable, __file__]
    with theirs, Popen(command, stdin=theirs) as process:
        theirs.close()
        with ours:
            yield Recorders(ours)
        process.wait(10)


if __name__ == "__main__":
    serve(socket.socket(fileno=0))
