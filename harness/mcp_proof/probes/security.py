"""Stimuli about the Origin header and the listening address."""

import asyncio
import sys
from ipaddress import IPv4Address, IPv6Address, ip_address
from pathlib import Path
from urllib.parse import urlsplit

from mcp_proof.driver import Driver
from mcp_proof.probe import probe
from mcp_proof.recorder import probe_label
from mcp_proof.transports.streamable_http import HttpConnection
from mcp_proof_contracts.transcript import EventKind, Sender

FOREIGN = "http://evil.example"
LOOK_ALIKE = "http://localhost.127.0.0.1.evil.example"
"""What a check that only looks at the beginning, or for a part, takes for a local one."""
LOOPBACK = ("localhost", "127.0.0.1", "::1")
LISTENING = "0A"


@probe("origin", transport="http")
async def origin(driver: Driver) -> None:
    """The same good request without Origin, with the server's own, and with a foreign one."""
    session = await driver.session()
    method = driver.revision.control_method
    await session.request(method, case="absent")
    connection = session.connection
    assert isinstance(connection, HttpConnection)
    parts = urlsplit(connection.url)
    if parts.hostname in LOOPBACK:
        own = f"{parts.scheme}://{parts.netloc}"
        await session.request(method, case="local", headers={"Origin": own})
    for case, foreign in (("foreign-post", FOREIGN), ("look-alike-post", LOOK_ALIKE)):
        await session.request(method, case=case, headers={"Origin": foreign})
    if not driver.stateless:
        await _other_methods(driver)


async def _other_methods(driver: Driver) -> None:
    """GET and DELETE in a session of their own, which has no stream open that could be in the way.

    The twins without Origin tell a refusal for the Origin from one for any other reason.
    """
    origins: dict[str, str | None] = {"foreign": FOREIGN, "absent": None}
    for name, value in origins.items():
        async with driver.stateful(start=False) as session:
            await session.initialize(driver.revision)
            await session.confirm()
            for method in ("GET", "DELETE"):
                headers = {**session.headers({}), "Accept": "text/event-stream", "Origin": value}
                case = f"{name}-{method.lower()}"
                sending = await driver.http(method, session=session, headers=headers, case=case)
                # A stream that is served stays open: its head is all that is needed.
                await session.head(sending)


@probe("bind", transport="http")
async def bind(driver: Driver) -> None:
    """Look up which addresses the server's port listens on; nothing is sent."""
    session = await driver.session()
    connection = session.connection
    assert isinstance(connection, HttpConnection)
    parts = urlsplit(connection.url)
    if parts.hostname not in LOOPBACK or parts.port is None:
        return
    if connection.in_process or connection.forwarded:  # the server itself does not listen here
        return
    for number, address in enumerate(await asyncio.to_thread(listeners, parts.port), start=1):
        # A socket of both families on ::ffff:127.0.0.1 is on loopback, whatever its spelling.
        mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
        driver.recorder.record(
            EventKind.LISTENER,
            session=connection.name,
            channel=f"listener-{number}",
            sender=Sender.SERVER,
            probe=probe_label(""),
            data={"address": str(address), "loopback": (mapped or address).is_loopback},
        )


def listeners(port: int) -> list[IPv4Address | IPv6Address]:
    """Return the local addresses on which `port` is listened to, as Linux tells them.

    Elsewhere the tables do not exist and the list is empty.
    """
    found: list[IPv4Address | IPv6Address] = []
    for table in (Path("/proc/net/tcp"), Path("/proc/net/tcp6")):
        if not table.exists():
            continue
        for line in table.read_text().splitlines()[1:]:
            local, state = line.split()[1], line.split()[3]
            host, _, hex_port = local.partition(":")
            if state == LISTENING and int(hex_port, 16) == port:
                found.append(_address(host))
    return found


def _address(text: str) -> IPv4Address | IPv6Address:
    """Decode an address of the kernel's tables: 32-bit words in the machine's byte order."""
    words = [bytes.fromhex(text[i : i + 8]) for i in range(0, len(text), 8)]
    if sys.byteorder == "little":
        words = [word[::-1] for word in words]
    return ip_address(b"".join(words))
