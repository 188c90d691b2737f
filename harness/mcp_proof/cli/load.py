"""`mcp-proof load`: load a server, and say whether it stays fast and right."""

import argparse
from importlib import import_module
from importlib.util import find_spec
from typing import Final

from mcp_proof.errors import UsageError

NEEDED: Final = ("locust", "gevent", "psutil")


def run(options: argparse.Namespace) -> int:
    """Load, report, and return the exit code.

    Raises:
        UsageError: an option or a file is wrong, there is nothing to call, or no extra for it.
        PeerError: the server could not be started or reached.
    """
    for name in NEEDED:
        if find_spec(name) is None:
            raise UsageError(
                f"load needs the package {name}, which is not installed: "
                "pip install 'mcp-proof[load]'"
            )
    # `load` stands on the harness, which so names it in this one place, and imports it nowhere.
    return int(import_module("mcp_proof_load.command").run(options))
