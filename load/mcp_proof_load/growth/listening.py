"""Which processes of this machine listen at a port."""

import os
from ipaddress import ip_address
from typing import Final

import psutil

from mcp_proof_load.growth.resources import UnwatchableError

FORWARDERS: Final = ("docker-proxy", "rootlessport", "gvproxy", "kubectl", "ssh")
"""Programs that listen for a server that is elsewhere."""


def listening_at(port: int) -> frozenset[int]:
    """Return the processes that listen at a port of this machine, without those they started.

    Several workers may share a port, each with a socket of its own or all with their parent's; who
    started them then stands for all.

    Raises:
        UnwatchableError: nobody does, it cannot be seen who does, or it is no server of its own.
    """
    found = {each.pid: each for each in psutil.process_iter() if _listens(each, port)}
    if not found:
        raise UnwatchableError(
            f"no process of this user listens at port {port}: it is another user's, or in a "
            "container or another network namespace"
        )
    if os.getpid() in found:
        raise UnwatchableError("the server runs in the process that loads it")
    for process in found.values():
        if (name := process.name()) in FORWARDERS:
            raise UnwatchableError(
                f"at port {port} listens {name} (process {process.pid}), for a server elsewhere"
            )
    return frozenset(
        pid
        for pid, process in found.items()
        if not any(parent.pid in found for parent in process.parents())
    )


def _listens(process: "psutil.Process", port: int) -> bool:
    try:
        sockets = process.net_connections(kind="tcp")
    except psutil.Error:
        return False  # it is another user's, or has just ended
    return any(
        each.status == psutil.CONN_LISTEN and each.laddr.port == port and _is_local(each.laddr.ip)
        for each in sockets
    )


def _is_local(address: str) -> bool:
    """Whether who connects to this machine's loopback may get to this address."""
    ip = ip_address(address)
    return ip.is_loopback or ip.is_unspecified
